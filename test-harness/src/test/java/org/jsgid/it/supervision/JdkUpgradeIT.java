package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.JdkCopy;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of a JDK are replaced, removed and put back under running JVMs: daemons, and the monitor itself. */
@Tag("A8")
@RequiresJdk(17)
@Tag("alone")
class JdkUpgradeIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static JdkCopy jdk;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("upgrade", server -> {
        jdk = JdkCopy.of(InstalledJdks.get(17), server.root().resolve("jdk"));
        server.addProfile(
                "upgraded",
                new InstalledJdks.Jdk(jdk.home(), 17, InstalledJdks.get(17).version()));
        Path hello = Apps.java(server, "hello/Hello.java");
        Path slow = Apps.java(server, "slow/Slow.java");
        server.configure(new HttpdConf()
                .group("now", "JsgiRuntime upgraded", "JsgiProcesses 2")
                .group("idle", "JsgiRuntime upgraded", "JsgiRenewStale idle")
                .group("never", "JsgiRuntime upgraded", "JsgiRenewStale never")
                .mount("/now", hello, "now")
                .mount("/idle", slow, "idle")
                .mount("/never", hello, "never"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("now", "idle");
        httpd.awaitGroup("never", "to have a process", group -> group.pids().size() == 1);
    }

    private List<Long> pids(String group) throws IOException {
        return httpd.status().group(group).pids();
    }

    private Status.Group awaitGroup(String group, String what, Predicate<Status.Group> good) {
        return httpd.awaitGroup(group, what, WITHIN, good);
    }

    @Test
    void daemonsOfAReplacedJdkAreRenewedOneByOneAndNoRequestFails() throws IOException {
        List<Long> before = pids("now");
        List<Long> never = pids("never");
        int generation = httpd.status().group("now").generation();
        Path until = Marks.folder(httpd).resolve("until");
        Path began = Marks.folder(httpd).resolve("began");
        long busy = pids("idle").get(0);
        CompletableFuture<Response> request = CompletableFuture.supplyAsync(() -> {
            try {
                return httpd.client().get("/idle?until=" + until + "&began=" + began);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Await.until("the request to have begun", WITHIN, () -> Files.exists(began));
        awaitGroup(
                "idle",
                "to report its request",
                group -> group.processes().stream().anyMatch(process -> process.activeRequests() == 1));

        try (Load load = Load.start(httpd.client(), "/now", 4, 20)) {
            jdk.upgrade("17.0.99+1");
            Status.Group after = awaitGroup(
                    "now",
                    "to have two other processes",
                    group -> group.pids().size() == 2
                            && group.pids().stream().noneMatch(before::contains)
                            && "ready".equals(group.state()));
            Load.Result result = load.stop();
            System.out.printf(
                    "measured: %d requests answered while a JDK was replaced in place, %d failed%n",
                    result.answered(), result.failures().size());
            assertThat(result.failures()).isEmpty();
            assertThat(after.generation()).isEqualTo(generation);
        }

        // Those that are not to be renewed, or not yet, serve on and are shown as stale.
        assertThat(awaitGroup("never", "to be stale", group -> "stale".equals(group.state()))
                        .pids())
                .isEqualTo(never);
        assertThat(awaitGroup("idle", "to be stale", group -> "stale".equals(group.state()))
                        .pids())
                .containsExactly(busy);
        assertThat(httpd.ctl().run("status", "never").output()).contains("stale");

        Files.createFile(until);
        assertThat(request.join().text()).isEqualTo("done by " + busy);
        awaitGroup(
                "idle",
                "to be renewed once it has no request",
                group -> group.pids().size() == 1 && !group.pids().contains(busy) && "ready".equals(group.state()));
        assertThat(pids("never")).isEqualTo(never);
    }

    @Test
    void daemonsOfARemovedJdkServeOnAndStartByThemselvesOnceItIsBack() throws IOException {
        httpd.errorLog().announce("JSGID0018|JSGID0021|JSGID0020|JSGID0377|JSGID0381|JSGID0388|JSGID0328|SIGKILL");
        httpd.errorLog().announce("JSGID04|/now|mod_jsgid");
        List<Long> before = pids("now");

        try (Load load = Load.start(httpd.client(), "/now", 2, 20)) {
            jdk.remove();
            Status.Group stale = awaitGroup("now", "to be stale", group -> "stale".equals(group.state()));
            assertThat(stale.reason()).contains("JDK is gone");
            httpd.graceful();
            int mark = httpd.errorLog().mark();
            long answered = load.answered();
            Await.until("requests after the restart", WITHIN, () -> load.answered() > answered + 200);
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(mark).isPositive();
        }
        assertThat(pids("now")).isEqualTo(before);

        for (long pid : before) {
            ProcessTree.signal(pid, "KILL");
        }
        awaitGroup("now", "to be without a runtime", group -> "no-runtime".equals(group.state()));
        Response refused = httpd.client().get("/now");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();

        jdk.bringBack();
        Status.Group after = awaitGroup(
                "now", "to start by itself", group -> group.pids().size() == 2 && "ready".equals(group.state()));
        assertThat(after.pids()).noneMatch(before::contains);
        assertThat(httpd.client().get("/now").status()).isEqualTo(200);
    }

    @Test
    void theFormerDaemonsServeOnWhenThoseOfTheNewJdkDoNotStart() throws IOException {
        httpd.errorLog().announce("now|idle|this JDK is broken");
        List<Long> before = pids("now");

        try (Load load = Load.start(httpd.client(), "/now", 2, 20)) {
            jdk.upgradeToABrokenOne();
            Status.Group stale = awaitGroup(
                    "now",
                    "to say why it could not be renewed",
                    group -> group.reason() != null && group.reason().contains("this JDK is broken"));
            assertThat(stale.pids()).isEqualTo(before);
            assertThat(stale.state()).isEqualTo("stale");

            jdk.mend();
            awaitGroup(
                    "now",
                    "to be renewed once the JDK starts again",
                    group -> group.pids().size() == 2
                            && group.pids().stream().noneMatch(before::contains)
                            && "ready".equals(group.state()));
            assertThat(load.stop().failures()).isEmpty();
        }
    }

    @Test
    void aNewMonitorStillKnowsWhichDaemonsAreStale() throws IOException {
        httpd.errorLog().announce("onitor");
        List<Long> never = pids("never");
        jdk.upgrade("17.0.98+1");
        Status.Group stale = awaitGroup("never", "to be stale", group -> "stale".equals(group.state()));
        awaitGroup("now", "to be renewed", group -> group.pids().size() == 2 && "ready".equals(group.state()));
        awaitGroup("idle", "to be renewed", group -> group.pids().size() == 1 && "ready".equals(group.state()));
        List<Long> fresh = pids("now");
        long monitor = httpd.status().monitor(stale.profile()).pid();

        ProcessTree.signal(monitor, "KILL");

        Await.until(
                "another monitor",
                WITHIN,
                () -> httpd.status().monitors().stream().anyMatch(other -> other.pid() != monitor));
        assertThat(awaitGroup("never", "to be stale still", group -> "stale".equals(group.state()))
                        .pids())
                .isEqualTo(never);
        Status.Group after = awaitGroup("now", "to be ready", group -> "ready".equals(group.state()));
        assertThat(after.pids()).isEqualTo(fresh);
    }
}
