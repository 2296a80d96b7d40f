package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no daemon reads, because it is stopped or starts: they are answered on time, each by its own timer, and
 * never begun afterwards. SIGSTOP stands for whatever keeps a daemon from reading.
 */
@Tag("C3")
@RunsOn(27)
class QueueBacklogIT {

    /** How far from its time an answer may be on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(4);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("backlog", server -> {
        server.addInstalledProfiles();
        Path slow = Apps.java(server, "slow/Slow.java");
        server.configure(new HttpdConf()
                .group("frozen", "JsgiQueueTimeout 2", "JsgiSocketTimeout 3600", "JsgiConnectTimeout 3600")
                .group("patient", "JsgiQueueTimeout 0", "JsgiSocketTimeout 2")
                .group("narrow", "JsgiListenBacklog 1", "JsgiConnectTimeout 2", "JsgiQueueTimeout 0")
                .group("impatient", "JsgiListenBacklog 1", "JsgiConnectTimeout 3600", "JsgiQueueTimeout 2")
                // Of its own: the connections that are left of one test would keep the next one's socket from filling.
                .group("resumed", "JsgiListenBacklog 1", "JsgiConnectTimeout 3600", "JsgiQueueTimeout 30")
                .group("starting", "JsgiQueueTimeout 2", "JsgiEnvironment UNTIL ROOT/started")
                .mount("/frozen", slow, "frozen")
                .mount("/patient", slow, "patient")
                .mount("/narrow", slow, "narrow")
                .mount("/impatient", slow, "impatient")
                .mount("/resumed", slow, "resumed")
                .mount("/starting", Apps.java(server, "slow/SlowStart.java"), "starting"));
    });

    private final Httpd httpd = SERVER.httpd();
    private Path done;

    @BeforeEach
    void ready() throws IOException {
        httpd.awaitReady("frozen", "patient", "narrow", "impatient", "resumed");
        done = Marks.folder(httpd).resolve("done");
        if (!Files.exists(done)) {
            Files.createFile(done);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 20_000, 400_000})
    void aRequestThatNobodyReadsIs503AtTheEndOfTheQueueTimeoutAndIsNeverBegun(int body) throws Exception {
        httpd.errorLog().announce("JSGID0423");
        Path began = Marks.folder(httpd).resolve("began-frozen-" + body);
        // So that the module has a connection that was used before.
        assertThat(httpd.client().get("/frozen?until=" + done).status()).isEqualTo(200);
        int mark = httpd.errorLog().mark();
        long begin;
        Response response;
        try (Stopped stopped = new Stopped("frozen")) {
            assertThat(stopped.count()).isEqualTo(1);
            begin = System.nanoTime();
            response = body == 0
                    ? httpd.client().get("/frozen?until=" + done + "&began=" + began)
                    : httpd.client().send("POST", "/frozen?until=" + done + "&began=" + began, new byte[body]);
            assertTookAbout(Duration.ofSeconds(2), begin);
        }

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).hasValue("5");
        assertThat(httpd.errorLog().linesSince(mark, "JSGID0423")).hasSize(1);
        // The daemon has what came before this one behind it when it answers.
        assertThat(httpd.client().get("/frozen?until=" + done).status()).isEqualTo(200);
        assertThat(began).doesNotExist();
    }

    @Test
    void aRequestThatADaemonHasReadIsNotCutByTheQueueTimeout() throws Exception {
        Path began = Marks.folder(httpd).resolve("began-read");
        Path until = Marks.folder(httpd).resolve("until-read");
        try (Client.Connection connection = httpd.client().open()) {
            long begin = System.nanoTime();
            // A body that the application does not read stays in the socket: that is no queue.
            connection.sendHead(
                    "POST", "/frozen?until=" + until + "&began=" + began, List.of("Content-Length: 2000000"));
            connection.send(new byte[2_000_000]);
            Await.until("the request to begin", Duration.ofSeconds(10), () -> Files.exists(began));
            Await.until(
                    "the queue timeout to pass",
                    Duration.ofSeconds(10),
                    () -> System.nanoTime() - begin > Duration.ofSeconds(3).toNanos());
            Files.createFile(until);

            assertThat(connection.readResponse("POST").status()).isEqualTo(200);
        }
    }

    @Test
    void withoutAQueueTimeoutTheSocketTimeoutEndsTheWait() throws Exception {
        httpd.errorLog().announce("JSGID0422");
        try (Stopped stopped = new Stopped("patient")) {
            assertThat(stopped.count()).isEqualTo(1);
            long begin = System.nanoTime();

            assertThat(httpd.client().get("/patient?until=" + done).status()).isEqualTo(504);

            assertTookAbout(Duration.ofSeconds(2), begin);
        }
    }

    @Test
    void aFullSocketIs503AtTheEndOfTheConnectTimeout() throws Exception {
        httpd.errorLog().announce("JSGID0406|JSGID0422");
        try (Stopped stopped = new Stopped("narrow");
                Requests requests = new Requests("/narrow?until=" + done, 6)) {
            requests.await503(4, Duration.ofSeconds(2), "JsgiConnectTimeout");
            stopped.resume();
            assertThat(requests.answered(200)).hasSize(2);
        }
    }

    @Test
    void aFullSocketIs503AtTheEndOfTheQueueTimeoutWhenThatIsShorter() throws Exception {
        httpd.errorLog().announce("JSGID0406|JSGID0423");
        try (Stopped stopped = new Stopped("impatient");
                Requests requests = new Requests("/impatient?until=" + done, 6)) {
            assertThat(stopped.count()).isEqualTo(1);
            requests.await503(4, Duration.ofSeconds(2), "JsgiQueueTimeout");
        }
    }

    @Test
    void requestsThatWaitForAPlaceInTheSocketAreServedAsSoonAsThereIsOne() throws Exception {
        try (Stopped stopped = new Stopped("resumed");
                Requests requests = new Requests("/resumed?until=" + done, 6)) {
            Await.until("the socket to be full", Duration.ofSeconds(5), () -> requests.threads() >= 6);
            stopped.resume();

            assertThat(requests.answered(200)).hasSize(6);
        }
    }

    @Test
    void aGroupThatStartsAnswersOnTimeAndThenServes() throws Exception {
        httpd.errorLog().announce("JSGID0423");
        long begin = System.nanoTime();

        Response early = httpd.client().get("/starting");

        assertThat(early.status()).isEqualTo(503);
        assertThat(early.header("Retry-After")).isPresent();
        assertTookAbout(Duration.ofSeconds(2), begin);

        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/starting", List.of());
            Files.createFile(httpd.root().resolve("started"));
            assertThat(connection.readResponse("GET").status()).isIn(200, 503);
        }
        httpd.awaitReady("starting");
        assertThat(httpd.client().get("/starting").text()).isEqualTo("started at last");
    }

    private static void assertTookAbout(Duration time, long begin) {
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(time, time.plus(Await.scaled(SLACK)));
    }

    /** Processes of a group that are stopped until this is closed. */
    private final class Stopped implements AutoCloseable {

