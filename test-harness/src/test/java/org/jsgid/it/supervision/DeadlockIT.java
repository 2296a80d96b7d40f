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
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Threads of an application that wait for each other for ever. */
@Tag("C3")
@EveryJdk
class DeadlockIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("deadlock", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("locks", "JsgiThreads 15", "JsgiDeadlockTimeout 5", "JsgiGracefulTimeout 2")
                .mount("/locks", Apps.java(server, "takes/Takes.java"), "locks"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("locks");
    }

    @Test
    void twoOfFifteenThreadsAreFoundWithTheirCycleAndTheProcessIsRenewedWhileTheOthersServe() throws IOException {
        httpd.errorLog().announce("locks|JSGID");
        int mark = httpd.errorLog().mark();
        Status.Group before = httpd.status().group("locks");
        Path marks = Marks.folder(httpd);
        try (Client.Connection one = httpd.client().open();
                Client.Connection other = httpd.client().open()) {
            one.sendHead("GET", "/locks?how=one&began=" + marks + "/one&until=" + marks + "/other", List.of());
            other.sendHead("GET", "/locks?how=other&began=" + marks + "/other&until=" + marks + "/one", List.of());
            Await.until(
                    "both to have begun",
                    Duration.ofSeconds(10),
                    () -> Files.exists(marks.resolve("one")) && Files.exists(marks.resolve("other")));

            Await.until(
                    "another process, and the deadlocked one to be gone, while requests are served",
                    Duration.ofSeconds(60),
                    () -> {
                        assertThat(httpd.client().get("/locks").status()).isEqualTo(200);
                        Status.Group group = httpd.status().group("locks");
                        return !group.pids().isEmpty()
                                && group.processes().stream()
                                        .noneMatch(each -> before.pids().contains(each.pid()));
                    });
        }
        assertThat(httpd.errorLog().linesSince(mark, "JSGID0533"))
                .as("logged once")
                .hasSize(1);
        assertThat(httpd.errorLog().linesSince(mark, "waits for java.lang.Object@\\w+ of \\S+"))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(httpd.errorLog().linesSince(mark, "at Takes.lock\\(Takes.java:\\d+\\)"))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(httpd.errorLog().linesSince(mark, "- holds java.lang.Object@"))
                .hasSizeGreaterThanOrEqualTo(2);
    }
}
