package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Applications that are loaded for ever: mod_wsgi's startup timeout does not fire for those. */
@Tag("C4")
@RunsOn(27)
class HungStartIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static final String ORIGINAL = Apps.source("hello/Hello.java");

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("hung", server -> {
        server.addInstalledProfiles();
        Path hangs = Apps.java(server, "slow/SlowStart.java");
        server.configure(new HttpdConf()
                .group("hangs", "JsgiStartupTimeout 15", "JsgiEnvironment UNTIL ROOT/never")
                .group("edited", "JsgiStartupTimeout 20", "JsgiEnvironment UNTIL ROOT/never")
                .mount("/hangs", hangs, "hangs")
                .mount("/edited", Apps.java(server, "hello/Hello.java"), "edited"));
        server.errorLog().announce("hangs|SlowStart|JSGID");
    });

    private final Httpd httpd = SERVER.httpd();

    @Test
    void aPreloadThatHangsEndsAtTheStartupTimeoutWithTheStacksInTheLogAndTheStepInTheReason() throws IOException {
        httpd.errorLog().announce("hangs|SlowStart");
        httpd.awaitGroup(
                "hangs",
                "to show at which step it hangs",
                WITHIN,
                group -> group.processes().stream()
                        .anyMatch(process -> process.step() != null
                                && process.step().name().endsWith("SlowStart.java")
                                && process.step().sinceMillis() > 1000));

        Status.Group group = httpd.awaitGroup(
                "hangs", "to give up", WITHIN, found -> found.lastExit() != null && "backoff".equals(found.state()));

        assertThat(group.lastExit().reason())
                .contains("not ready within 15 s (JsgiStartupTimeout)")
                .containsPattern("hangs while loading .*SlowStart.java since [0-9]+ s");
        assertThat(String.join("\n", httpd.errorLog().lines()))
                .contains("Full thread dump")
                .contains("at SlowStart.init(SlowStart.java:");
        assertThat(httpd.client().get("/hangs").status()).isEqualTo(503);
    }

    @Test
    void aNewVersionThatHangsIsDiscardedAndTheOldOneServesOn() throws IOException {
        httpd.errorLog().announce("hangs|SlowStart|edited");
        httpd.awaitReady("edited");
        String before = Facts.from(httpd.client(), "/edited").get("pid");
        Path file = Apps.folder(httpd).resolve("Hello.java");
        try {
            Apps.replace(file, Apps.source("slow/SlowStart.java").replace("class SlowStart", "class Hello"));

            Status.Group group = httpd.awaitGroup(
                    "edited",
                    "to tell why the new generation was discarded",
                    WITHIN,
                    found -> found.reason() != null && found.reason().contains("was discarded"));

            assertThat(group.reason()).containsPattern("hangs while loading .*Hello.java since [0-9]+ s");
            assertThat(Facts.from(httpd.client(), "/edited").get("pid")).isEqualTo(before);
        } finally {
            Apps.replace(file, ORIGINAL);
        }
        httpd.awaitGroup(
                "edited",
                "to have nothing to say any more",
                WITHIN,
                found -> found.reason().isEmpty());
    }
}
