package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to stop Apache: none leaves a process behind, and it starts again in the same folder. */
@Tag("C5")
@EveryJdk
class StopIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.prepared("stop", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("shop", "JsgiProcesses 2")
                .mount("/hello", Apps.java(server, "hello/Hello.java"), "shop")
                .mount("/slow", Apps.java(server, "slow/Slow.java"), "shop"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void start() {
        httpd.start();
        httpd.awaitReady("shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "graceful-stop"})
    void nothingIsLeft(String how) throws IOException {
        assertThat(Facts.from(httpd.client(), "/hello").get("group")).isEqualTo("shop");

        httpd.stop(how);

        assertThat(httpd.runDir().resolve("groups/shop.sock")).doesNotExist();
    }

    @Test
    void aGracefulStopLetsARunningRequestFinish() throws IOException {
        Path began = Marks.folder(httpd).resolve("began");
        Path until = Marks.folder(httpd).resolve("until");
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/slow?began=" + began + "&until=" + until, List.of());
            Await.until("the request to begin", Duration.ofSeconds(10), () -> Files.exists(began));

            int mark = httpd.errorLog().mark();
            RunningProcess.run(httpd.command("-k", "graceful-stop")).expectSuccess();
            httpd.errorLog().awaitLine(mark, "AH00492|caught SIGWINCH", Duration.ofSeconds(10));
            Files.createFile(until);

            Client.Response response = connection.readResponse("GET");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.complete()).isTrue();
        }
        httpd.tree().assertNothingLeft(Httpd.STOPS_WITHIN);
    }
}
