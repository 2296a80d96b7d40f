package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asynchronous servlets that wait: what they hold, and what ends the wait. */
@Tag("I2")
@Tag("D4")
@Tag("D5")
@Tag("alone")
class AsyncIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY = 1000;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("async", server -> {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf()
                .add("ServerLimit 4", "ThreadLimit 300", "StartServers 4", "ThreadsPerChild 300")
                .add("MaxRequestWorkers 1200", "MinSpareThreads 1", "MaxSpareThreads 1200")
                .add("KeepAliveTimeout 600");
        conf.group("async", "JsgiThreads 5", "JsgiGracefulTimeout 20");
        conf.group("brief", "JsgiThreads 5", "JsgiRequestTimeout 1");
        conf.mount("/async", Apps.war(server, "async-war", ServletGeneration.usual()), "async");
        conf.mount("/javax", Apps.war(server, "async-war", ServletGeneration.JAVAX), "async");
        conf.mount("/brief", Apps.war(server, "async-war", ServletGeneration.usual()), "brief");
        server.configure(conf);
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("async");
        httpd.awaitReady("brief");
    }

    private String state(String mount) throws IOException {
        return httpd.client().get(mount + "/state").text();
    }

    private void awaitState(String mount, String part) {
        Await.until(part + " of " + mount, PATIENCE, () -> state(mount).contains(part));
    }

    private Client.Connection poll(String path) throws IOException {
        Client.Connection connection = httpd.client().open();
        connection.sendHead("GET", path, List.of());
        return connection;
    }

    @Test
    void aThousandThatWaitHoldNoThreadOfTheGroupAndAreToldTheNews() throws IOException {
        List<Client.Connection> polls = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                polls.add(poll("/async/poll"));
            }
            awaitState("/async", "waiting=" + MANY + " ");
            for (int i = 0; i < 20; i++) {
                assertThat(httpd.client().get("/javax/state").status()).isEqualTo(200);
            }
            String state = state("/async");
            assertThat(Integer.parseInt(state.substring(state.indexOf("threads=") + 8)))
                    .as(state)
                    .isLessThan(MANY / 10);
            assertThat(httpd.client().get("/async/news").text()).isEqualTo(Integer.toString(MANY));
            for (Client.Connection connection : polls) {
                assertThat(connection.readResponse("GET").text()).isEqualTo("news");
            }
            awaitState("/async", "waiting=0 ");
            // The connections to the daemon are as good as before.
            for (int i = 0; i < 20; i++) {
                assertThat(httpd.client().get("/async/state").status()).isEqualTo(200);
            }
        } finally {
            for (Client.Connection connection : polls) {
                connection.close();
            }
        }
    }

    @Test
    void aWaitIsEndedByADispatchATimeoutOrTheClient() throws IOException {
        httpd.errorLog().announce("The client has gone");
        for (String mount : List.of("/async", "/javax")) {
            try (Client.Connection dispatched = poll(mount + "/poll")) {
                awaitState(mount, "waiting=1 ");
                assertThat(httpd.client().get(mount + "/news?dispatch").text()).isEqualTo("1");
                assertThat(dispatched.readResponse("GET").text()).isEqualTo("dispatched");
            }
            assertThat(httpd.client().get(mount + "/poll?timeout=300").text()).isEqualTo("no news");
            try (Client.Connection gone = poll(mount + "/poll")) {
                awaitState(mount, "waiting=1 ");
                gone.reset();
            }
            awaitState(mount, "waiting=0 errors=1 ");
        }
    }

    @Test
    void theRequestTimeoutEndsAWaitWith504() throws IOException {
        httpd.errorLog().announce("JSGID053|JSGID0420");
        assertThat(httpd.client().get("/brief/poll").status()).isEqualTo(504);
        awaitState("/brief", "waiting=0 errors=1 ");
    }

    @Test
    void aWriteListenerIsNotCalledWhileTheClientDoesNotRead() throws Exception {
        int bytes = 20_000_000;
        List<Client.Connection> lazy = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                lazy.add(poll("/async/write?bytes=" + bytes));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(state("/async")).doesNotContain("written=" + bytes);
            }
            for (Client.Connection connection : lazy) {
                assertThat(connection.readResponse("GET").body()).hasSize(bytes);
            }
        } finally {
            for (Client.Connection connection : lazy) {
                connection.close();
            }
        }
        String state = state("/async");
        assertThat(state).doesNotContain("calls=1 ").doesNotContain("calls=0 ");
    }

    @Test
    void bodiesAreCopiedWithoutAThreadInBothDirectionsAtOnce() throws IOException {
        byte[] piece = "0123456789".repeat(50).getBytes(StandardCharsets.US_ASCII);
        List<Client.Connection> copies = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Client.Connection connection = httpd.client().open();
                connection.sendHead("POST", "/async/copy", List.of("Transfer-Encoding: chunked"));
                copies.add(connection);
            }
            for (Client.Connection connection : copies) {
                connection.sendChunk(piece);
                assertThat(connection.readHead().status()).isEqualTo(200);
                assertThat(connection.readChunk()).isEqualTo(piece);
            }
            assertThat(httpd.client().get("/async/state").status()).isEqualTo(200);
            for (Client.Connection connection : copies) {
                connection.sendChunk(piece);
                assertThat(connection.readChunk()).isEqualTo(piece);
                connection.sendChunk(new byte[0]);
                assertThat(connection.readChunk()).isEmpty();
            }
        } finally {
            for (Client.Connection connection : copies) {
                connection.close();
            }
        }
    }

    @Test
    void aThreadOfTheApplicationMayWaitForTheBody() throws IOException {
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", "/async/late-read", List.of("Transfer-Encoding: chunked"));
            connection.sendChunk(new byte[10]);
            connection.readHead();
            assertThat(new String(connection.readChunk(), StandardCharsets.US_ASCII))
                    .isEqualTo("10 ");
            connection.sendChunk(new byte[20]);
            assertThat(new String(connection.readChunk(), StandardCharsets.US_ASCII))
                    .isEqualTo("20 ");
            connection.sendChunk(new byte[0]);
            assertThat(new String(connection.readChunk(), StandardCharsets.US_ASCII))
                    .isEqualTo("= 30");
        }
    }

    @Test
    void aRestartWaitsForThoseThatWait() throws IOException {
        try (Client.Connection connection = poll("/async/poll?timeout=2000")) {
            awaitState("/async", "waiting=1 ");
            List<Long> before = httpd.status().group("async").pids();
            assertThat(httpd.status().group("async").pids()).isNotEmpty();

            httpd.ctl().run("restart", "async").expectSuccess();

            Response response = connection.readResponse("GET");
            assertThat(response.text()).isEqualTo("no news");
            httpd.awaitGroup(
                    "async",
                    "to have another process",
                    group -> !group.pids().isEmpty() && group.pids().stream().noneMatch(before::contains));
        }
    }
}
