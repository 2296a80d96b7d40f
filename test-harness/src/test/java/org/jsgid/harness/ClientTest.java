package org.jsgid.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jsgid.harness.Client.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that took a broken response for a complete one would make tests worthless. */
class ClientTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
            })
    void aCompleteResponseIsComplete(String sent) throws IOException {
        Response response = responseTo(sent);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("body");
        assertThat(response.complete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nbody",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n",
            })
    void aResponseThatBrokeOffIsNot(String sent) throws IOException {
        Response response = responseTo(sent);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).startsWith("body");
        assertThat(response.complete()).isFalse();
        assertThat(response.brokenBy()).isNotEmpty();
    }

    @Test
    void headersKeepTheirOrderAndRepetition() throws IOException {
        Response response = responseTo("HTTP/1.1 204 No\r\nSet-Cookie: b=1\r\nX: y\r\nset-cookie: a=2\r\n\r\n");

        assertThat(response.headers("Set-Cookie")).containsExactly("b=1", "a=2");
    }

    private static Response responseTo(String sent) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    // All of the request, so that closing does not reset the connection.
                    byte[] buffer = new byte[1024];
                    StringBuilder request = new StringBuilder();
                    while (!request.toString().endsWith("\r\n\r\n")) {
                        int count = socket.getInputStream().read(buffer);
                        request.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
                    }
                    socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            Response response = new Client(server.getLocalPort()).get("/");
            answering.join();
            return response;
        }
    }
}
