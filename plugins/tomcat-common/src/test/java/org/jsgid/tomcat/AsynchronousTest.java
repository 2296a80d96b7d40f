package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.servlet.ServletApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous processing and non-blocking I/O on one exchange. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AsynchronousTest {

    private static final String MOUNT = "/shop";

    @TempDir
    static Path folder;

    private static TomcatContainer container;
    private static ServletApplication shop;

    @BeforeAll
    static void deploy() throws Exception {
        container = new TomcatContainer();
        TestingSettings settings = new TestingSettings(folder.resolve("work").toFile());
        shop = container.deploy(TestingWar.packed("features", folder), MOUNT, settings);
    }

    @AfterAll
    static void close() {
        container.close();
    }

    private static TestingExchange get(String path) throws IOException {
        TestingExchange exchange = TestingExchange.get(MOUNT, path);
        shop.service(exchange);
        assertThat(exchange.isFinished()).isTrue();
        return exchange;
    }

    @Test
    void waitsUntilAnotherThreadHasCompletedTheRequest() throws IOException {
        for (int i = 0; i < 200; i++) {
            assertThat(get("/async/complete").text()).isEqualTo("completed by another thread");
        }
    }

    @Test
    void runsTasksOfTheApplicationOnAThreadOfItsOwn() throws IOException {
        for (int i = 0; i < 200; i++) {
            assertThat(get("/async/start").text()).isEqualTo("completed by a container thread");
        }
    }

    @Test
    void takesCompletionBeforeTheServletReturns() throws IOException {
        assertThat(get("/async/at-once").text()).isEqualTo("completed at once");
    }

    @Test
    void dispatchesTheRequestAgain() throws IOException {
        for (int i = 0; i < 200; i++) {
            assertThat(get("/async/dispatch").text()).isEqualTo("dispatched here");
        }
    }

    @Test
    void tellsListenersOfATimeout() throws IOException {
        assertThat(get("/async/timeout").text()).isEqualTo("timed out");
    }

    @Test
    void answers500WhenNobodyListensForATimeout() throws IOException {
        assertThat(get("/async/timeout-unheard").status()).isEqualTo(500);
    }

    @Test
    void servesPlainRequestsAfterAsynchronousOnes() throws IOException {
        get("/async/dispatch");
        get("/async/timeout");
        assertThat(get("/do/describe").text()).contains("path=/describe\n");
    }

    @Test
    void leavesNoThreadBoundToAnApplication() throws IOException {
        get("/async/start");
        TestingExchange exchange =
                TestingExchange.of("POST", MOUNT, "/async/read").body("text/plain", new byte[100]);
        shop.service(exchange);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().contains("-async-"))
                .isNotEmpty()
                .allSatisfy(thread ->
                        assertThat(thread.getContextClassLoader()).isSameAs(TomcatContainer.class.getClassLoader()));
    }

    @Test
    void writesWithAListener() throws IOException {
        assertThat(get("/async/write").bytes()).hasSize(1_000_000);
    }

    @Test
    void readsWithAListenerWhatIsThereAlready() throws IOException {
        TestingExchange exchange =
                TestingExchange.of("POST", MOUNT, "/async/read").body("application/octet-stream", new byte[200_000]);
        shop.service(exchange);
        assertThat(exchange.text()).isEqualTo("read 200000 bytes in some calls");
    }

    @Test
    void readsWithAListenerWhatComesLater() throws Exception {
        PipedOutputStream client = new PipedOutputStream();
        TestingExchange exchange = TestingExchange.of("POST", MOUNT, "/async/read")
                .with("JSGI_CHUNKED", "1")
                .body(new PipedInputStream(client, 4096));
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> served = executor.submit(() -> {
                shop.service(exchange);
                return null;
            });
            for (int i = 0; i < 20; i++) {
                client.write(new byte[1000]);
                client.flush();
            }
            client.close();
            served.get(20, TimeUnit.SECONDS);
            assertThat(exchange.text()).isEqualTo("read 20000 bytes in some calls");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void answersWhileTheRestOfTheBodyIsStillToCome() throws Exception {
        PipedOutputStream client = new PipedOutputStream();
        PipedInputStream body = new PipedInputStream(client, 4096);
        TestingExchange exchange = TestingExchange.of("POST", MOUNT, "/async/read-little")
                .with("JSGI_CHUNKED", "1")
                .body(body);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            client.write(new byte[1000]);
            client.flush();
            Future<?> served = executor.submit(() -> {
                shop.service(exchange);
                return null;
            });
            assertThat(exchange.awaitEnd(20)).isTrue();
            assertThat(exchange.isFinished()).isTrue();
            assertThat(exchange.text()).isEqualTo("enough");
            assertThat(served.isDone()).isFalse();
            // What httpd does when a response is complete before the body.
            client.close();
            served.get(20, TimeUnit.SECONDS);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void readsWithAListenerARequestWithoutBody() throws IOException {
        TestingExchange exchange =
                TestingExchange.of("POST", MOUNT, "/async/read").with("CONTENT_LENGTH", "0");
        shop.service(exchange);
        assertThat(exchange.text()).startsWith("read 0 bytes");
    }

    @Test
    void refusesAProtocolUpgradeInsteadOfHanging() throws IOException {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/do/upgrade");
        shop.service(exchange);
        assertThat(exchange.status()).isEqualTo(500);
        assertThat(exchange.isFinished()).isTrue();
    }
}
