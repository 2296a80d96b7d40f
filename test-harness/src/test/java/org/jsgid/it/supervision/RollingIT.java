package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.faults.FaultRun;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.LongRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A request that takes a minute survives everything that renews its process or restarts its server, with settings as they
 * are when nobody writes any timeout. All requests begin together, then everything is done to their groups, and each test
 * looks at one of them, so that the class takes little more than the minute.
 */
@Tag("C6")
@Tag("C7")
class RollingIT {

    private static final int SECONDS = 60;

    /** Half of the time nothing is sent: a silence, but no longer than Apache's own timeout allows. */
    private static final int EVERY = 30;

    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(SECONDS);

    @RegisterExtension
    static final JsgidServer RENEWALS = JsgidServer.started("rolling", server -> {
        server.addInstalledProfiles();
        server.configure(renewals(server, "", oldest()));
    });

    @RegisterExtension
    static final JsgidServer STOPPED = JsgidServer.started("rolling-stop", RollingIT::single);

    @RegisterExtension
    static final JsgidServer RESTARTED = JsgidServer.started("rolling-restart", RollingIT::single);

    @RegisterExtension
    static final JsgidServer ROTATED = JsgidServer.started("rolling-logs", RollingIT::single);

    /** A group, its request, and what became of both. */
    private static final class Case {
        private final Httpd httpd;
        private final String group;
        private LongRequest request;
        private long pid;
        private CompletableFuture<Long> renewed;

        Case(Httpd httpd, String group) {
            this.httpd = httpd;
            this.group = group;
        }
    }

    private static final Map<String, Case> CASES = new TreeMap<>();

