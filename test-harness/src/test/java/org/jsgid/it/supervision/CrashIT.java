package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that die, one by one, and what is left of the tree then. */
@Tag("C1")
@Tag("C2")
@Tag("C5")
@EveryJdk
class CrashIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("crash", server -> {
        server.addInstalledProfiles();
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group("steady", "JsgiProcesses 2")
                .group("dies", "JsgiProcesses 1")
                .group("loops")
                .mount("/steady", hello, "steady")
                .mount("/dies", Apps.java(server, "dies/Dies.java"), "dies")
                .mount("/loops", Apps.java(server, "dies/AtStart.java"), "loops"));
        server.errorLog().announce("loops|AtStart");
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.errorLog().announce("loops|AtStart");
        httpd.awaitReady("steady", "dies");
    }

    @Test
    void aKilledDaemonIsReplacedAndTheOtherServesOn() throws IOException {
        httpd.errorLog().announce("steady");
        List<Long> before = httpd.status().group("steady").pids();
        assertThat(before).hasSize(2);

        ProcessTree.signal(before.get(0), "KILL");

        Status.Group after = httpd.awaitGroup(
                "steady",
                "to have two processes again",
                Duration.ofSeconds(10),
                group -> group.pids().size() == 2 && !group.pids().contains(before.get(0)));
        assertThat(after.pids()).contains(before.get(1));
        assertThat(after.lastExit().pid()).isEqualTo(before.get(0));
        assertThat(after.lastExit().signal()).isEqualTo("SIGKILL");
        assertThat(Facts.from(httpd.client(), "/steady").get("group")).isEqualTo("steady");
    }

    @Test
    void theExitStatusAndTheLastLinesOfADeadDaemonAreKept() throws IOException {
        httpd.errorLog().announce("dies|Dies|/dies");
        long before = httpd.status().group("dies").pids().get(0);

        Response response = httpd.client().get("/dies?when=before");

        assertThat(response.status()).isEqualTo(502);
        Status.Group after = httpd.awaitGroup(
                "dies",
                "to tell how its process ended",
                group -> group.lastExit() != null
                        && group.lastExit().pid() == before
                        && !group.pids().isEmpty());
        assertThat(after.lastExit().status()).isEqualTo(42);
        assertThat(after.lastExit().log()).anyMatch(line -> line.contains("Dies is about to end its process"));
        assertThat(httpd.client().get("/dies").text()).isEqualTo("alive");
    }

    @Test
    void systemExitInAnApplicationEndsTheProcessAndAnotherComes() throws IOException {
        httpd.errorLog().announce("dies|Dies|/dies");
        long before = httpd.status().group("dies").pids().get(0);

        assertThat(httpd.client().get("/dies?when=exit").status()).isIn(500, 502);

        Status.Group after = httpd.awaitGroup(
                "dies",
                "to have another process and to tell how the last one ended",
                group -> !group.pids().isEmpty()
                        && !group.pids().contains(before)
                        && group.lastExit() != null
                        && group.lastExit().pid() == before);
        assertThat(after.lastExit().status()).isEqualTo(43);
    }

    @Test
    void requestsToAGroupThatKeepsCrashingAreRefusedAtOnce() throws IOException {
        Status.Group group = httpd.awaitGroup("loops", "to back off", found -> "backoff".equals(found.state()));
        assertThat(group.reason()).isNotBlank();
        assertThat(group.lastExit().status()).isEqualTo(7);

        Response refused = Await.value(
                "a refusal with Retry-After",
                Duration.ofSeconds(20),
                () -> {
                    long begin = System.nanoTime();
                    Response response = httpd.client().get("/loops");
                    Duration took = Duration.ofNanos(System.nanoTime() - begin);
                    // Between two attempts the group is starting, and requests wait for that.
                    return took.compareTo(Await.scaled(Duration.ofMillis(500))) < 0 ? response : null;
                },
                response -> response != null
                        && response.status() == 503
                        && response.header("Retry-After").isPresent());
        assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
                .isBetween(1, 300);
    }

    @Test
    void neverMoreProcessesThanConfiguredAfterAnyKill() throws IOException {
        httpd.errorLog().announce("steady|dies");
        for (int i = 0; i < 3; i++) {
            long killed = httpd.status().group("steady").pids().get(0);
            ProcessTree.signal(killed, "KILL");
            httpd.awaitGroup(
                    "steady",
                    "to have two processes again",
                    Duration.ofSeconds(10),
                    group -> group.pids().size() == 2 && !group.pids().contains(killed));
        }
        long running = httpd.tree().below(httpd.pid()).stream()
                .filter(entry -> entry.title().equals("jsgid: steady"))
                .count();
        assertThat(running).isEqualTo(2);
    }

    @Test
    void aKilledMonitorLeavesNoOrphanAndItsGroupsComeBack() throws IOException {
        httpd.errorLog().announce("onitor|steady|dies|/dies");
        Status.Group before = httpd.status().group("steady");
        long monitor = httpd.status().monitor(before.profile()).pid();

        ProcessTree.signal(monitor, "KILL");

        httpd.awaitGroup(
                "steady",
                "to be back",
                Duration.ofSeconds(10),
                group -> group.pids().size() == 2);
        Await.until(
                "Apache to answer with the new processes",
                Duration.ofSeconds(10),
                () -> httpd.client().get("/steady").status() == 200);
        Await.value(
                "the daemons of the dead monitor to be gone, or adopted",
                Duration.ofSeconds(10),
                () -> ProcessTree.all().values().stream()
                        .filter(entry -> entry.title().equals("jsgid: steady"))
                        .filter(entry -> mentions(entry, httpd.root()))
                        .count(),
                count -> count == 2);
    }

    @Test
    void nothingIsLeftWhenApachesParentIsKilledAndANewServerStartsInTheSameFolder() throws IOException {
        httpd.errorLog().announce("onitor|steady|dies|JSGID");
        httpd.errorLog().announce("AH00098: pid file .* overwritten");
        Map<Long, ProcessTree.Entry> all = ProcessTree.all();
        assertThat(all).containsKey(httpd.pid());

        httpd.killParent();
        httpd.tree().assertNothingLeft(Duration.ofSeconds(10));

        httpd.start();
        httpd.awaitReady("steady");
        assertThat(Facts.from(httpd.client(), "/steady").get("group")).isEqualTo("steady");
    }

    private static boolean mentions(ProcessTree.Entry entry, Path folder) {
        return entry.arguments().stream().anyMatch(argument -> argument.contains(folder.toString()));
    }
}
