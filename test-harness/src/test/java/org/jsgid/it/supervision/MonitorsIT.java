package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Apache does with monitors that hang, that die again and again, and that die when nobody wants them any more. */
@Tag("C5")
@Tag("C8")
@RequiresJdk({17, 25})
class MonitorsIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.prepared("monitors", server -> {
        server.addProfile("jdk-17", InstalledJdks.get(17));
        server.addProfile("jdk-25", InstalledJdks.get(25));
    });

    private final Httpd httpd = SERVER.httpd();

    private static HttpdConf configuration(Httpd server, int feature, String... more) {
        return new HttpdConf()
                .group("shop", concat("JsgiRuntime " + feature, more))
                .group("stayer", "JsgiRuntime 25")
                .mount("/hello", Apps.java(server, "hello/Hello.java"), "shop")
                .mount("/slow", Apps.java(server, "slow/Slow.java"), "shop")
                .mount("/stayer", Apps.java(server, "hello/Hello.java"), "stayer");
    }

    private static String[] concat(String first, String... more) {
        String[] all = new String[more.length + 1];
        all[0] = first;
        System.arraycopy(more, 0, all, 1, more.length);
        return all;
    }

    @BeforeEach
    void start() {
        httpd.configure(configuration(httpd, 17));
        if (httpd.isRunning()) {
            httpd.graceful();
        } else {
            httpd.start();
        }
        httpd.awaitReady("shop", "stayer");
        httpd.awaitGroup("shop", "to be on JDK 17", group -> group.profile().equals("jdk-17"));
        // Deaths of monitors, and what follows from them, are what is tested.
        httpd.errorLog().announce("JSGID0115|JSGID03");
    }

    @Test
    void aMonitorThatHangsHoldsUpNeitherRequestsNorRestartsNorTheCommand() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();
        long monitor = httpd.status().monitor("jdk-17").pid();
        ProcessTree.signal(monitor, "STOP");
        try {
            httpd.configure(configuration(httpd, 17, "JsgiEnvironment CHANGED yes"));
            httpd.graceful();
            assertThat(httpd.client().get("/hello").status()).isEqualTo(200);
            int mark = httpd.errorLog().mark();
            RunningProcess.run(httpd.command("-k", "restart")).expectSuccess();
            httpd.errorLog().awaitLine(mark, "resuming normal operations", Duration.ofSeconds(20));
            assertThat(httpd.client().get("/hello").status()).isEqualTo(200);

            RunningProcess.Completed restart = httpd.ctl().run("restart", "shop");
            assertThat(restart.status()).isEqualTo(1);
            assertThat(restart.output()).contains("JSGID0807").contains("jdk-17 (process " + monitor + ")");
            RunningProcess.Completed status = httpd.ctl().run("status");
            assertThat(status.status()).isZero();
            assertThat(status.output())
                    .contains("jdk-17 (process " + monitor + ")")
                    .contains("stayer");
        } finally {
            ProcessTree.signal(monitor, "CONT");
        }
        // It was told meanwhile.
        httpd.awaitGroup(
                "shop",
                "to be renewed",
                group -> group.pids().size() == 1 && !group.pids().equals(before));
        assertThat(httpd.status().monitor("jdk-17").pid()).isEqualTo(monitor);
    }

    @Test
    void aMonitorThatDiesAgainAndAgainComesBackWithinSecondsAndItsDaemonsServeOn() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();
        int mark = httpd.errorLog().mark();

        try (Load load = Load.start(httpd.client(), "/hello", 2, 20)) {
            Set<Long> killed = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                long monitor = Await.value(
                                "another monitor",
                                Duration.ofSeconds(10),
                                () -> monitor("jdk-17").filter(pid -> !killed.contains(pid)),
                                Optional::isPresent)
                        .orElseThrow();
                killed.add(monitor);
                ProcessTree.signal(monitor, "KILL");
            }
            // While it waits to be started again, Apache is restarted: that waits for nothing.
            httpd.graceful();
            httpd.awaitGroup("shop", "to be adopted", group -> group.pids().equals(before));
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.answered()).isPositive();
        }

        assertThat(httpd.errorLog().linesSince(mark, "JSGID0115.*at once")).isNotEmpty();
        assertThat(httpd.status().group("shop").pids()).isEqualTo(before);
    }

    @Test
    void theDaemonsOfAMonitorThatDiesWhenNobodyWantsItAnyMoreEndWithTheirRequests() throws IOException {
        Path began = Marks.folder(httpd).resolve("unwanted-began");
        Path until = Marks.folder(httpd).resolve("unwanted-until");
        long old = httpd.status().group("shop").pids().get(0);
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/slow?began=" + began + "&until=" + until, List.of());
            Await.until("the request to begin", Duration.ofSeconds(10), () -> Files.exists(began));
            long monitor = monitor("jdk-17").orElseThrow();

            httpd.configure(configuration(httpd, 25));
            httpd.graceful();
            ProcessTree.signal(monitor, "KILL");

            // Two monitors have the group until the former one's daemon has ended: the answer tells who serves.
            Await.until(
                    "the group to be on JDK 25",
                    Duration.ofSeconds(30),
                    () -> Facts.from(httpd.client(), "/hello")
                            .get("java.version")
                            .equals(InstalledJdks.get(25).version()));
            Files.createFile(until);
            assertThat(connection.readResponse("GET").text()).isEqualTo("done by " + old);
        }
        Await.until("the old daemon to end", Duration.ofSeconds(30), () -> !ProcessTree.isAlive(old));
        Await.until(
                "its monitor to end",
                Duration.ofSeconds(30),
                () -> monitor("jdk-17").isEmpty());
        Path file = httpd.runDir().resolve("monitors/jdk-17.conf");
        Await.until("Apache to notice it", Duration.ofSeconds(10), () -> !Files.exists(file));
    }

    @Test
    void aServerThatStartsAfterEverythingButDaemonsWasKilledWaitsForThemAndSaysSo() throws IOException {
        httpd.configure(configuration(httpd, 17, "JsgiShutdownTimeout 6"));
        httpd.graceful();
        httpd.awaitReady("shop");
        Path began = Marks.folder(httpd).resolve("orphan-began");
        Path until = Marks.folder(httpd).resolve("orphan-until");
        long daemon;
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/slow?began=" + began + "&until=" + until, List.of());
            Await.until("the request to begin", Duration.ofSeconds(10), () -> Files.exists(began));
            daemon = httpd.status().group("shop").pids().get(0);
            List<Long> monitors =
                    List.of(monitor("jdk-17").orElseThrow(), monitor("jdk-25").orElseThrow());
            int mark = httpd.errorLog().mark();
            monitors.forEach(pid -> ProcessTree.signal(pid, "STOP"));
            httpd.killParent();
            monitors.forEach(pid -> ProcessTree.signal(pid, "KILL"));
            assertThat(ProcessTree.isAlive(daemon)).isTrue();

            // Of the server that was killed.
            httpd.errorLog().announce("AH00098");
            // Of the application that is interrupted.
            httpd.errorLog().announce("JSGID04");
            httpd.start();

            httpd.errorLog().awaitLine(mark, "JSGID0103", Duration.ofSeconds(10));
            httpd.errorLog().awaitLine(mark, "resuming normal operations", Duration.ofSeconds(30));
            assertThat(ProcessTree.isAlive(daemon)).isFalse();
        }
        httpd.awaitReady("shop", "stayer");
        assertThat(httpd.client().get("/hello").status()).isEqualTo(200);
    }

    /** The process of a monitor that has executed its program. */
    private Optional<Long> monitor(String profile) {
        return ProcessTree.children(httpd.pid()).stream()
                .filter(entry -> entry.title().equals("jsgid-monitor " + profile))
                .map(ProcessTree.Entry::pid)
                .findFirst();
    }
}
