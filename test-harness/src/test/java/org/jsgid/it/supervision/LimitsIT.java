package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Age, CPU time and memory renew a process; no request fails. Beyond the hard memory limit it is killed. */
@Tag("C4")
@RunsOn(11)
class LimitsIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("limits", server -> {
        server.addInstalledProfiles();
        Path eats = Apps.java(server, "limits/Eats.java");
        server.configure(new HttpdConf()
                .group("old", "JsgiRestartInterval 5")
                .group("busy", "JsgiCpuTimeLimit 10")
                .group("large", "JsgiMemoryLimit 400M 4G", "JsgiMaxHeap 600M")
                .group("huge", "JsgiMemoryLimit 300M 400M", "JsgiMaxHeap 900M")
                .mount("/old", eats, "old")
                .mount("/busy", eats, "busy")
                .mount("/large", eats, "large")
                .mount("/huge", eats, "huge"));
    });

    private final Httpd httpd = SERVER.httpd();

    private long pid(String group) throws IOException {
        httpd.awaitReady(group);
        return httpd.status().group(group).pids().get(0);
    }

    private Status.Group awaitAnother(String group, long than) {
        return httpd.awaitGroup(
                group,
                "to have another process than " + than,
                WITHIN,
                found -> found.pids().size() == 1 && !found.pids().contains(than));
    }

    private void wasRenewed(int mark, long former, String because) {
        httpd.errorLog().awaitLine(mark, "JSGID0380.*daemon " + former + " is to be renewed.*" + because, WITHIN);
        httpd.errorLog().awaitLine(mark, "daemon " + former + " of generation 1 has drained", WITHIN);
    }

    @Test
    void aProcessIsRenewedByAgeWhileRequestsGoOn() throws IOException {
        long former = pid("old");
        int mark = httpd.errorLog().mark();

        try (Load load = Load.start(httpd.client(), "/old", 2, 20)) {
            awaitAnother("old", former);
            Load.Result result = load.stop();
            assertThat(result.answered()).isPositive();
            assertThat(result.failures()).isEmpty();
        }
        assertThat(httpd.errorLog().lines().stream().skip(mark).toList())
                .anyMatch(line -> line.contains("JsgiRestartInterval 5"));
    }

    @Test
    void aProcessIsRenewedByCpuTime() throws IOException {
        httpd.errorLog().announce("JSGID0375");
        long former = pid("busy");
        int mark = httpd.errorLog().mark();

        assertThat(httpd.client().get("/busy?cpu=10").status()).isEqualTo(200);

        awaitAnother("busy", former);
        wasRenewed(mark, former, "JsgiCpuTimeLimit 10");
    }

    @Test
    void aProcessIsRenewedBeyondTheSoftMemoryLimit() throws IOException {
        httpd.errorLog().announce("JSGID0375");
        long former = pid("large");
        int mark = httpd.errorLog().mark();

        assertThat(httpd.client().get("/large?mib=400").status()).isEqualTo(200);

        Status.Group after = awaitAnother("large", former);
        wasRenewed(mark, former, "JsgiMemoryLimit 400 MiB");
        assertThat(after.generation()).isEqualTo(1);
        assertThat(after.lastExit()).isNull();
    }

    @Test
    void aProcessIsKilledAndReplacedBeyondTheHardMemoryLimit() throws IOException {
        httpd.errorLog().announce("huge|JSGID0376|mod_jsgid|JSGID04");
        long former = pid("huge");

        int answer = httpd.client().get("/huge?mib=500").status();

        assertThat(answer).isIn(200, 502);
        Status.Group after = awaitAnother("huge", former);
        assertThat(after.lastExit().pid()).isEqualTo(former);
        assertThat(after.lastExit().signal()).isEqualTo("SIGKILL");
        assertThat(after.lastExit().reason()).contains("JsgiMemoryLimit allows at most 400 MiB");
        assertThat(httpd.client().get("/huge").status()).isEqualTo(200);
        assertThat(httpd.errorLog().lines())
                .anyMatch(line -> line.contains("JSGID0392") && line.contains("memory limits are kept by"));
    }
}
