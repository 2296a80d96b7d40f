package org.jsgid.it.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A start that takes long: who waits for it is told, and status says at which step it is. */
@Tag("C1")
@EveryJdk
class WaitingIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("waiting", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("starting", "JsgiEnvironment UNTIL ROOT/started")
                .mount("/starting", Apps.java(server, "slow/SlowStart.java"), "starting"));
    });

    private final Httpd httpd = SERVER.httpd();

    @Test
    void aCommandSaysWhatItWaitsForAndStatusAtWhichStepThatIs() throws IOException {
        Path started = httpd.root().resolve("started");
        Files.createFile(started);
        httpd.awaitReady("starting");
        List<Long> before = httpd.status().group("starting").pids();
        Files.delete(started);

        try (RunningProcess restart = httpd.ctl().start("restart", "starting")) {
            restart.awaitLine("waits for starting (ready)", Duration.ofSeconds(20));
            Await.value(
                    "status to show the step",
                    Duration.ofSeconds(20),
                    () -> httpd.ctl().run("status", "starting").output(),
                    text -> text.contains("at the step 'loading ") && text.contains("SlowStart.java"));
            assertThat(httpd.client().get("/starting").text()).isEqualTo("started at last");
            assertThat(restart.isAlive()).isTrue();

            Files.createFile(started);
            assertThat(restart.await(Duration.ofSeconds(30)).expectSuccess().output())
                    .contains("starting: ready");
        }

        httpd.awaitReady("starting");
        assertThat(httpd.status().group("starting").pids()).hasSize(1).doesNotContainAnyElementsOf(before);
        String status = httpd.ctl().run("status", "starting").output();
        assertThat(status).contains(": started with ").contains("loading ");
    }
}
