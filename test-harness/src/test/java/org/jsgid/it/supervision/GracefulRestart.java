package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a graceful restart of Apache must not do, for every MPM: lose a request, or touch a group's JVM. */
@Tag("C6")
@Tag("C7")
@Tag("alone")
abstract class GracefulRestart {

    /** How long the load lasts, and how often Apache is restarted meanwhile. */
    private static final int RESTARTS = 10;

    private static final Duration BETWEEN = Duration.ofSeconds(3);

    abstract Httpd httpd();

    static void prepare(Httpd server, HttpdConf.Mpm mpm) {
        server.addInstalledProfiles();
        server.configure(configuration(server, mpm, ""));
    }

    private static HttpdConf configuration(Httpd server, HttpdConf.Mpm mpm, String change) {
        Path hello = Apps.java(server, "hello/Hello.java");
        return new HttpdConf()
                .mpm(mpm)
                .group("kept", "JsgiProcesses 2", "JsgiThreads 20")
                .group("changed", "JsgiThreads 20", change)
                .mount("/kept", hello, "kept")
                .mount("/slow", Apps.java(server, "slow/Slow.java"), "changed")
                .mount("/changed", hello, "changed");
    }

    abstract HttpdConf.Mpm mpm();

    @BeforeEach
    void ready() {
        httpd().awaitReady("kept", "changed");
    }

    @Test
    void underLoadNoRequestFailsAndTheDaemonsAreTheSame() throws IOException {
        List<Long> before = httpd().status().group("kept").pids();
        List<Long> monitors =
                httpd().status().monitors().stream().map(Status.Monitor::pid).toList();

        try (Load load = Load.start(httpd().client(), "/kept", 8, 100)) {
            for (int i = 0; i < RESTARTS; i++) {
                long begin = System.nanoTime();
                httpd().graceful();
                // The pause is part of what is tested: one restart every three seconds.
                Await.until(
                        "the next restart to be due",
                        Duration.ofSeconds(20),
                        () -> System.nanoTime() - begin >= BETWEEN.toNanos());
                assertThat(load.failed()).as("failed requests").isZero();
            }
            Load.Result result = load.stop();
            System.out.printf(
                    "measured: %s MPM, %d graceful restarts in %d s: %d requests answered, %d failed, %d resent on a"
                            + " connection that Apache had closed%n",
                    mpm(),
                    RESTARTS,
                    RESTARTS * BETWEEN.toSeconds(),
                    result.answered(),
                    result.failures().size(),
                    result.resent());
            assertThat(result.failures()).isEmpty();
            assertThat(result.answered()).isGreaterThan(1000);
        }

        assertThat(httpd().status().group("kept").pids()).isEqualTo(before);
        assertThat(httpd().status().monitors().stream().map(Status.Monitor::pid))
                .containsExactlyElementsOf(monitors);
    }

    @Test
    void onlyAGroupWhoseDefinitionChangedIsRenewed() throws IOException {
        List<Long> kept = httpd().status().group("kept").pids();
        List<Long> changed = httpd().status().group("changed").pids();

        try (Load load = Load.start(httpd().client(), "/changed", 4, 50)) {
            httpd().configure(configuration(httpd(), mpm(), "JsgiEnvironment CHANGED now-" + changed.get(0)));
            httpd().graceful();
            httpd().awaitGroup(
                            "changed",
                            "to be renewed",
                            group -> "ready".equals(group.state())
                                    && !group.pids().isEmpty()
                                    && !group.pids().contains(changed.get(0)));
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
        }

        assertThat(httpd().status().group("kept").pids()).isEqualTo(kept);
    }

    @Test
    void aRestartOfAGroupIsRolling() throws IOException {
        List<Long> before = httpd().status().group("kept").pids();

        try (Load load = Load.start(httpd().client(), "/kept", 4, 50)) {
            httpd().ctl().run("restart", "kept").expectSuccess();
            Status.Group after = httpd().awaitGroup(
                            "kept",
                            "to have new processes",
                            group -> group.pids().size() == 2
                                    && group.pids().stream().noneMatch(before::contains));
            assertThat(after.state()).isEqualTo("ready");
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.answered()).isPositive();
        }
    }

    @Test
    void aRequestThatRunsIsFinishedByTheProcessThatBeganItWhenItsGroupIsRenewed() throws IOException {
        long before = httpd().status().group("changed").pids().get(0);
        Path marks = Marks.folder(httpd());
        Path began = marks.resolve("began-" + before);
        Path until = marks.resolve("until-" + before);
        try (Client.Connection connection = httpd().client().open()) {
            connection.sendHead("GET", "/slow?began=" + began + "&until=" + until, List.of());
            Await.until("the request to begin", Duration.ofSeconds(10), () -> Files.exists(began));

            httpd().ctl().run("restart", "changed").expectSuccess();
            httpd().awaitGroup(
                            "changed",
                            "to have another process",
                            group -> !group.pids().isEmpty() && !group.pids().contains(before));
            assertThat(ProcessTree.isAlive(before))
                    .as("the old process finishes its request")
                    .isTrue();
            Files.createFile(until);

            Client.Response response = connection.readResponse("GET");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.complete()).isTrue();
            assertThat(response.text()).isEqualTo("done by " + before);
        }
        Await.until("the old process to end", Duration.ofSeconds(20), () -> !ProcessTree.isAlive(before));
    }
}
