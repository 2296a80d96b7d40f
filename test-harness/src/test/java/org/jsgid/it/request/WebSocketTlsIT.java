package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSocket over TLS, whose bytes go through Apache's filters. */
@Tag("D9")
@EveryJdk
class WebSocketTlsIT {

    private static final int MEGABYTE = 1 << 20;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("websocket-tls", server -> {
        server.addInstalledProfiles();
        server.configure(TlsServer.conf(server)
                .group("sockets")
                .mount("/ws", Apps.war(server, "sockets-war", ServletGeneration.usual()), "sockets"));
    });

    private final HttpClient client = new TlsServer(SERVER.httpd()).client(HttpClient.Version.HTTP_1_1);

    @Test
    void messagesOfEverySizeGoBothWays() throws Exception {
        SERVER.httpd().awaitReady("sockets");
        try (WebSocketClient socket = open("/echo")) {
            assertThat(socket.text("hel", false).text("lo", true).next()).isEqualTo("text hello");
            assertThat(socket.ping("there").next()).isEqualTo("pong there");
            assertThat(socket.binary(new byte[3 * MEGABYTE], true).next()).isEqualTo("binary " + 3 * MEGABYTE);
            assertThat(socket.text("close 4001", true).next()).isEqualTo("close 4001");
        }
        try (WebSocketClient socket = open("/capitals")) {
            assertThat(socket.next()).isEqualTo("text hello");
        }
        WebSocketClient vanishes = open("/echo");
        assertThat(vanishes.text("hello", true).next()).isEqualTo("text hello");
        vanishes.abort();
        Await.until("the endpoint's onClose", Duration.ofSeconds(20), () -> facts().startsWith("0 1006"));
    }

    private WebSocketClient open(String path) throws Exception {
        return WebSocketClient.open(client, "wss://localhost:" + SERVER.httpd().port() + "/ws" + path);
    }

    private String facts() throws Exception {
        return client.send(
                        new TlsServer(SERVER.httpd()).request("/ws/facts").build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
