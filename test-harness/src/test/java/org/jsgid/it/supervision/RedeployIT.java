package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Application files that change, break, or are not there. */
@Tag("C9")
@Tag("C10")
@Tag("alone")
@RunsOn(21)
class RedeployIT {

    private static final String ORIGINAL = Apps.source("hello/Hello.java");

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("redeploy", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("edited")
                .group("broken")
                .group("late")
                .mount("/edited", Apps.java(server, "hello/Hello.java"), "edited")
                .mount("/broken", Apps.java(server, "broken/Broken.java"), "broken")
                .mount("/late", Apps.folder(server).resolve("Late.java"), "late"));
        server.errorLog().announce("Broken|broken|Late|late");
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.errorLog().announce("Broken|broken|Late|late");
        httpd.awaitReady("edited");
    }

    @Test
    void applicationsWithAGroupAreLoadedBeforeItIsReady() throws IOException {
        List<Status.Application> applications = httpd.status().group("edited").applications();

        assertThat(applications).singleElement().satisfies(application -> {
            assertThat(application.state()).isEqualTo("loaded");
            assertThat(application.mount()).isEqualTo("/edited");
            assertThat(application.loadMillis()).isNotNegative();
        });
    }

    @Test
    void anEditIsNoticedWithinTwoSecondsAndNoRequestFails() throws IOException {
        edit(ORIGINAL);
        Facts.from(httpd.client(), "/edited");
        String changed = ORIGINAL.replace("\"mount\"", "\"edited\"");
        assertThat(changed).isNotEqualTo(ORIGINAL);

        try (Load load = Load.start(httpd.client(), "/edited", 2, 30)) {
            int mark = httpd.errorLog().mark();
            long begin = System.nanoTime();
            edit(changed);
            httpd.errorLog().awaitLine(mark, "edited\\] begins generation", Duration.ofSeconds(2));
            // How long the new daemon then takes to start is a matter of the machine and its other load.
            Await.until(
                    "the new answer",
                    Duration.ofSeconds(20),
                    () -> Facts.from(httpd.client(), "/edited").get("edited") != null);
            System.out.printf(
                    "measured: an edited .java file answered after %d ms, under load%n",
                    (System.nanoTime() - begin) / 1_000_000);
            assertThat(load.stop().failures()).isEmpty();
        }
    }

    @Test
    void aBrokenEditLeavesTheRunningOneAndTheCompilersMessageIsInTheLog() throws IOException {
        edit(ORIGINAL);
        Facts before = Await.value(
                "the original",
                Duration.ofSeconds(10),
                () -> Facts.from(httpd.client(), "/edited"),
                facts -> facts.get("mount") != null);
        httpd.errorLog().announce("edited|Hello\\.java");
        int mark = httpd.errorLog().mark();

        try (Load load = Load.start(httpd.client(), "/edited", 2, 30)) {
            edit(ORIGINAL.replace("StringBuilder text", "StringBuildr text"));
            httpd.errorLog().awaitLine(mark, "StringBuildr", Duration.ofSeconds(15));
            Status.Group group = httpd.awaitGroup(
                    "edited",
                    "to tell why the new generation was discarded",
                    found -> found.reason() != null && found.reason().contains("Hello.java"));
            assertThat(group.pids()).isNotEmpty();
            assertThat(load.stop().failures()).isEmpty();
        }
        assertThat(Facts.from(httpd.client(), "/edited").get("pid")).isEqualTo(before.get("pid"));

        edit(ORIGINAL);
        httpd.awaitGroup(
                "edited",
                "to have nothing to say any more",
                found -> found.reason() == null || found.reason().isEmpty());
    }

    @Test
    void aFileThatNeverCompiledAnswers500WithTheMessageForTheLoopbackClient() throws IOException {
        httpd.awaitReady("broken");

        Response response = httpd.client().get("/broken");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).contains("thereIsNoSuchVariable").contains("Broken.java");
        assertThat(httpd.errorLog().linesSince(0, "thereIsNoSuchVariable")).isNotEmpty();
    }

    @Test
    void aFileThatIsNotThereAnswers404UntilItAppears() throws IOException {
        httpd.awaitReady("late");
        Path late = Apps.folder(httpd).resolve("Late.java");

        assertThat(httpd.client().get("/late").status()).isEqualTo(404);
        assertThat(httpd.errorLog().linesSince(0, "apps/Late\\.java")).isNotEmpty();

        Apps.replace(late, ORIGINAL.replace("class Hello", "class Late"));
        Await.until(
                "the application to appear",
                Duration.ofSeconds(10),
                () -> httpd.client().get("/late").status() == 200);
        Files.delete(late);
    }

    private void edit(String text) {
        Apps.replace(Apps.folder(httpd).resolve("Hello.java"), text);
    }
}
