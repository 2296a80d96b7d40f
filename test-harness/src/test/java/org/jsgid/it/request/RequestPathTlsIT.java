package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.SSLSocket;
import org.jsgid.harness.Apps;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The way of a request over TLS with HTTP/1.1, where what the client has sent may wait inside of Apache while its socket
 * has nothing to read.
 */
@Tag("D1")
@Tag("D3")
@Tag("D5")
@EveryJdk
class RequestPathTlsIT {

    private static final int EIGHT_MEGABYTES = 8 << 20;
    private static final int PATIENCE_MILLIS = 20_000;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("tls", server -> {
        server.addInstalledProfiles();
        HttpdConf conf = TlsServer.conf(server);
        conf.module("authn_core").module("authn_file").module("auth_basic").module("authz_user");
        conf.group("tls", "JsgiThreads 20").group("other");
        conf.mount("/variables", Apps.java(server, "hello/Variables.java"), "tls");
        conf.mount("/private", Apps.java(server, "hello/Variables.java"), "tls");
        conf.mount("/echo", Apps.java(server, "echo/Echo.java"), "tls");
        conf.mount("/lines", Apps.java(server, "lines/Lines.java"), "tls");
        conf.mount("/big", Apps.java(server, "big/Big.java"), "tls");
        conf.add("JsgiScriptAlias /chosen \"" + Apps.java(server, "hello/Variables.java") + "\"");
        conf.add("<Location /chosen>", "JsgiProcessGroup %{req:X-Group}", "</Location>");
        conf.add(
                "<Location /private>",
                "AuthType Basic",
                "AuthName private",
                "AuthUserFile \"ROOT/passwords\"",
                "Require valid-user",
                "JsgiPassAuthorization on",
                "</Location>");
        write(server.root().resolve("passwords"), "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
        server.configure(conf);
    });

    private final TlsServer tls = new TlsServer(SERVER.httpd());
    private final HttpClient client = tls.client(HttpClient.Version.HTTP_1_1);

    @BeforeEach
    void ready() {
        SERVER.httpd().awaitReady("tls", "other");
    }

    @Test
    void variablesOfTheConnectionAreThere() throws Exception {
        Facts facts = facts("/variables");

        assertThat(facts.get("HTTPS")).isEqualTo("on");
        assertThat(facts.get("REQUEST_SCHEME")).isEqualTo("https");
        assertThat(facts.get("SSL_PROTOCOL")).startsWith("TLSv1.");
        assertThat(facts.get("SSL_SERVER_S_DN_CN")).isEqualTo("localhost");
    }

    @Test
    void aUserThatApacheKnowsIsTheApplications() throws Exception {
        String given =
                "Basic " + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.US_ASCII));

        Facts facts = facts("/private", "Authorization", given);

        assertThat(facts.get("REMOTE_USER")).isEqualTo("alice");
        assertThat(facts.get("AUTH_TYPE")).isEqualTo("Basic");
        assertThat(facts.get("HTTP_AUTHORIZATION")).isEqualTo(given);
    }

    @Test
    void anExpressionChoosesTheGroupOfEachRequest() throws Exception {
        assertThat(facts("/chosen", "X-Group", "other").get("jsgi.group")).isEqualTo("other");
        assertThat(facts("/chosen", "X-Group", "tls").get("jsgi.group")).isEqualTo("tls");

        SERVER.httpd().errorLog().announce("JSGID0402");
        HttpResponse<String> none =
                client.send(tls.request("/chosen").header("X-Group", "none").build(), BodyHandlers.ofString());
        assertThat(none.statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 15_000})
    void aBodyInTheSameRecordAsItsHeadersIsSeen(int length) throws IOException {
        byte[] body = TlsServer.bytes(length);
        try (SSLSocket socket = open()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head("/echo", "Content-Length: " + length));
            all.writeBytes(body);
            // One write of at most 16 KiB is one record.
            socket.getOutputStream().write(all.toByteArray());

            byte[] response = socket.getInputStream().readAllBytes();

            assertThat(bodyOf(response)).isEqualTo(body);
        }
    }

    @Test
    void theNextRequestInTheSameRecordIsAnsweredToo() throws IOException {
        try (SSLSocket socket = open()) {
            String one = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nfirst";
            String two =
                    "POST /echo?stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecond";
            socket.getOutputStream().write((one + two).getBytes(StandardCharsets.US_ASCII));

            String responses = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(responses.split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(responses).contains("\r\n\r\nfirst").contains("second");
        }
    }

    @Test
    void whatIsFlushedReachesTheClientBeforeMoreIsSent() throws IOException {
        try (SSLSocket socket = open()) {
            socket.getOutputStream().write(head("/lines", "Transfer-Encoding: chunked"));
            InputStream in = socket.getInputStream();
            for (int i = 0; i < 20; i++) {
                String line = "line " + i + "\n";
                String chunk = Integer.toHexString(line.length()) + "\r\n" + line + "\r\n";
                socket.getOutputStream().write(chunk.getBytes(StandardCharsets.US_ASCII));
                readUntil(in, "got " + line);
            }
            socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            readUntil(in, "0\r\n\r\n");
        }
    }

    @Test
    void aBodyIsEchoedWhileItComes() throws Exception {
        byte[] body = TlsServer.bytes(EIGHT_MEGABYTES);

        HttpResponse<byte[]> response = client.send(
                tls.request("/echo?stream")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(Arrays.equals(response.body(), body)).isTrue();
    }

    @Test
    void eightMegabytesEachWayWithAClientThatSendsAllBeforeItReads() throws IOException {
        byte[] body = TlsServer.bytes(EIGHT_MEGABYTES);
        try (SSLSocket socket = open()) {
            socket.getOutputStream().write(head("/big?bytes=" + EIGHT_MEGABYTES, "Content-Length: " + EIGHT_MEGABYTES));
            socket.getOutputStream().write(body);

            byte[] response = socket.getInputStream().readAllBytes();

            assertThat(new String(response, 0, 15, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(response.length).isGreaterThan(EIGHT_MEGABYTES);
            assertThat(new String(response, response.length - 5, 5, StandardCharsets.US_ASCII))
                    .as("the last chunk")
                    .isEqualTo("0\r\n\r\n");
        }
    }

    private SSLSocket open() throws IOException {
        SSLSocket socket = (SSLSocket) tls.trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), SERVER.httpd().port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private Facts facts(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = tls.request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return Facts.of(response.body());
    }

    private static byte[] head(String path, String header) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bodyOf(byte[] response) {
        int at = new String(response, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
        return Arrays.copyOfRange(response, at + 4, response.length);
    }

    private static void readUntil(InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            assertThat(next).as("what came before the end: " + text).isNotNegative();
            text.append((char) next);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
