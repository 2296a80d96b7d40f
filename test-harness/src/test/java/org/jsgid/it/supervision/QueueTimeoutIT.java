package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that wait for a thread. */
@Tag("C3")
@EveryJdk
class QueueTimeoutIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("queue-timeout", server -> {
        server.addInstalledProfiles();
        Path takes = Apps.java(server, "takes/Takes.java");
        server.configure(new HttpdConf()
                .group("timed", "JsgiThreads 1", "JsgiQueueTimeout 3")
                .group("short", "JsgiThreads 1", "JsgiQueueLimit 2")
                .mount("/timed", takes, "timed")
                .mount("/short", takes, "short"));
    });

    private final Httpd httpd = SERVER.httpd();
    private final List<Client.Connection> open = new ArrayList<>();
    private Path until;

    @BeforeEach
    void ready() throws IOException {
        httpd.awaitReady("timed", "short");
        until = Marks.folder(httpd).resolve("until-" + System.nanoTime());
    }

    @AfterEach
    void end() throws IOException {
        if (!Files.exists(until)) {
            Files.createFile(until);
        }
        for (Client.Connection connection : open) {
            connection.close();
        }
    }

    /** Sends a request that keeps the only thread until the mark is there. */
    private Client.Connection occupy(String group) throws IOException {
        Path began = Marks.folder(httpd).resolve("began-" + System.nanoTime());
        Client.Connection connection = send("/" + group + "?how=sleep&until=" + until + "&began=" + began);
        Await.until("the thread to be busy", Duration.ofSeconds(10), () -> Files.exists(began));
        return connection;
    }

    private Client.Connection send(String path) throws IOException {
        Client.Connection connection = httpd.client().open();
        open.add(connection);
        connection.sendHead("GET", path, List.of());
        return connection;
    }

    private void awaitQueue(String group, int length) {
        httpd.awaitGroup(
                group,
                "to have " + length + " in its queue",
                found -> found.queue().length() == length);
    }

    @Test
    @Tag("mod_wsgi-j")
    void theAnswerComesOnTimeWhileAllThreadsAreBusy() throws IOException {
        httpd.errorLog().announce("JSGID0531");
        httpd.errorLog().announce("JSGID0423|the daemon has as many requests|Retry-After|503");
        Client.Connection busy = occupy("timed");
        long begin = System.nanoTime();

        Response refused = httpd.client().get("/timed");

        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(took).isBetween(Duration.ofMillis(2900), Await.scaled(Duration.ofMillis(4500)));
        Files.createFile(until);
        assertThat(busy.readResponse("GET").status()).as("the one that ran").isEqualTo(200);
    }

    @Test
    void moreThanTheLimitAreRefusedAtOnceAndTheOthersAreServedInTheirOrder() throws IOException {
        httpd.errorLog().announce("JSGID0530");
        httpd.errorLog().announce("the daemon has as many requests|503");
        Client.Connection busy = occupy("short");
        Client.Connection first = send("/short");
        awaitQueue("short", 1);
        Client.Connection second = send("/short");
        awaitQueue("short", 2);
        assertThat(httpd.status().group("short").queue().limit()).isEqualTo(2);
        Await.until(
                "the age of the queue to be shown",
                Duration.ofSeconds(10),
                () -> httpd.status().group("short").queue().oldestMillis() >= 1000);

        long begin = System.nanoTime();
        Response refused = httpd.client().get("/short");
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(took).isLessThan(Await.scaled(Duration.ofSeconds(1)));

        Files.createFile(until);
        assertThat(busy.readResponse("GET").status()).isEqualTo(200);
        Response served = first.readResponse("GET");
        assertThat(served.status()).isEqualTo(200);
        assertThat(Long.parseLong(served.text().split(" queue ", -1)[1]))
                .as("microseconds in the queue, as the application sees them")
                .isGreaterThan(1_000_000L);
        assertThat(second.readResponse("GET").status()).isEqualTo(200);
        assertThat(served.headers().stream().map(header -> header.name().toLowerCase(java.util.Locale.ROOT)))
                .as("what is for the access log stays on the server")
                .noneMatch(name -> name.startsWith("jsgi-"));
        awaitQueue("short", 0);
    }
}
