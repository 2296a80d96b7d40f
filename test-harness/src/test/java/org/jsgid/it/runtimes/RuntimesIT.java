package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One Apache with groups on JDK 17 and 25, selected in every way there is. */
@Tag("A2")
@Tag("A4")
@Tag("A5")
@RequiresJdk({17, 25})
@Tag("alone")
class RuntimesIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("runtimes", server -> {
        server.addProfile("jdk-17", InstalledJdks.get(17));
        server.addProfile("jdk-25", InstalledJdks.get(25));
        server.configure(configuration(server, "17"));
    });

    private final Httpd httpd = SERVER.httpd();

    private static HttpdConf configuration(Httpd server, String defaultRuntime) {
        Path hello = Apps.java(server, "hello/Hello.java");
        return new HttpdConf()
                .add("JsgiRuntime " + defaultRuntime)
                .group("seventeen", "JsgiRuntime 17")
                .group("twentyfive", "JsgiRuntime 25")
                .group("default")
                .group("named", "JsgiRuntime jdk-25")
                .group("nearest", "JsgiRuntime 18+")
                .mount("/seventeen", hello, "seventeen")
                .mount("/twentyfive", hello, "twentyfive")
                .mount("/default", hello, "default")
                .mount("/named", hello, "named")
                .mount("/nearest", hello, "nearest");
    }

    @BeforeEach
    void allReady() {
        httpd.awaitReady("seventeen", "twentyfive", "default", "named", "nearest");
    }

    @Test
    void eachGroupAnswersWithTheJavaVersionOfItsRuntime() throws IOException {
        String seventeen = InstalledJdks.get(17).version();
        String twentyfive = InstalledJdks.get(25).version();

        assertThat(version("/seventeen")).isEqualTo(seventeen);
        assertThat(version("/twentyfive")).isEqualTo(twentyfive);
        assertThat(version("/named")).isEqualTo(twentyfive);
        assertThat(version("/nearest")).isEqualTo(twentyfive);
    }

    @Test
    void theDefaultRuntimeIsChangedInOneLine() throws IOException {
        assertThat(version("/default")).isEqualTo(InstalledJdks.get(17).version());

        httpd.configure(configuration(httpd, "25"));
        httpd.graceful();

        Await.value(
                "the group without a runtime to move",
                Duration.ofSeconds(30),
                () -> version("/default"),
                InstalledJdks.get(25).version()::equals);
        httpd.configure(configuration(httpd, "17"));
        httpd.graceful();
        Await.value(
                "the group without a runtime to move back",
                Duration.ofSeconds(30),
                () -> version("/default"),
                InstalledJdks.get(17).version()::equals);
    }

    @Test
    void everyProfileHasOneMonitorUnderApachesParentWhichPsNames() {
        List<String> monitors = ProcessTree.children(httpd.pid()).stream()
                .map(ProcessTree.Entry::title)
                .filter(title -> title.startsWith("jsgid-monitor"))
                .sorted()
                .toList();

        assertThat(monitors).containsExactly("jsgid-monitor jdk-17", "jsgid-monitor jdk-25");
    }

    @Test
    void everyDaemonHasAKeeperBelowTheMonitorOfItsProfile() throws IOException {
        Status status = httpd.status();

        for (Status.Group group : status.groups()) {
            long monitor = status.monitor(group.profile()).pid();
            assertThat(group.pids()).as(group.name()).hasSize(1);
            long parent = ProcessTree.process(group.pids().get(0)).orElseThrow().parent();
            ProcessTree.Entry keeper = ProcessTree.process(parent).orElseThrow();
            assertThat(keeper.title()).isEqualTo("jsgid-keeper: " + group.name());
            assertThat(keeper.parent()).as(group.name()).isEqualTo(monitor);
        }
    }

    @Test
    @Tag("memory")
    void monitorsAreSmall() throws IOException {
        for (Status.Monitor monitor : httpd.status().monitors()) {
            long pss = ProcessTree.pssBytes(monitor.pid());
            System.out.printf("measured: monitor %s has a PSS of %.1f MiB%n", monitor.profile(), pss / 1048576.0);
            assertThat(pss).as("PSS of monitor %s", monitor.profile()).isLessThan(96L << 20);
        }
    }

    @Test
    void aKilledMonitorComesBackWithItsGroupsAndTheOthersServeOn() throws IOException {
        long before = httpd.status().monitor("jdk-17").pid();
        List<Long> untouched = httpd.status().group("twentyfive").pids();
        httpd.errorLog().announce("jdk-17|seventeen|default");

        try (Load load = Load.start(httpd.client(), "/twentyfive", 2, 50)) {
            ProcessTree.signal(before, "KILL");
            Await.value(
                    "another monitor for jdk-17",
                    Duration.ofSeconds(10),
                    () -> httpd.status().monitor("jdk-17").pid(),
                    pid -> pid != before);
            Await.until(
                    "its group to answer",
                    Duration.ofSeconds(10),
                    () -> httpd.client().get("/seventeen").status() == 200);
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.answered()).isPositive();
        }

        assertThat(httpd.status().group("twentyfive").pids()).isEqualTo(untouched);
    }

    private String version(String path) throws IOException {
        return Facts.from(httpd.client(), path).get("java.version");
    }
}
