package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Load;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group moves to another JDK by one changed line and a graceful restart, while it is asked without a pause. */
@Tag("A7")
@RequiresJdk({17, 25})
@Tag("alone")
class MoveBetweenRuntimesIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("move", server -> {
        server.addProfile("jdk-17", InstalledJdks.get(17));
        server.addProfile("jdk-25", InstalledJdks.get(25));
        server.configure(configuration(server, "JsgiRuntime 17"));
    });

    private final Httpd httpd = SERVER.httpd();

    private static HttpdConf configuration(Httpd server, String... directives) {
        Path hello = Apps.java(server, "hello/Hello.java");
        return new HttpdConf()
                .group("mover", directives)
                .group("stayer", "JsgiRuntime 17")
                .mount("/mover", hello, "mover")
                .mount("/stayer", hello, "stayer");
    }

    @Test
    void noRequestFailsWhileAGroupMovesThereAndBack() throws IOException {
        move("JsgiRuntime 17", 17);
        httpd.awaitReady("stayer");
        List<Long> stayer = httpd.status().group("stayer").pids();

        try (Load load = Load.start(httpd.client(), "/mover", 4, 20)) {
            move("JsgiRuntime 25", 25);
            long there = load.answered();
            Await.until("some requests", Duration.ofSeconds(10), () -> load.answered() > there + 50);
            move("JsgiRuntime 17", 17);
            long back = load.answered();
            Await.until("some requests", Duration.ofSeconds(10), () -> load.answered() > back + 50);
            Load.Result result = load.stop();

            System.out.printf(
                    "measured: %d requests answered while a group moved from JDK 17 to 25 and back, %d failed, %d resent"
                            + " on a connection that Apache had closed%n",
                    result.answered(), result.failures().size(), result.resent());
            assertThat(result.failures()).isEmpty();
            assertThat(result.bodies().keySet().stream()
                            .map(body -> Facts.of(body).get("java.version"))
                            .distinct())
                    .containsExactlyInAnyOrder(
                            InstalledJdks.get(17).version(),
                            InstalledJdks.get(25).version());
        }

        assertThat(httpd.status().group("stayer").pids()).isEqualTo(stayer);
    }

    @Test
    void theOldJdkServesOnWhenTheNewOnesDaemonDoesNotComeUp() throws IOException {
        move("JsgiRuntime 17", 17);
        httpd.errorLog().announce("mover");
        httpd.errorLog().announce("Unrecognized VM option|Could not create the Java Virtual Machine|fatal exception");

        try (Load load = Load.start(httpd.client(), "/mover", 2, 20)) {
            httpd.configure(configuration(httpd, "JsgiRuntime 25", "JsgiJavaOptions -XX:+NoSuchOptionAtAll"));
            httpd.graceful();
            Await.value(
                    "jsgid-ctl to say why the new generation was discarded",
                    Duration.ofSeconds(30),
                    () -> httpd.ctl().run("status", "mover").output(),
                    output -> output.contains("NoSuchOptionAtAll"));
            Load.Result result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(Facts.from(httpd.client(), "/mover").get("java.version"))
                    .isEqualTo(InstalledJdks.get(17).version());
        }

        move("JsgiRuntime 17", 17);
    }

    private void move(String directive, int feature) {
        httpd.configure(configuration(httpd, directive));
        httpd.graceful();
        Await.value(
                "the group to answer from JDK " + feature,
                Duration.ofSeconds(30),
                () -> Facts.from(httpd.client(), "/mover").get("java.version"),
                InstalledJdks.get(feature).version()::equals);
    }
}