    private static void single(Httpd server) {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("shop")
                .group("other")
                .mount("/shop", Apps.java(server, "slow/Minute.java"), "shop")
                .mount("/other", Apps.java(server, "slow/Minute.java"), "other"));
    }

    private static HttpdConf renewals(Httpd server, String change, int runtime) {
        HttpdConf conf = new HttpdConf()
                .group("asked")
                .group("redeployed")
                .group("redefined", change)
                .group("moved", "JsgiRuntime " + runtime)
                .group("limited", "JsgiMaximumRequests 20")
                .group("kept");
        for (String group : List.of("asked", "redeployed", "redefined", "moved", "limited", "kept")) {
            // A file each: one of them is changed.
            conf.mount("/" + group, Apps.java(server, "slow/Minute.java", group + "/Minute.java"), group);
        }
        return conf;
    }

    private static int oldest() {
        return features().get(0);
    }

    private static int newest() {
        return features().get(features().size() - 1);
    }

    private static List<Integer> features() {
        return FaultRun.usualJdks().stream().map(InstalledJdks.Jdk::feature).toList();
    }

    @BeforeAll
    static void beginAllRequestsAndThenRenewEverything() throws IOException {
        Httpd httpd = RENEWALS.httpd();
        for (String group : List.of("asked", "redeployed", "redefined", "moved", "limited", "kept")) {
            CASES.put(group, new Case(httpd, group));
        }
        CASES.put("stop", new Case(STOPPED.httpd(), "shop"));
        CASES.put("restart", new Case(RESTARTED.httpd(), "shop"));
        CASES.put("logs", new Case(ROTATED.httpd(), "shop"));
        CASES.values().forEach(one -> one.httpd.awaitReady(one.group));
        CASES.forEach((name, one) -> one.request = name.equals("restart")
                ? LongRequest.silent(one.httpd, "/" + one.group, name, SECONDS)
                : LongRequest.streaming(one.httpd, "/" + one.group, name, SECONDS, EVERY));
        for (Case one : CASES.values()) {
            one.pid = one.request.awaitBegin();
        }

        CompletableFuture<RunningProcess.Completed> asked =
                CompletableFuture.supplyAsync(() -> httpd.ctl().run("restart", "asked"));
        Apps.replace(
                Apps.folder(httpd).resolve("redeployed/Minute.java"),
                Apps.source("slow/Minute.java").replace("Minute says", "Minute now says"));
        httpd.configure(renewals(httpd, "JsgiEnvironment CHANGED yes", newest()));
        httpd.graceful();
        for (int i = 0; i < 20; i++) {
            httpd.client().get("/limited");
        }
        for (String group : List.of("asked", "redeployed", "redefined", "moved", "limited")) {
            Case one = CASES.get(group);
            one.renewed = CompletableFuture.supplyAsync(() -> awaitOtherProcess(one));
        }
        RunningProcess.run(STOPPED.httpd().command("-k", "graceful-stop")).expectSuccess();
        RESTARTED.httpd().restart();
        asked.join().expectSuccess();
    }

    /** When another process than that of the long request answered. */
    private static long awaitOtherProcess(Case one) {
        Await.value(
                "another process of " + one.group + " than " + one.pid + " to answer",
                RENEWED_WITHIN,
                () -> one.httpd.client().get("/" + one.group),
                (Response answer) -> answer.status() == 200 && !answer.text().equals(Long.toString(one.pid)));
        return System.nanoTime();
    }

    @BeforeEach
    void announce() {
        ROTATED.httpd().errorLog().announce("Minute says");
        // Before it kills a child that does not end, since its request runs, the parent asks it a few times.
        RESTARTED.httpd().errorLog().announce("AH0004[56]");
    }

    @Test
    void jsgidCtlRestart() {
        survivesItsProcessBeingRenewed("asked");
    }

    @Test
    void redeployOfAChangedFile() {
        survivesItsProcessBeingRenewed("redeployed");
    }

    @Test
    void aChangedGroupDefinition() {
        survivesItsProcessBeingRenewed("redefined");
    }

    @Test
    void aChangeOfJdk() {
        assumeThat(newest()).as("another JDK than " + oldest()).isNotEqualTo(oldest());
        survivesItsProcessBeingRenewed("moved");
    }

    @Test
    void recyclingByALimit() {
        survivesItsProcessBeingRenewed("limited");
    }

    @Test
    void apachectlGraceful() throws IOException {
        Case one = CASES.get("kept");
        expectWholeAnswer(one);
        assertThat(one.httpd.status().group("kept").pids()).containsExactly(one.pid);
    }

    @Test
    void logRotation() throws IOException {
        Case one = CASES.get("logs");
        Path root = one.httpd.root();
        one.httpd.errorLog().assertNothingUnannounced();
        one.httpd.awaitReady("other");
        Files.move(root.resolve("error.log"), root.resolve("error.log.1"));
        Files.move(root.resolve("access.log"), root.resolve("access.log.1"));
        RunningProcess.run(one.httpd.command("-k", "graceful")).expectSuccess();
        one.httpd.errorLog().awaitLine(0, "resuming normal operations", Duration.ofSeconds(20));

        assertThat(one.httpd.client().get("/other?say=after-rotation").status()).isEqualTo(200);
        one.httpd.ctl().run("restart", "other").expectSuccess();

        one.httpd.errorLog().awaitLine(0, "Minute says after-rotation", Duration.ofSeconds(10));
        one.httpd.errorLog().awaitLine(0, "JSGID03\\d\\d: .*other", Duration.ofSeconds(10));
        Await.until(
                "the request in the new access log",
                Duration.ofSeconds(10),
                () -> Files.readString(root.resolve("access.log")).contains("after-rotation"));
        assertThat(Files.readString(root.resolve("error.log.1")))
                .doesNotContain("after-rotation")
                .doesNotContain("begins generation 2");
        expectWholeAnswer(one);
        assertThat(one.httpd.status().group("shop").pids()).containsExactly(one.pid);
    }

    @Test
    void gracefulStopWhichEndsTheTreeAfterIt() {
        Case one = CASES.get("stop");
        expectWholeAnswer(one);
        one.httpd.tree().assertNothingLeft(Httpd.STOPS_WITHIN);
    }

    @Test
    void apachectlRestartCutsTheClientButTheProcessFinishesItsWork() throws IOException {
        Case one = CASES.get("restart");
        Await.until(
                one.request.ended() + " to be there",
                Duration.ofSeconds(SECONDS),
                () -> Files.exists(one.request.ended()));
        assertThat(Files.readString(one.request.ended())).isEqualTo(Long.toString(one.pid));
        assertThat(one.httpd.status().group("shop").pids()).containsExactly(one.pid);
        assertThat(one.httpd.client().get("/shop").text()).isEqualTo(Long.toString(one.pid));
    }

    private static void survivesItsProcessBeingRenewed(String group) {
        Case one = CASES.get(group);
        long renewed = one.renewed.join();
        expectWholeAnswer(one);
        assertThat(renewed - one.request.endNanos())
                .as("nanoseconds from the end of the request to the first answer of another process")
                .isNegative();
        Await.until(
                "process " + one.pid + " to end, as it has nothing more to do",
                Duration.ofSeconds(20),
                () -> !ProcessTree.isAlive(one.pid));
    }

    private static void expectWholeAnswer(Case one) {
        Response answer = one.request.answer();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.complete()).as(answer.toString()).isTrue();
        assertThat(answer.text()).isEqualTo("after 0 s\nafter 30 s\ndone by " + one.pid);
    }
}
