package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
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

    private static TestingExchange get(String path) throws Exception {
        TestingExchange exchange = TestingExchange.get(MOUNT, path);
        serve(exchange);
        assertThat(exchange.isFinished()).isTrue();
        return exchange;
    }

    /** Serves it to the end of its response. */
    private static void serve(TestingExchange exchange) throws Exception {
        shop.service(exchange);
        assertThat(exchange.awaitEnd(25)).isTrue();
    }

    @Test
    void waitsUntilAnotherThreadHasCompletedTheRequest() throws Exception {
        for (int i = 0; i < 200; i++) {
            assertThat(get("/async/complete").text()).isEqualTo("completed by another thread");
        }
    }

    @Test
    void runsTasksOfTheApplicationOnAThreadOfItsOwn() throws Exception {
        for (int i = 0; i < 200; i++) {
            assertThat(get("/async/start").text()).isEqualTo("completed by a container thread");
        }
    }

    @Test
    void takesCompletionBeforeTheServletReturns() throws Exception {
        assertThat(get("/async/at-once").text()).isEqualTo("completed at once");
    }

    @Test
    void dispatchesTheRequestAgain() throws Exception {
        for (int i = 0; i < 200; i++) {
            assertThat(get("/async/dispatch").text()).isEqualTo("dispatched here");
        }
    }

    @Test
    void tellsListenersOfATimeout() throws Exception {
        assertThat(get("/async/timeout").text()).isEqualTo("timed out");
    }

    @Test
    void answers500WhenNobodyListensForATimeout() throws Exception {
        assertThat(get("/async/timeout-unheard").status()).isEqualTo(500);
    }

    @Test
    void servesPlainRequestsAfterAsynchronousOnes() throws Exception {
        get("/async/dispatch");
        get("/async/timeout");
        assertThat(get("/do/describe").text()).contains("path=/describe\n");
    }

    @Test
    void leavesNoThreadBoundToAnApplication() throws Exception {
        get("/async/start");
        TestingExchange exchange =
                TestingExchange.of("POST", MOUNT, "/async/read").body("text/plain", new byte[100]);
        serve(exchange);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().contains("-async-"))
                .isNotEmpty()
                .allSatisfy(thread ->
                        assertThat(thread.getContextClassLoader()).isSameAs(TomcatContainer.class.getClassLoader()));
    }

    @Test
    void writesWithAListener() throws Exception {
        assertThat(get("/async/write").bytes()).hasSize(1_000_000);
    }

    @Test
    void readsWithAListenerWhatIsThereAlready() throws Exception {
        TestingExchange exchange =
                TestingExchange.of("POST", MOUNT, "/async/read").body("application/octet-stream", new byte[200_000]);
        serve(exchange);
        assertThat(exchange.text()).isEqualTo("read 200000 bytes in some calls");
    }

    @Test
    void readsWithAListenerWhatComesLater() throws Exception {
        PipedOutputStream client = new PipedOutputStream();
        TestingExchange exchange = TestingExchange.of("POST", MOUNT, "/async/read")
                .with("JSGI_CHUNKED", "1")
                .body(new PipedInputStream(client, 4096));
        shop.service(exchange);
        assertThat(exchange.isDetached()).isTrue();
        for (int i = 0; i < 20; i++) {
            client.write(new byte[1000]);
            client.flush();
        }
        client.close();
        assertThat(exchange.awaitEnd(25)).isTrue();
        assertThat(exchange.text()).isEqualTo("read 20000 bytes in some calls");
    }

    @Test
    void answersWhileTheRestOfTheBodyIsStillToCome() throws Exception {
        PipedOutputStream client = new PipedOutputStream();
        PipedInputStream body = new PipedInputStream(client, 4096);
        TestingExchange exchange = TestingExchange.of("POST", MOUNT, "/async/read-little")
                .with("JSGI_CHUNKED", "1")
                .body(body);
        client.write(new byte[1000]);
        client.flush();
        serve(exchange);
        assertThat(exchange.isFinished()).isTrue();
        assertThat(exchange.text()).isEqualTo("enough");
        client.close();
    }

    @Test
    void holdsNoThreadWhileARequestWaits() throws Exception {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/async/never");
        shop.service(exchange);
        assertThat(exchange.isDetached()).isTrue();
        assertThat(exchange.pieces()).isZero();
        exchange.expire();
        assertThat(exchange.awaitEnd(25)).isTrue();
    }

    @Test
    void tellsListenersThatTheClientHasGone() throws Exception {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/async/listen");
        shop.service(exchange);
        exchange.leave();
        assertThat(exchange.awaitEnd(25)).isTrue();
        assertThat(exchange.isAborted()).isTrue();
        assertThat(get("/async/heard").text()).isEqualTo("java.io.IOException: The client has gone");
    }

    @Test
    void tellsListenersThatTheTimeOfTheRequestIsOver() throws Exception {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/async/listen");
        shop.service(exchange);
        exchange.expire();
        assertThat(exchange.awaitEnd(25)).isTrue();
        assertThat(exchange.isAborted()).isTrue();
        assertThat(get("/async/heard").text()).startsWith("java.io.InterruptedIOException");
    }

    @Test
    void tellsListenersWhatHappensInTheMomentInWhichTheRequestBeginsToWait() throws Exception {
        TestingExchange left = TestingExchange.get(MOUNT, "/async/listen").leaveWhenDetached();
        assertThatThrownBy(() -> shop.service(left)).hasMessage("The client has gone");
        assertThat(left.isAborted()).isTrue();
        assertThat(get("/async/heard").text()).isEqualTo("java.io.IOException: The client has gone");

        TestingExchange expired = TestingExchange.get(MOUNT, "/async/listen").expireWhenDetached();
        serve(expired);
        assertThat(expired.isAborted()).isTrue();
        assertThat(get("/async/heard").text()).startsWith("java.io.InterruptedIOException");
    }

    @Test
    void readsWithAListenerARequestWithoutBody() throws Exception {
        TestingExchange exchange =
                TestingExchange.of("POST", MOUNT, "/async/read").with("CONTENT_LENGTH", "0");
        serve(exchange);
        assertThat(exchange.text()).startsWith("read 0 bytes");
    }

    @Test
    void refusesAProtocolUpgradeInsteadOfHanging() throws Exception {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/do/upgrade");
        shop.service(exchange);
        assertThat(exchange.status()).isEqualTo(500);
        assertThat(exchange.isFinished()).isTrue();
    }
}
