package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSocket and other upgrades in each container, over plain HTTP. */
@Tag("D9")
@Tag("I2")
@EveryJdk
class WebSocketIT {

    private static final int MEGABYTE = 1 << 20;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("websocket", server -> {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf().group("sockets");
        for (ServletGeneration generation : ServletGeneration.served()) {
            conf.mount(mount(generation), Apps.war(server, "sockets-war", generation), "sockets");
        }
        server.configure(conf);
    });

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void ready() {
        SERVER.httpd().awaitReady("sockets");
    }

    @ParameterizedTest
    @MethodSource("org.jsgid.harness.Apps$ServletGeneration#served")
    void anAnnotatedEndpointGetsTextBinaryFragmentsAndPings(ServletGeneration generation) throws Exception {
        try (WebSocketClient socket = open(generation, "/echo")) {
            assertThat(socket.text("hello", true).next()).isEqualTo("text hello");
            assertThat(socket.text("hel", false)
                            .text("lo a", false)
                            .text("gain", true)
                            .next())
                    .isEqualTo("text hello again");
            assertThat(socket.binary(new byte[1000], false)
                            .binary(new byte[500], true)
                            .next())
                    .isEqualTo("binary 1500");
            assertThat(socket.ping("are you there").next()).isEqualTo("pong are you there");
            assertThat(socket.binary(new byte[3 * MEGABYTE], true).next()).isEqualTo("binary " + 3 * MEGABYTE);
            assertThat(socket.text("async later", true).next()).isEqualTo("text later");
            // Tomcat does not wait for the end of an asynchronous message when it closes, only when it sends.
            assertThat(socket.text("and now", true).next()).isEqualTo("text and now");
            assertThat(socket.text("close 4001", true).next()).isEqualTo("close 4001");
        }
        try (WebSocketClient socket = open(generation, "/echo")) {
            assertThat(socket.text("still here", true).next()).isEqualTo("text still here");
            assertThat(socket.sendClose(1000).next()).isEqualTo("close 1000");
        }
        assertThat(SERVER.httpd().client().get(mount(generation) + "/facts").text())
                .contains(generation.serverInfo());
    }

    @ParameterizedTest
    @MethodSource("org.jsgid.harness.Apps$ServletGeneration#served")
    void anEndpointWithoutAnnotationsMayHaveTheFirstWord(ServletGeneration generation) throws Exception {
        try (WebSocketClient socket = open(generation, "/capitals")) {
            assertThat(socket.next()).isEqualTo("text hello");
            assertThat(socket.text("quiet", true).next()).isEqualTo("text QUIET");
        }
    }

    @ParameterizedTest
    @MethodSource("org.jsgid.harness.Apps$ServletGeneration#served")
    void aClientThatVanishesIsNoticedAtOnce(ServletGeneration generation) throws Exception {
        WebSocketClient socket = open(generation, "/echo");
        assertThat(socket.text("hello", true).next()).isEqualTo("text hello");

        socket.abort();

        Await.until(
                "the endpoint's onClose",
                Duration.ofSeconds(20),
                () -> SERVER.httpd()
                        .client()
                        .get(mount(generation) + "/facts")
                        .text()
                        .startsWith("0 1006"));
    }

    @Test
    void anIdleSessionEndsAfterItsTimeout() throws Exception {
        try (WebSocketClient socket = open(ServletGeneration.usual(), "/echo")) {
            assertThat(socket.text("idle 500", true).next()).isEqualTo("close 1001");
        }
    }

    @ParameterizedTest
    @MethodSource("org.jsgid.harness.Apps$ServletGeneration#served")
    void aServletUpgradesToAProtocolOfItsOwnAndReadsWhenThereIsSomething(ServletGeneration generation)
            throws IOException {
        try (Client.Connection connection = SERVER.httpd().client().open()) {
            connection.sendHead("GET", mount(generation) + "/lines", List.of("Connection: Upgrade", "Upgrade: lines"));
            Client.Response head = connection.readHead();
            assertThat(head.status()).isEqualTo(101);
            assertThat(head.header("Upgrade")).contains("lines");
            assertThat(head.header("Connection")).contains("Upgrade");

            assertThat(connection.readBytes(8)).isEqualTo("welcome\n");
            connection.send("one\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.readBytes(4)).isEqualTo("one\n");
            connection.shutdownOutput();
            // Tomcat calls the listener's onError for the end of the input, and that closes.
            assertThat(connection.readBytes(100)).isEmpty();
        }
    }

    @Test
    void anUpgradeThatNobodyAskedForIsAnError() throws IOException {
        SERVER.httpd().errorLog().announce("JSGID0420");
        assertThat(SERVER.httpd()
                        .client()
                        .get(mount(ServletGeneration.usual()) + "/lines")
                        .status())
                .isEqualTo(500);
    }

    @Test
    void whenTheApplicationIsReplacedItsSessionsGoAwayAndNewOnesAreTheNewOnes() throws Exception {
        try (WebSocketClient socket = open(ServletGeneration.usual(), "/echo")) {
            assertThat(socket.text("hello", true).next()).isEqualTo("text hello");
            List<Long> before = SERVER.httpd().status().group("sockets").pids();

            SERVER.httpd().ctl().run("restart", "sockets").expectSuccess();

            assertThat(socket.next()).isEqualTo("close 1001");
            SERVER.httpd()
                    .awaitGroup(
                            "sockets",
                            "to have another process",
                            group -> !group.pids().isEmpty()
                                    && group.pids().stream().noneMatch(before::contains));
            try (WebSocketClient again = open(ServletGeneration.usual(), "/echo")) {
                assertThat(again.text("hello", true).next()).isEqualTo("text hello");
            }
        }
    }

    private WebSocketClient open(ServletGeneration generation, String path) throws Exception {
        return WebSocketClient.open(client, "ws://localhost:" + SERVER.httpd().port() + mount(generation) + path);
    }

    private static String mount(ServletGeneration generation) {
        return "/" + generation.name().toLowerCase(Locale.ROOT);
    }
}
