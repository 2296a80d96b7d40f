package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a daemon's keeper is, and what it does with the processes that an application has started. */
@Tag("C5")
@Tag("C8")
@EveryJdk
class KeeperIT {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("keeper", server -> {
        server.addInstalledProfiles();
        server.configure(
                new HttpdConf().group("starts").mount("/starts", Apps.java(server, "starts/Starts.java"), "starts"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("starts");
    }

    /** The pid of a process that the application has started and that is nobody's child but the keeper's. */
    private long started() throws IOException {
        long pid = Long.parseLong(httpd.client().get("/starts").text());
        assertThat(ProcessTree.isAlive(pid)).isTrue();
        long keeper = keeperOf(daemon());
        Await.until(
                "process " + pid + " to be the keeper's",
                WITHIN,
                () -> ProcessTree.process(pid)
                        .filter(entry -> entry.parent() == keeper)
                        .isPresent());
        return pid;
    }

    private long daemon() throws IOException {
        return httpd.status().group("starts").pids().get(0);
    }

    private static long keeperOf(long daemon) {
        return ProcessTree.process(daemon).orElseThrow().parent();
    }

    @Test
    void whatAnApplicationHasStartedEndsWithItsKilledDaemon() throws IOException {
        httpd.errorLog().announce("JSGID0328|JSGID0332");
        long daemon = daemon();
        long started = started();

        ProcessTree.signal(daemon, "KILL");

        Await.until("what the application started to end", WITHIN, () -> !ProcessTree.isAlive(started));
        assertThat(httpd.awaitGroup(
                                "starts",
                                "to have another process",
                                group -> group.pids().size() == 1
                                        && !group.pids().contains(daemon)
                                        && group.lastExit() != null)
                        .lastExit()
                        .signal())
                .isEqualTo("SIGKILL");
    }

    @Test
    void whatAnApplicationHasStartedEndsWithADaemonThatIsRenewed() throws IOException {
        long daemon = daemon();
        long started = started();

        assertThat(httpd.ctl().run("restart", "starts").status()).isZero();

        Await.until("the former daemon to end", WITHIN, () -> !ProcessTree.isAlive(daemon));
        Await.until("what the application started to end", WITHIN, () -> !ProcessTree.isAlive(started));
    }

    @Test
    void aKeeperThatIsKilledTakesItsDaemonWithItAndAnotherComes() throws IOException {
        httpd.errorLog().announce("JSGID0328|JSGID0332");
        long daemon = daemon();

        ProcessTree.signal(keeperOf(daemon), "KILL");

        Await.until("the daemon to end with its keeper", WITHIN, () -> !ProcessTree.isAlive(daemon));
        httpd.awaitGroup(
                "starts",
                "to have another process",
                WITHIN,
                group -> group.pids().size() == 1 && !group.pids().contains(daemon));
    }

    @Test
    void aKeeperIsSmallAndHoldsNoPowerButToSignal() throws IOException {
        long keeper = keeperOf(daemon());

        assertThat(ProcessTree.process(keeper).orElseThrow().title()).isEqualTo("jsgid-keeper: starts");
        assertThat(ProcessTree.pssBytes(keeper)).isLessThan(1024 * 1024);
        assertThat(ProcessTree.status(keeper, "CapEff")).isEqualTo("0000000000000020");
        assertThat(ProcessTree.status(keeper, "CapPrm")).isEqualTo("0000000000000020");
        assertThat(ProcessTree.status(keeper, "CapBnd")).isEqualTo("0000000000000000");
        assertThat(ProcessTree.descriptors(keeper)).hasSizeLessThanOrEqualTo(9);
    }
}
