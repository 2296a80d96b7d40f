package org.jsgid.it.runtimes;

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
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group whose runtime nobody has registered: Apache starts all the same, and the group starts once it is there. */
@Tag("A5")
@Tag("A6")
@RequiresJdk({17, 25})
class NoRuntimeIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("no-runtime", server -> {
        server.addProfile("jdk-17", InstalledJdks.get(17));
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group("there", "JsgiRuntime 17")
                .group("absent", "JsgiRuntime 25")
                .group("never", "JsgiRuntime 999")
                .mount("/there", hello, "there")
                .mount("/absent", hello, "absent"));
        server.errorLog().announce("JSGID0018");
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void announceTheWarning() {
        httpd.errorLog().announce("JSGID0018");
    }

    @Test
    void configtestWarnsAndListsTheRegisteredOnes() {
        Completed test = httpd.configtest();

        assertThat(test.status()).isZero();
        assertThat(test.output())
                .contains("JSGID0018")
                .contains("never")
                .contains("999")
                .contains("jdk-17");
    }

    @Test
    @Tag("A8")
    void aGroupWhoseJdkIsRegisteredNoMoreServesOnThroughAGracefulRestart() throws IOException {
        httpd.awaitReady("there");
        List<Long> before = httpd.status().group("there").pids();
        Path profile = httpd.profileDir().resolve("jdk-17.conf");
        Path elsewhere = httpd.root().resolve("jdk-17.conf");

        // The monitors' own JDK is gone with it: what runs has no need of that.
        Files.move(profile, elsewhere);
        int mark = httpd.errorLog().mark();
        try {
            httpd.errorLog().announce("JSGID0021");
            httpd.graceful();

            assertThat(httpd.errorLog().linesSince(mark, "JSGID0120.*there")).hasSize(1);
            assertThat(Facts.from(httpd.client(), "/there").get("java.version"))
                    .isEqualTo(InstalledJdks.get(17).version());
            assertThat(httpd.status().group("there").pids()).isEqualTo(before);
        } finally {
            mark = httpd.errorLog().mark();
            Files.move(elsewhere, profile);
        }

        httpd.errorLog().awaitLine(mark, "JSGID0119", Duration.ofSeconds(30));
        assertThat(httpd.client().get("/there").status()).isEqualTo(200);
        assertThat(httpd.status().group("there").pids()).isEqualTo(before);
        // It stays so when the configuration is read again.
        mark = httpd.errorLog().mark();
        httpd.graceful();
        assertThat(httpd.errorLog().linesSince(mark, "JSGID0120")).isEmpty();
        assertThat(httpd.status().group("there").pids()).isEqualTo(before);
    }

    @Test
    void theOthersServeAndItsRequestsGet503UntilTheJdkIsRegisteredThenItStartsByItself() throws IOException {
        httpd.awaitReady("there");
        assertThat(Facts.from(httpd.client(), "/there").get("java.version"))
                .isEqualTo(InstalledJdks.get(17).version());

        httpd.errorLog().announce("absent");
        Response refused = httpd.client().get("/absent");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(httpd.ctl().run("status").output()).contains("absent").contains("no-runtime");

        httpd.ctl().jdk("register", InstalledJdks.get(25).home().toString()).expectSuccess();

        Await.until(
                "the group to start by itself",
                Duration.ofSeconds(30),
                () -> httpd.client().get("/absent").status() == 200);
        assertThat(Facts.from(httpd.client(), "/absent").get("java.version"))
                .isEqualTo(InstalledJdks.get(25).version());
    }
}
