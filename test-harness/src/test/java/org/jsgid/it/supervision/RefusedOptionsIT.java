package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.JdkCopy;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Options of Java that the JVM refuses, in a new configuration and after its JDK was replaced on disk. */
@Tag("A8")
@RequiresJdk(17)
class RefusedOptionsIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String REFUSED = "JsgiJavaOptions -XX:+NoSuchOption";
    private static final String TAKEN = "JsgiJavaOptions -Dsome.property=1";
    private static final String WORDS = "Unrecognized VM option 'NoSuchOption'";

    private static JdkCopy jdk;
    private static Path hello;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("refused-options", server -> {
        jdk = JdkCopy.of(InstalledJdks.get(17), server.root().resolve("jdk"));
        server.addProfile(
                "copied",
                new InstalledJdks.Jdk(jdk.home(), 17, InstalledJdks.get(17).version()));
        hello = Apps.java(server, "hello/Hello.java");
        server.configure(configuration(REFUSED, TAKEN));
        server.errorLog().announce("NoSuchOption|UseBiasedLocking|JSGID0404");
    });

    private final Httpd httpd = SERVER.httpd();

    private static HttpdConf configuration(String ofBad, String ofGood) {
        return new HttpdConf()
                .group("bad", "JsgiRuntime copied", ofBad)
                // Obsolete since JDK 15, and warned about.
                .group("good", "JsgiRuntime copied", "JsgiJavaOptions -XX:-UseBiasedLocking", ofGood)
                .mount("/bad", hello, "bad")
                .mount("/good", hello, "good");
    }

    private String notes(String group) {
        JsonObject status = httpd.ctl().json("status", group).getAsJsonObject();
        JsonElement notes =
                status.getAsJsonArray("groups").get(0).getAsJsonObject().get("notes");
        return notes == null ? "" : notes.toString();
    }

    @Test
    void aRefusedOptionStopsNothingThatRunsAndIsSaidInTheJvmsWords() throws IOException {
        httpd.errorLog().announce("NoSuchOption|this JDK is broken|UseBiasedLocking|JSGID0404");
        httpd.awaitReady("good");
        Status.Group failed = httpd.awaitGroup("bad", "to have failed", group -> "failed".equals(group.state()));
        assertThat(failed.reason()).contains(WORDS);
        assertThat(failed.processes()).isNullOrEmpty();
        assertThat(failed.lastExit()).isNull();
        long begin = System.nanoTime();
        Response refused = httpd.client().get("/bad");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Await.scaled(Duration.ofSeconds(2)));
        assertThat(httpd.client().get("/good").status()).isEqualTo(200);
        assertThat(notes("good")).contains("UseBiasedLocking");
        assertThat(httpd.ctl().run("restart", "bad").output()).contains(WORDS);

        // The one is mended, the other broken.
        List<Long> serving = httpd.status().group("good").pids();
        httpd.configure(configuration(TAKEN, REFUSED));
        httpd.graceful();
        Status.Group kept = httpd.awaitGroup(
                "good",
                "to say why its new generation was discarded",
                group -> group.reason() != null && group.reason().contains(WORDS));
        assertThat(kept.state()).isEqualTo("ready");
        assertThat(kept.pids()).isEqualTo(serving);
        httpd.awaitReady("bad");
        assertThat(httpd.client().get("/bad").status()).isEqualTo(200);
        assertThat(httpd.client().get("/good").status()).isEqualTo(200);

        httpd.configure(configuration(TAKEN, "JsgiJavaOptions -Dother.property=1"));
        httpd.graceful();
        httpd.awaitGroup(
                "good",
                "to run with its corrected options",
                group -> "ready".equals(group.state())
                        && group.reason().isEmpty()
                        && group.pids().stream().noneMatch(serving::contains));

        aJdkThatRefusesThemAfterAnUpgradeHoldsRenewals();
    }

    private void aJdkThatRefusesThemAfterAnUpgradeHoldsRenewals() throws IOException {
        List<Long> serving = httpd.status().group("good").pids();
        jdk.upgradeToABrokenOne();
        Status.Group stale = httpd.awaitGroup(
                "good",
                "to say why it is not renewed",
                WITHIN,
                group -> group.reason() != null && group.reason().contains("this JDK is broken"));
        assertThat(stale.state()).isEqualTo("stale");
        assertThat(stale.pids()).isEqualTo(serving);
        assertThat(notes("good")).contains("no process is started or renewed").contains("this JDK is broken");
        assertThat(httpd.client().get("/good").status()).isEqualTo(200);

        jdk.mend();
        httpd.awaitGroup(
                "good",
                "to be renewed once its JDK takes the options",
                WITHIN,
                group -> "ready".equals(group.state())
                        && !group.pids().isEmpty()
                        && group.pids().stream().noneMatch(serving::contains));
        assertThat(httpd.client().get("/good").status()).isEqualTo(200);
    }
}
