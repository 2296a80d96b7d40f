package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group that ends whenever it is started. */
@Tag("C2")
@EveryJdk
class CrashLoopIT {

    private static final Duration WITHIN = Duration.ofSeconds(90);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("crash-loop", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("loops")
                .group("steady")
                .mount("/loops", Apps.java(server, "dies/AtStart.java"), "loops")
                .mount("/steady", Apps.java(server, "hello/Hello.java"), "steady"));
        server.errorLog().announce("loops|AtStart");
    });

    private final Httpd httpd = SERVER.httpd();

    @Test
    void aGroupThatCrashesAtEachStartIsTriedEverMoreSlowlyRefusesAtOnceAndRecoversWhenMended() throws IOException {
        httpd.errorLog().announce("loops|AtStart");
        Status.Group group = httpd.awaitGroup(
                "loops",
                "to wait for at least four seconds",
                WITHIN,
                found -> "backoff".equals(found.state()) && found.retryAfterSeconds() >= 4);

        long begin = System.nanoTime();
        Response refused = httpd.client().get("/loops");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Await.scaled(Duration.ofSeconds(2)));
        assertThat(httpd.client().get("/steady").status()).isEqualTo(200);

        assertThat(group.reason()).contains("exited with status 7").contains("next start after");
        assertThat(group.lastExit().status()).isEqualTo(7);
        assertThat(group.lastExit().reason()).containsPattern("while loading .*AtStart.java");
        assertThat(group.lastExit().log()).anyMatch(line -> line.contains("AtStart ends its process"));

        Path file = Apps.folder(httpd).resolve("AtStart.java");
        Apps.replace(file, Apps.source("hello/Hello.java").replace("class Hello", "class AtStart"));
        httpd.awaitGroup("loops", "to be ready", WITHIN, found -> "ready".equals(found.state()));
        assertThat(httpd.client().get("/loops").status()).isEqualTo(200);
        assertThat(httpd.status().group("loops").reason()).isEmpty();
    }
}
