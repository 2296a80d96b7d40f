package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.LongRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cases in which mod_wsgi 6.0.5 was seen to fail, with the same numbers; a method's name says what the reference does, and
 * its body that this does not. Most have a test class of their own besides, which its first line names. That two JDKs serve
 * in one Apache, which no mod_wsgi can, is {@code RuntimesIT}.
 */
@Tag("C2")
@Tag("C3")
@Tag("C4")
@Tag("C5")
@Tag("C6")
@Tag("C7")
@Tag("alone")
@RunsOn(17)
class WhatModWsgiFailsIT {

    private static final int EIGHT_MEGABYTES = 8 << 20;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("reference", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("steady")
                .group("reloaded", "JsgiProcesses 1")
                .group("limited", "JsgiProcesses 1", "JsgiMaximumRequests 5", "JsgiGracefulTimeout 3")
                .group("timed", "JsgiRequestTimeout 2", "JsgiDeadlockTimeout 0")
                .group("hangs", "JsgiStartupTimeout 3")
                .group("queued", "JsgiProcesses 1", "JsgiThreads 1", "JsgiQueueTimeout 2")
                .group("aborts")
                .mount("/steady", Apps.java(server, "slow/Minute.java"), "steady")
                .mount("/big", Apps.java(server, "big/Big.java"), "steady")
                .mount("/reloaded", Apps.java(server, "slow/Pause.java", "reloaded/Pause.java"), "reloaded")
                .mount("/limited", Apps.java(server, "slow/Pause.java"), "limited")
                .mount("/timed", Apps.java(server, "slow/Pause.java"), "timed")
                .mount("/hangs", Apps.java(server, "slow/HangsAtStart.java"), "hangs")
                .mount("/queued", Apps.java(server, "slow/Pause.java"), "queued")
                .mount("/aborts", Apps.java(server, "dies/AtStart.java"), "aborts"));
        announce(server);
    });

    /** Its parent is killed. */
    @RegisterExtension
    static final JsgidServer KILLED = JsgidServer.started("orphans", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("shop", "JsgiProcesses 2")
                .mount("/shop", Apps.java(server, "slow/Pause.java"), "shop"));
    });

    private static LongRequest longOne;

    private final Httpd httpd = SERVER.httpd();
    private final Client client = httpd.client();

    /** Groups that are meant to fail do so at any time. */
    private static void announce(Httpd server) {
        server.errorLog().announce("aborts|AtStart|hangs|HangsAtStart");
    }

    @BeforeAll
    static void beginTheLongRequest() throws IOException {
        Httpd httpd = SERVER.httpd();
        httpd.awaitReady("steady", "reloaded", "limited", "timed", "queued");
        longOne = LongRequest.streaming(httpd, "/steady", "long", 30, 15);
        longOne.awaitBegin();
    }

    @BeforeEach
    void announce() {
        announce(httpd);
    }

    /** (a) With every timeout at 30 s a request of 10 s ended with 502 after 3.06 s. See {@link RollingIT}. */
    @Test
    void aRequestOfThirtySecondsIsKilledByAGracefulRestart() throws IOException {
        httpd.graceful();

        Response answer = longOne.answer();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.complete()).as(answer.toString()).isTrue();
        assertThat(answer.text()).startsWith("after 0 s\nafter 15 s\ndone by ");
    }

    /** (b) The first new request took 3.16 s, as no child starts while the parent waits for its daemons. */
    @Test
    void newRequestsWaitThreeSecondsAtAGracefulRestart() throws IOException {
        Files.writeString(httpd.documents().resolve("control.txt"), "a file");
        httpd.awaitReady("steady");
        CompletableFuture<Void> restarts = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 5; i++) {
                httpd.graceful();
            }
        });
        // What httpd itself takes to let new children take over from those that still serve is the measure.
        CompletableFuture<Duration> control =
                CompletableFuture.supplyAsync(() -> longestUntil(restarts, "/control.txt"));
        Duration longest = longestUntil(restarts, "/steady");

        restarts.join();
        System.out.printf(
                "measured: the longest request on a new connection during five graceful restarts took %d ms, that for a"
                        + " static file %d ms%n",
                longest.toMillis(), control.join().toMillis());
        assertThat(longest.minus(control.join())).isLessThan(Await.scaled(Duration.ofSeconds(1)));
    }

    /** (c) The running request ended with 502 after 5.6 s, and a new one waited 5.9 s. See {@link RedeployIT}. */
    @Test
    void aReloadOfASingleProcessKillsTheRunningRequestAndStallsTheNext() throws IOException {
        String before = client.get("/reloaded?millis=0").text();
        CompletableFuture<Response> running = CompletableFuture.supplyAsync(() -> get("/reloaded?millis=8000"));
        httpd.awaitGroup(
                "reloaded",
                "to work on the request",
                group -> group.processes().stream().anyMatch(process -> process.activeRequests() > 0));

        Apps.replace(
                Apps.folder(httpd).resolve("reloaded/Pause.java"),
                Apps.source("slow/Pause.java") + "// changed at " + System.nanoTime() + "\n");
        CompletableFuture<Void> renewed = CompletableFuture.runAsync(() -> Await.until(
                "a process with the changed file to answer",
                Duration.ofSeconds(30),
                () -> !get("/reloaded?millis=0").text().equals(before)));
        Duration longest = longestUntil(renewed, "/reloaded?millis=0");

        renewed.join();
        System.out.printf("measured: the longest request during a reload took %d ms%n", longest.toMillis());
        assertThat(longest).isLessThan(Await.scaled(Duration.ofSeconds(2)));
        Response answer = running.join();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(before);
    }

    /** (d) The client saw a complete chunked response with status 200. See {@code BrokenBackendIT}. */
    @Test
    void aDaemonKilledInMidResponseLooksLikeACompleteOne() throws IOException {
        httpd.errorLog().announce("steady");
        // Not while the long request of this class is in the same process.
        longOne.answer();
        httpd.awaitReady("steady");
        LongRequest request = LongRequest.streaming(httpd, "/steady", "killed-" + System.nanoTime(), 60, 1);
        long pid = request.awaitBegin();

        ProcessTree.signal(pid, "KILL");

        Response answer = request.answer();
        if (answer.status() == 200) {
            assertThat(answer.complete()).as(answer.toString()).isFalse();
        } else {
            // It was killed before its first line had been sent.
            assertThat(answer.status()).isEqualTo(502);
        }
        httpd.awaitReady("steady");
    }

    /** (e) It stalled for the socket timeout, and the client got 219 181 of the 8 388 608 bytes. */
    @Test
    void anIgnoredBodyAndALargeResponseBlockEachOther() throws IOException {
        httpd.awaitReady("steady");
        try (Client.Connection connection = client.open()) {
            connection.sendHead("POST", "/big?bytes=" + EIGHT_MEGABYTES, List.of("Content-Length: " + EIGHT_MEGABYTES));
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    connection.send(new byte[EIGHT_MEGABYTES]);
                } catch (IOException e) {
                    // The server may close the connection once its answer is complete.
                }
            });
            Response answer = connection.readResponse("POST");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).as(answer.brokenBy()).isTrue();
            assertThat(answer.body()).hasSize(EIGHT_MEGABYTES);
            sending.join();
        }
    }

    /** (f) One start a second for ever, and every request waited for the 60 s of Apache's timeout. See {@link CrashIT}. */
    @Test
    void aCrashLoopHasNoBackOffAndRequestsHang() {
        httpd.awaitGroup("aborts", "to back off", group -> "backoff".equals(group.state()));
        Await.value(
                "503 at once",
                Duration.ofSeconds(20),
                () -> took("/aborts"),
                took -> took.answer().status() == 503
                        && took.answer().header("Retry-After").isPresent()
                        && took.time().compareTo(Await.scaled(Duration.ofMillis(500))) < 0);
    }

    /** (g) Three overlapping clients for 13 s: 78 requests, all by one process. */
    @Test
    void aLimitOfRequestsIsNeverReachedWhileClientsOverlap() throws IOException {
        httpd.awaitReady("limited");
        try (Load load = Load.start(client, "/limited?millis=500", 3, 1000)) {
            long begin = System.nanoTime();
            Await.until(
                    "thirteen seconds of load to be over",
                    Duration.ofSeconds(60),
                    () -> System.nanoTime() - begin
                            > Await.scaled(Duration.ofSeconds(13)).toNanos());
            Load.Result result = load.stop();

            System.out.printf(
                    "measured: JsgiMaximumRequests 5, three clients: %d requests answered by %d processes, %d failed%n",
                    result.answered(), result.bodies().size(), result.failures().size());
            assertThat(result.failures()).isEmpty();
            assertThat(result.bodies().size()).as("processes that answered").isGreaterThan(1);
        }
    }

    /** (h) With {@code deadlock-timeout=0} the request timeout of 2 s did nothing: 200 after 8 s. */
    @Test
    void theRequestTimeoutDoesNothingWhenTheDeadlockTimeoutIsOff() throws IOException {
        httpd.errorLog().announce("timed");
        httpd.awaitReady("timed");

        Took took = took("/timed?millis=8000");

        assertThat(took.answer().status()).as(took.toString()).isEqualTo(504);
        assertThat(took.time()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(7));
    }

    /** (i) A preload that hangs left a process that never accepted and was never restarted. */
    @Test
    void aStartThatHangsIsNeverNoticed() throws IOException {
        Status.Group group = httpd.awaitGroup(
                "hangs",
                "to tell how its start ended",
                found -> found.lastExit() != null
                        && found.reason() != null
                        && !found.reason().isEmpty());

        assertThat(group.state()).isIn("backoff", "starting", "failed");
        long first = group.lastExit().pid();
        assertThat(ProcessTree.isAlive(first)).isFalse();
        Await.value(
                "503 while the group cannot start",
                Duration.ofSeconds(30),
                () -> client.get("/hangs").status(),
                status -> status == 503);
    }

    /** (j) The limit was looked at when a thread became free: a client waited far longer, and then got 504. */
    @Test
    void theQueueTimeoutFiresOnlyWhenAThreadIsFree() throws IOException {
        httpd.errorLog().announce("queued");
        httpd.awaitReady("queued");
        CompletableFuture<Response> running = CompletableFuture.supplyAsync(() -> get("/queued?millis=8000"));
        httpd.awaitGroup(
                "queued",
                "to work on the request",
                group -> group.processes().stream().anyMatch(process -> process.activeRequests() > 0));

        Took took = took("/queued?millis=0");

        assertThat(running).isNotDone();
        assertThat(took.answer().status()).as(took.toString()).isEqualTo(503);
        assertThat(took.time()).isGreaterThanOrEqualTo(Duration.ofMillis(1900));
        assertThat(running.join().status()).isEqualTo(200);
    }

    /** (k) Daemons of a killed parent were orphans, and served on. */
    @Test
    void aKilledParentLeavesOrphans() throws IOException {
        Httpd killed = KILLED.httpd();
        killed.awaitReady("shop");
        List<Long> daemons = killed.status().group("shop").pids();
        assertThat(daemons).hasSize(2);

        killed.killParent();

        killed.tree().assertNothingLeft(Duration.ofSeconds(10));
        assertThat(daemons).noneMatch(ProcessTree::isAlive);
    }

    private record Took(Response answer, Duration time) {}

    private Took took(String path) throws IOException {
        long begin = System.nanoTime();
        Response answer = client.get(path);
        return new Took(answer, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** Asks on new connections until something is over; every answer must be 200. The time of the slowest. */
    private Duration longestUntil(CompletableFuture<?> over, String path) {
        TreeSet<Duration> times = new TreeSet<>();
        List<Response> bad = new ArrayList<>();
        while (!over.isDone()) {
            Took took;
            try {
                took = took(path);
            } catch (IOException e) {
                throw new AssertionError(path, e);
            }
            times.add(took.time());
            if (took.answer().status() != 200 || !took.answer().complete()) {
                bad.add(took.answer());
            }
        }
        assertThat(bad).isEmpty();
        return times.last();
    }

    private Response get(String path) {
        try {
            return client.get(path);
        } catch (IOException e) {
            throw new AssertionError(path, e);
        }
    }
}
