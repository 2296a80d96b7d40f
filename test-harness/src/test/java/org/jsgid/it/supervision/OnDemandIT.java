package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups that start at their first request, and stop when none comes any more. */
@Tag("B9")
@RunsOn(8)
class OnDemandIT {

    private static final Duration WITHIN = Duration.ofSeconds(40);

    private static final String ORIGINAL = Apps.source("hello/Hello.java");

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("on-demand", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("rare", "JsgiOnDemand On", "JsgiInactivityTimeout 2")
                .group("several", "JsgiOnDemand On", "JsgiInactivityTimeout 2", "JsgiProcesses 2")
                .mount("/rare", Apps.java(server, "hello/Hello.java"), "rare")
                .mount("/several", Apps.java(server, "hello/Hello.java"), "several"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void idle() {
        awaitIdle("rare");
        awaitIdle("several");
    }

    private Status.Group awaitIdle(String group) {
        return httpd.awaitGroup(
                group,
                "to be idle without a process",
                WITHIN,
                found -> "idle".equals(found.state()) && found.processes().isEmpty());
    }

    private long virtualMachines() {
        return httpd.tree().below(httpd.pid()).stream()
                .filter(entry -> entry.title().startsWith("jsgid: "))
                .count();
    }

    @Test
    void noVirtualMachineRunsUntilARequestWhichWaitsForIt() throws IOException {
        assertThat(virtualMachines()).isZero();
        assertThat(httpd.status().group("rare").reason()).contains("until a request comes");

        assertThat(Facts.from(httpd.client(), "/rare").get("group")).isEqualTo("rare");

        assertThat(httpd.status().group("rare").state()).isEqualTo("ready");
        assertThat(virtualMachines()).isEqualTo(1);
        awaitIdle("rare");
        assertThat(virtualMachines()).isZero();
    }

    @Test
    void allProcessesOfAGroupComeAndGo() throws IOException {
        assertThat(httpd.client().get("/several").status()).isEqualTo(200);

        httpd.awaitGroup(
                "several",
                "to have two processes",
                WITHIN,
                found -> found.pids().size() == 2);
        awaitIdle("several");
        assertThat(virtualMachines()).isZero();
    }

    @Test
    void requestsThatComeWhileItStopsAreServedByTheNextProcess() throws IOException {
        for (int i = 0; i < 4; i++) {
            String before = Facts.from(httpd.client(), "/rare").get("pid");
            httpd.awaitGroup("rare", "to stop", WITHIN, found -> "idle".equals(found.state()));
            Facts after = Facts.from(httpd.client(), "/rare");
            assertThat(after.get("group")).isEqualTo("rare");
            if (!after.get("pid").equals(before)) {
                httpd.awaitReady("rare");
            }
        }
    }

    @Test
    void aFileThatChangesWhileNothingRunsIsLoadedAtTheNextStart() throws IOException {
        Apps.replace(Apps.folder(httpd).resolve("Hello.java"), ORIGINAL.replace("\"mount\"", "\"edited\""));
        try {
            assertThat(Facts.from(httpd.client(), "/rare").get("edited")).isEqualTo("/rare");
        } finally {
            awaitIdle("rare");
            Apps.replace(Apps.folder(httpd).resolve("Hello.java"), ORIGINAL);
        }
    }

    @Test
    void commandsDoWhatTheySay() throws IOException {
        httpd.errorLog().announce("JSGID0404.*rare");
        assertThat(httpd.ctl().run("stop", "rare").status()).isZero();
        assertThat(httpd.client().get("/rare").status()).isEqualTo(503);

        assertThat(httpd.ctl().run("start", "rare").status()).isZero();
        assertThat(httpd.status().group("rare").pids()).hasSize(1);
        assertThat(httpd.client().get("/rare").status()).isEqualTo(200);

        awaitIdle("rare");
        int generation = httpd.status().group("rare").generation();
        assertThat(httpd.ctl().run("restart", "rare").status()).isZero();
        assertThat(httpd.status().group("rare").state()).isEqualTo("idle");
        assertThat(httpd.status().group("rare").generation()).isGreaterThan(generation);
        assertThat(httpd.client().get("/rare").status()).isEqualTo(200);
    }

    @Test
    void aGracefulRestartOfApacheStartsNothing() throws IOException {
        httpd.graceful();

        Await.until(
                "Apache to answer", WITHIN, () -> httpd.client().get("/none").status() == 404);
        assertThat(virtualMachines()).isZero();
        assertThat(Facts.from(httpd.client(), "/rare").get("group")).isEqualTo("rare");
    }
}
