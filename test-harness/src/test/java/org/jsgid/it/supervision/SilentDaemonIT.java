package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Daemons whose JVM stands still. */
@Tag("C4")
@RunsOn(8)
class SilentDaemonIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("silent", server -> {
        server.addInstalledProfiles();
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group("one", "JsgiDeadlockTimeout 25")
                .group("two", "JsgiDeadlockTimeout 25", "JsgiProcesses 2")
                .group("patient", "JsgiDeadlockTimeout 0", "JsgiGracefulTimeout 4", "JsgiShutdownTimeout 1")
                .mount("/one", hello, "one")
                .mount("/two", hello, "two")
                .mount("/patient", hello, "patient"));
    });

    private final Httpd httpd = SERVER.httpd();
    private long stopped;

    @BeforeEach
    void ready() {
        httpd.awaitReady("one", "two", "patient");
        httpd.errorLog().announce("JSGID0336|JSGID0328|JSGID04\\d\\d.*(one|two|patient)|group (one|two|patient)");
    }

    @AfterEach
    void goOn() {
        if (stopped != 0 && ProcessTree.isAlive(stopped)) {
            ProcessTree.signal(stopped, "CONT");
        }
    }

    private void stop(long pid) {
        stopped = pid;
        ProcessTree.signal(pid, "STOP");
    }

    @Test
    void aStoppedDaemonIsReportedReplacedAndInTheEndKilled() throws IOException {
        long silent = httpd.status().group("one").pids().get(0);
        int mark = httpd.errorLog().mark();

        stop(silent);

        httpd.errorLog().awaitLine(mark, "JSGID0336.*daemon " + silent + ".*has said nothing for", WITHIN);
        httpd.errorLog().awaitLine(mark, "JSGID0382.*daemon " + silent + " is asked for the stacks", WITHIN);
        httpd.awaitGroup(
                "one",
                "to have another process",
                WITHIN,
                group -> group.pids().size() == 1 && !group.pids().contains(silent));
        Await.until("the stopped daemon to be killed", WITHIN, () -> !ProcessTree.isAlive(silent));
        Status.Group after = httpd.awaitGroup(
                "one",
                "to tell why",
                WITHIN,
                group -> group.lastExit() != null && group.lastExit().pid() == silent);
        assertThat(after.lastExit().reason()).contains("said nothing for").contains("JsgiDeadlockTimeout");
        assertThat(Facts.from(httpd.client(), "/one").get("group")).isEqualTo("one");
    }

    @Test
    void oneOfTwoIsReplacedAndTheOtherServesMeanwhile() throws IOException {
        List<Long> before = httpd.status().group("two").pids();

        stop(before.get(0));

        httpd.awaitGroup(
                "two",
                "to have two processes that speak",
                WITHIN,
                group -> group.pids().size() == 2 && !group.pids().contains(before.get(0)));
        assertThat(httpd.status().group("two").pids()).contains(before.get(1));
        Await.until("the stopped daemon to be killed", WITHIN, () -> !ProcessTree.isAlive(before.get(0)));
        assertThat(Facts.from(httpd.client(), "/two").get("group")).isEqualTo("two");
    }

    @Test
    void aDaemonThatIsStoppedWhileItDrainsIsKilledAtItsDeadlines() throws IOException {
        long silent = httpd.status().group("patient").pids().get(0);

        stop(silent);
        httpd.ctl().run("restart", "patient");

        Await.until("the stopped daemon to be killed", WITHIN, () -> !ProcessTree.isAlive(silent));
        assertThat(Facts.from(httpd.client(), "/patient").get("group")).isEqualTo("patient");
    }

    @Test
    void aDaemonThatGoesOnBeforeItIsKilledFailsNothing() throws IOException {
        long silent = httpd.status().group("one").pids().get(0);
        int mark = httpd.errorLog().mark();
        stop(silent);
        httpd.errorLog().awaitLine(mark, "JSGID0336.*daemon " + silent, WITHIN);

        ProcessTree.signal(silent, "CONT");

        httpd.errorLog().awaitLine(mark, "JSGID0383.*daemon " + silent + " speaks again", WITHIN);
        httpd.awaitGroup(
                "one",
                "to have one process",
                WITHIN,
                group -> group.processes().size() == 1 && group.pids().size() == 1);
        assertThat(Facts.from(httpd.client(), "/one").get("group")).isEqualTo("one");
    }
}
