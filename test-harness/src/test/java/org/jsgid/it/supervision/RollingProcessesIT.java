package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups of several processes that are renewed under load. */
@Tag("C3")
@Tag("alone")
@RunsOn(21)
class RollingProcessesIT {

    private static final int PROCESSES = 3;

    private static final Duration WITHIN = Duration.ofSeconds(90);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("rolling", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("ageing", "JsgiProcesses " + PROCESSES, "JsgiRestartInterval 10")
                .group("rolls", "JsgiProcesses " + PROCESSES)
                .mount("/ageing", Apps.java(server, "hello/Hello.java"), "ageing")
                .mount("/rolls", Apps.java(server, "hello/Hello.java"), "rolls"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitGroup(
                "rolls", "to have all processes", WITHIN, group -> group.pids().size() == PROCESSES);
        httpd.awaitGroup(
                "ageing", "to have all processes", WITHIN, group -> group.pids().size() >= PROCESSES - 1);
    }

    private long running(String group) {
        return httpd.tree().below(httpd.pid()).stream()
                .filter(entry -> entry.title().equals("jsgid: " + group))
                .count();
    }

    @Test
    void processesAreRenewedOneByOneWithNeverMoreThanOneAboveAndNoFailedRequest() throws IOException {
        Set<Long> first = new HashSet<>(httpd.status().group("ageing").pids());
        Set<Long> seen = new HashSet<>();
        long[] most = {0};

        try (Load load = Load.start(httpd.client(), "/ageing", 2, 20)) {
            Await.until("all of the first processes to be renewed", WITHIN, () -> {
                most[0] = Math.max(most[0], running("ageing"));
                List<Long> now = httpd.status().group("ageing").pids();
                seen.addAll(now);
                return now.stream().noneMatch(first::contains) && seen.size() >= 2 * PROCESSES;
            });
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.answered()).isPositive();
        }
        assertThat(most[0]).isLessThanOrEqualTo(PROCESSES + 1L);
        assertThat(httpd.status().group("ageing").generation()).isEqualTo(1);
    }

    @Test
    void aNewGenerationComesWithHalfOfTheProcessesReadyAtAnyTime() throws IOException {
        Status.Group before = httpd.status().group("rolls");
        long[] most = {0};
        long[] fewestReady = {PROCESSES};

        try (Load load = Load.start(httpd.client(), "/rolls", 2, 20)) {
            CompletableFuture<RunningProcess.Completed> restart =
                    CompletableFuture.supplyAsync(() -> httpd.ctl().run("restart", "rolls"));
            Await.until("all processes to be new", WITHIN, () -> {
                most[0] = Math.max(most[0], running("rolls"));
                Status.Group now = httpd.status().group("rolls");
                fewestReady[0] = Math.min(fewestReady[0], now.pids().size());
                return now.pids().size() == PROCESSES && now.generation() > before.generation();
            });
            restart.join().expectSuccess();
            assertThat(load.stop().failures()).isEmpty();
        }
        assertThat(most[0]).isLessThanOrEqualTo(PROCESSES + 1L);
        assertThat(fewestReady[0]).isGreaterThanOrEqualTo(PROCESSES / 2 + 1L);
    }
}
