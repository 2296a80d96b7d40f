package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that has nothing to do ends at once when it is asked to; it waits no timeout out. */
@Tag("C3")
@Tag("alone")
@RunsOn(27)
class IdleStopIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("idle-stop", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("shop", "JsgiGracefulTimeout 60", "JsgiShutdownTimeout 30")
                .mount("/shop", Apps.java(server, "hello/Hello.java"), "shop"));
    });

    private final Httpd httpd = SERVER.httpd();

    @Test
    void aGroupThatHasServedStopsWithinASecondAlthoughApacheKeepsItsConnections() throws IOException {
        httpd.awaitReady("shop");
        for (int i = 0; i < 10; i++) {
            assertThat(httpd.client().get("/shop").status()).isEqualTo(200);
        }
        List<Long> pids = httpd.status().group("shop").pids();
        Duration command = time("status", "shop");
        Await.until(
                "the group to have been idle for a while",
                Duration.ofSeconds(10),
                // It is when the daemon has told its counters a few times.
                new Seconds(4)::arePast);

        Duration stop = time("stop", "shop").minus(command);

        System.out.println("measured: jsgid-ctl stop of an idle group takes " + stop.toMillis() + " ms beyond the "
                + command.toMillis() + " ms of the command itself");
        assertThat(ProcessTree.all()).doesNotContainKeys(pids.toArray(new Long[0]));
        assertThat(stop).isLessThan(Await.scaled(Duration.ofSeconds(1)));
    }

    private Duration time(String... command) {
        long begin = System.nanoTime();
        httpd.ctl().run(command).expectSuccess();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** So many seconds from now. */
    private static final class Seconds {
        private final long end;

        Seconds(int seconds) {
            end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        }

        boolean arePast() {
            return System.nanoTime() - end >= 0;
        }
    }
}
