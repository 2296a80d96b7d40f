package org.jsgid.it.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an access log can show of a request: who served it, how long it waited and how long the daemon took. */
@Tag("D12")
@EveryJdk
class AccessLogIT {

    private static final String FORMAT =
            "%U %>s group=%{jsgid-group}n queue=%{jsgid-queue-time}n pid=%{jsgid-pid}n daemon=%{jsgid-daemon-time}n";

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("access-log", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("shop", "JsgiThreads 1")
                .group("off")
                .mount("/hello", Apps.java(server, "hello/Hello.java"), "shop")
                .mount("/slow", Apps.java(server, "slow/Slow.java"), "shop")
                .mount("/fakes", Apps.java(server, "headers/Impostor.java"), "shop")
                .mount("/off", Apps.java(server, "hello/Hello.java"), "off")
                .add("LogFormat \"" + FORMAT + "\" jsgid", "CustomLog jsgid.log jsgid"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("shop");
    }

    @Test
    void theLogShowsGroupProcessAndTimes() throws IOException {
        String pid = Facts.from(httpd.client(), "/hello").get("pid");

        Facts line = line("/hello");

        assertThat(line.get("group")).isEqualTo("shop");
        assertThat(line.get("pid")).isEqualTo(pid);
        assertThat(line.number("queue")).isNotNegative();
        assertThat(line.number("daemon")).isBetween(1L, 60_000_000L);
    }

    @Test
    void whatAnApplicationSaysInTheDaemonsNameReachesNeitherTheLogNorTheClient() throws IOException {
        Response response = httpd.client().get("/fakes");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Jsgi-Queue-Time")).isEmpty();
        assertThat(response.header("Jsgi-Pid")).isEmpty();
        Facts line = line("/fakes");
        assertThat(line.get("queue")).isNotEqualTo("424242");
        assertThat(line.get("pid"))
                .isEqualTo(Long.toString(httpd.status().group("shop").pids().get(0)));
        assertThat(response.text()).isEqualTo("queue time " + line.get("queue"));
    }

    @Test
    void theTimeInTheQueueIsNotThatInTheApplication() throws Exception {
        Path began = Marks.folder(httpd).resolve("began");
        Path until = Marks.folder(httpd).resolve("until");
        try (Client.Connection first = httpd.client().open();
                Client.Connection second = httpd.client().open()) {
            first.sendHead("GET", "/slow?began=" + began + "&until=" + until, List.of());
            Await.until("the only thread to be taken", Duration.ofSeconds(10), () -> Files.exists(began));
            long begin = System.nanoTime();
            second.sendHead("GET", "/fakes/queued", List.of());
            Await.until(
                    "a time that can be told from none",
                    Duration.ofSeconds(10),
                    () -> System.nanoTime() - begin > Duration.ofMillis(500).toNanos());
            Files.createFile(until);
            assertThat(first.readResponse("GET").status()).isEqualTo(200);
            assertThat(second.readResponse("GET").status()).isEqualTo(200);
        }

        Facts queued = line("/fakes/queued");
        assertThat(queued.number("queue")).isGreaterThan(400_000);
        assertThat(queued.number("daemon")).isGreaterThanOrEqualTo(queued.number("queue"));
        Facts slow = line("/slow");
        assertThat(slow.number("daemon")).isGreaterThan(400_000);
        assertThat(slow.number("queue")).isLessThan(queued.number("queue"));
    }

    @Test
    void aRequestThatNoDaemonGotHasItsGroupOnly() throws IOException {
        httpd.errorLog().announce("JSGID0404");
        httpd.ctl().run("stop", "off").expectSuccess();

        assertThat(httpd.client().get("/off").status()).isEqualTo(503);

        Facts line = line("/off");
        assertThat(line.get("group")).isEqualTo("off");
        assertThat(List.of(line.get("queue"), line.get("pid"), line.get("daemon")))
                .containsOnly("-");
    }

    /** The last line for a path, whose words are facts. Apache writes it when the response has been sent. */
    private Facts line(String path) {
        return Await.value(
                "a line for " + path,
                Duration.ofSeconds(5),
                () -> Files.readAllLines(httpd.root().resolve("jsgid.log")).stream()
                        .filter(line -> line.startsWith(path + " "))
                        .reduce((first, last) -> last)
                        .map(line -> Facts.of(line.replace(' ', '\n')))
                        .orElse(null),
                line -> line != null);
    }
}
