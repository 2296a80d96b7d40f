package org.jsgid.it.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Image;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.Status;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code jsgid-ctl} shows and does, for root and for others. */
@Tag("G1")
@RunsOn(21)
class StatusIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("status", server -> {
        server.addInstalledProfiles();
        Path hello = Apps.java(server, "hello/Hello.java");
        String user = TestUser.isRoot() ? "JsgiUser games" : "";
        server.configure(new HttpdConf()
                .group("shop", user, "JsgiProcesses 2")
                .group("blog")
                .mount("/shop", hello, "shop")
                .mount("/blog", hello, "blog"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("shop", "blog");
    }

    @Test
    void theTextNamesMonitorsGroupsAndProcesses() throws IOException {
        Completed status = httpd.ctl().run("status").expectSuccess();

        Status now = httpd.status();
        assertThat(status.output()).contains("shop").contains("blog").contains("ready");
        for (Status.Monitor monitor : now.monitors()) {
            assertThat(status.output()).contains(monitor.profile()).contains(Long.toString(monitor.pid()));
        }
        for (long pid : now.group("shop").pids()) {
            assertThat(status.output()).contains(Long.toString(pid));
        }
    }

    @Test
    void oneGroupIsShownAlone() {
        String output = httpd.ctl().run("status", "blog").expectSuccess().output();

        assertThat(output).contains("blog").doesNotContain("shop");
    }

    @Test
    void jsonHasTheDocumentedNames() throws IOException {
        JsonObject document = httpd.ctl().json("status").getAsJsonObject();

        JsonObject monitor = document.getAsJsonArray("monitors").get(0).getAsJsonObject();
        assertThat(monitor.keySet()).contains("profile", "feature", "pid", "state", "startedAt", "rssBytes");
        JsonObject group = document.getAsJsonArray("groups").asList().stream()
                .map(element -> element.getAsJsonObject())
                .filter(element -> element.get("name").getAsString().equals("shop"))
                .findFirst()
                .orElseThrow();
        assertThat(group.keySet())
                .contains(
                        "name",
                        "runtime",
                        "profile",
                        "javaVersion",
                        "user",
                        "state",
                        "generation",
                        "queue",
                        "applications",
                        "processes");
        assertThat(group.getAsJsonObject("queue").keySet()).contains("length", "limit", "oldestMillis");
        assertThat(group.getAsJsonArray("applications").get(0).getAsJsonObject().keySet())
                .contains("file", "mount", "applicationGroup", "state", "loadMillis");
        JsonObject process = group.getAsJsonArray("processes").get(0).getAsJsonObject();
        assertThat(process.keySet())
                .contains(
                        "pid",
                        "generation",
                        "state",
                        "startedAt",
                        "requests",
                        "activeRequests",
                        "threads",
                        "rssBytes",
                        "heapUsedBytes",
                        "heapMaxBytes",
                        "cpuSeconds",
                        "steps");
        assertThat(Instant.parse(process.get("startedAt").getAsString())).isBefore(Instant.now());
        assertThat(process.get("rssBytes").getAsLong()).isGreaterThan(10 << 20);
    }

    @Test
    void requestsAreCounted() throws IOException {
        // Daemons report once a second: what an earlier test asked may not be counted yet.
        long before = Await.value(
                "a count that stays",
                Duration.ofSeconds(20),
                () -> {
                    long count = requests();
                    return Await.atMost(Duration.ofMillis(1500), () -> requests() != count) ? -1 : count;
                },
                count -> count >= 0);
        for (int i = 0; i < 10; i++) {
            assertThat(httpd.client().get("/shop").status()).isEqualTo(200);
        }
        Await.value("ten more requests", Duration.ofSeconds(5), this::requests, now -> now == before + 10);
    }

    @Test
    void aStoppedGroupRefusesAtOnceAndStartsAgain() throws IOException {
        httpd.errorLog().announce("blog");
        httpd.ctl().run("stop", "blog").expectSuccess();
        httpd.awaitGroup("blog", "to be stopped", group -> "stopped".equals(group.state()));

        assertThat(httpd.client().get("/blog").status()).isEqualTo(503);
        assertThat(httpd.client().get("/shop").status()).isEqualTo(200);

        httpd.ctl().run("start", "blog").expectSuccess();
        httpd.awaitReady("blog");
        assertThat(httpd.client().get("/blog").status()).isEqualTo(200);
    }

    @Test
    void restartRenewsEveryProcess() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();

        Completed restart = httpd.ctl().run("restart", "shop").expectSuccess();

        assertThat(restart.output()).contains("shop");
        httpd.awaitGroup(
                "shop",
                "to have two other processes",
                group -> group.pids().size() == 2 && group.pids().stream().noneMatch(before::contains));
    }

    @Test
    void anUnknownGroupIsStatus1AndNamed() {
        assertThat(httpd.ctl().run("restart", "no-such-group").expectStatus(1).output())
                .contains("no-such-group");
    }

    @Test
    void aWrongCommandIsStatus2() {
        httpd.ctl().run("restrat", "shop").expectStatus(2);
    }

    @Test
    void aFolderWithoutServerIsStatus3() {
        Completed status = RunningProcess.run(
                List.of(Image.get().ctl().toString(), "--run-dir", "/tmp/no-such-run-dir", "status"));

        assertThat(status.status()).as(status.output()).isEqualTo(3);
        assertThat(status.output()).contains("/tmp/no-such-run-dir");
    }

    @Test
    @RequiresRoot
    void aGroupsUserMayRestartThatGroupAndNoOther() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();

        assertThat(httpd.ctl().runAs(TestUser.GAMES, "status").expectSuccess().output())
                .contains("shop")
                .doesNotContain("blog");
        httpd.ctl().runAs(TestUser.GAMES, "restart", "blog").expectStatus(4);
        httpd.ctl().runAs(TestUser.NEWS, "restart", "shop").expectStatus(4);
        assertThat(httpd.status().group("shop").pids()).isEqualTo(before);

        httpd.ctl().runAs(TestUser.GAMES, "restart", "shop").expectSuccess();
        httpd.awaitGroup(
                "shop",
                "to have other processes",
                group -> group.pids().size() == 2 && group.pids().stream().noneMatch(before::contains));
    }

    private long requests() throws IOException {
        return httpd.status().group("shop").processes().stream()
                .mapToLong(Status.DaemonProcess::requests)
                .sum();
    }
}