        private final List<Long> pids;
        private boolean isResumed;

        Stopped(String group) throws IOException {
            pids = httpd.status().group(group).pids();
            pids.forEach(pid -> ProcessTree.signal(pid, "STOP"));
        }

        int count() {
            return pids.size();
        }

        void resume() {
            if (!isResumed) {
                isResumed = true;
                pids.forEach(pid -> ProcessTree.signal(pid, "CONT"));
            }
        }

        @Override
        public void close() {
            resume();
        }
    }

    /** Requests that are made at the same time. */
    private final class Requests implements AutoCloseable {

        private final ExecutorService threads;
        private final List<Future<Response>> futures = new ArrayList<>();
        private final long begin = System.nanoTime();
        private final int mark = httpd.errorLog().mark();
        private volatile int started;

        Requests(String path, int count) {
            threads = Executors.newFixedThreadPool(count);
            IntStream.range(0, count)
                    .forEach(i -> futures.add(threads.submit(() -> {
                        begun();
                        return httpd.client().get(path);
                    })));
        }

        private synchronized void begun() {
            started++;
        }

        int threads() {
            return started;
        }

        /** Waits for so many refusals, which must come at that time and name the directive. */
        void await503(int count, Duration time, String directive) throws Exception {
            Await.until("refusals", time.plus(SLACK), () -> done(503).size() >= count);
            assertTookAbout(time, begin);
            assertThat(done(503))
                    .allSatisfy(response ->
                            assertThat(response.header("Retry-After")).hasValue("5"));
            httpd.errorLog().awaitLine(mark, "JSGID0406.*" + directive, Duration.ofSeconds(5));
        }

        /** Those with that status, when all have been answered. */
        List<Response> answered(int status) throws Exception {
            List<Response> found = new ArrayList<>();
            for (Future<Response> future : futures) {
                Response response = future.get();
                if (response.status() == status) {
                    found.add(response);
                }
            }
            return found;
        }

        private List<Response> done(int status) throws Exception {
            List<Response> found = new ArrayList<>();
            for (Future<Response> future : futures) {
                if (future.isDone() && future.get().status() == status) {
                    found.add(future.get());
                }
            }
            return found;
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
