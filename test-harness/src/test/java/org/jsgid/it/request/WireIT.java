package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What passes between client and application besides header block and body, for JSGI and for servlets: informational
 * responses, trailers, lengths that are not true, and clients that go.
 */
@Tag("D2")
@Tag("D5")
@Tag("D6")
@EveryJdk
class WireIT {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("wire", server -> {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf()
                .module("http2")
                .module("filter")
                .module("deflate")
                .add(
                        "Protocols h2c http/1.1",
                        "H2EarlyHints on",
                        "H2Push off",
                        "LimitRequestFields 1100",
                        "LimitRequestFieldSize 70000",
                        "<LocationMatch \"/trailers\">",
                        "    SetOutputFilter DEFLATE",
                        "</LocationMatch>");
        conf.group("wire", "JsgiThreads 20");
        conf.mount("/jsgi", Apps.java(server, "wire/Wire.java"), "wire");
        conf.mount("/servlet", Apps.war(server, "wire-war", ServletGeneration.usual()), "wire");
        server.configure(conf);
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("wire");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jsgi", "/servlet"})
    void earlyHintsComeBeforeTheResponseAndHaveTheirFieldsOnly(String mount) throws IOException {
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", mount + "/hints", List.of());
            Response hints = connection.readHead();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.header("Link")).hasValue("</a.css>; rel=preload");
            assertThat(hints.header("Date")).isEmpty();
            assertThat(hints.header("Content-Type")).isEmpty();

            Response response = connection.readResponse("GET");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("X-Final")).hasValue("yes");
            assertThat(response.header("X-Hint")).isEmpty();
            assertThat(response.text()).isEqualTo("hinted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jsgi", "/servlet"})
    void aClientOfHttp10GetsNeitherHintsNorTrailers(String mount) throws IOException {
        assertThat(raw("GET " + mount + "/hints HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("hinted");
        assertThat(raw("GET " + mount + "/trailers HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain("X-Written: ")
                .contains("some text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jsgi", "/servlet"})
    void aBodyIsAskedForWhenItIsReadAndNotOtherwise(String mount) throws IOException {
        List<String> head = List.of("Content-Length: 5", "Expect: 100-continue");
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", mount + "/request-trailers", head);
            assertThat(connection.readHead().status()).isEqualTo(100);
            connection.send("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.readResponse("POST").text()).contains("body: 5\n");
        }
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", mount + "/ignores", head);
            assertThat(connection.readHead().status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/jsgi, '', identity",
        "/jsgi, ?flush, identity",
        "/jsgi, ?flush, gzip",
        "/jsgi, ?long=60000, identity",
        "/jsgi, ?length, identity",
        "/servlet, '', identity",
        "/servlet, ?flush, gzip"
    })
    void trailersFollowTheBodyAndTheConnectionLivesOn(String mount, String query, String coding) throws IOException {
        httpd.errorLog().announce("JSGID0717.*Content-Type");
        String request = "GET " + mount + "/trailers" + query + " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + coding;

        String all = raw(request + "\r\n\r\n" + request + "\r\nConnection: close\r\n\r\n");

        String[] responses = all.split("(?=HTTP/1\\.1 200 OK)", -1);
        assertThat(responses).as(all).hasSize(2);
        for (String response : responses) {
            assertThat(response).contains("Transfer-Encoding: chunked").containsIgnoringCase("\r\nTrailer: X-Written");
            String trailers = response.substring(response.lastIndexOf("\r\n0\r\n") + 2);
            assertThat(trailers)
                    .startsWith("0\r\nX-")
                    .containsPattern("X-Written: [1-9]")
                    .endsWith("\r\n\r\n");
            assertThat(trailers.replace("X-Evil: b", ""))
                    .as("no field of another's")
                    .doesNotContain("X-Absent")
                    .doesNotContain("Content-Type")
                    .doesNotContain("\nX-Evil");
        }
    }

    @Test
    void aResponseThatBreaksOffHasNoTrailers() throws IOException {
        httpd.errorLog().announce("JSGID0420|JSGID0418");

        String all = raw("GET /jsgi/trailers?flush&break HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(all).doesNotContain("X-Written: ").doesNotContain("\r\n0\r\n");
    }

    @Test
    void aTrailerThatWouldFrameTheMessageIsNotSent() throws IOException {
        httpd.errorLog().announce("JSGID0420");

        assertThat(httpd.client().get("/jsgi/forbidden-trailer").status()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({"/jsgi, before: 0", "/servlet, ready: false"})
    void trailersOfTheRequestAreThereWhenItsBodyIsRead(String mount, String before) throws IOException {
        String response = raw("POST " + mount + "/request-trailers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                + "X-A: one\r\nContent-Length: 7\r\nHost: y\r\nAuthorization: z\r\nX-B: two\r\nX-C: three\r\n\r\n");

        String expected = before + "\nbody: 5\n"
                + (mount.equals("/jsgi") ? "x-a: one\nx-b: two\nx-c: three\n" : "ready: true\nx-a: one\nx-b: two\n");
        assertThat(response).endsWith("\r\n\r\n" + expected);
    }

    @Test
    void trailersOfTheRequestAreThereWhenTheDaemonIsSlowerThanTheClient() throws IOException {
        String response = raw("POST /jsgi/request-trailers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\nf4240\r\n" + "x".repeat(1_000_000) + "\r\n0\r\n"
                + "X-Big: " + "y".repeat(60_000) + "\r\n\r\n");

        assertThat(response).endsWith("before: 0\nbody: 1000000\nx-big: 60000\n");
    }

    @Test
    void aThousandHeadersAndOneOf64KilobytesPassBothWays() throws IOException {
        String[] many = new String[1000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "X-Many-" + i + ": " + "v".repeat(20);
        }
        Response response = httpd.client().get("/jsgi/headers?count=1000&length=20", many);
        assertThat(response.text()).isEqualTo("20000");
        assertThat(response.headers().stream().filter(header -> header.name().startsWith("X-Many-")))
                .hasSize(1000)
                .allMatch(header -> header.value().length() == 20);

        Response one = httpd.client().get("/jsgi/headers?count=1&length=65536", "X-Many-0: " + "v".repeat(65_536));
        assertThat(one.text()).isEqualTo("65536");
        assertThat(one.header("X-Many-0").orElseThrow()).hasSize(65_536);
    }

    @Test
    void aResponseIsAsLongAsItSays() throws IOException {
        httpd.errorLog().announce("JSGID0420|JSGID0418");

        assertThat(httpd.client()
                        .get("/jsgi/lengths?status=200&declared=5&written=9")
                        .text())
                .isEqualTo("bbbbb");
        assertThat(httpd.client()
                        .get("/jsgi/lengths?status=200&declared=9&written=5")
                        .status())
                .isEqualTo(500);
        Response empty = httpd.client().get("/jsgi/lengths?status=204&declared=9&written=5");
        assertThat(empty.status()).isEqualTo(204);
        assertThat(empty.header("Content-Length")).isEmpty();
        Response same = httpd.client().get("/jsgi/lengths?status=304&declared=9&written=5");
        assertThat(same.status()).isEqualTo(304);

        assertThat(httpd.client().get("/servlet/length?length=4&write=four").header("Content-Length"))
                .hasValue("4");
        Response head = httpd.client().send("HEAD", "/servlet/length?length=60", null);
        assertThat(head.header("Content-Length")).hasValue("60");
        assertThat(head.body()).isEmpty();
        assertThat(httpd.client().get("/servlet/length?length=9&write=four").status())
                .isEqualTo(500);
    }

    @Test
    void nothingThatAnApplicationWritesIsTakenForFraming() throws IOException {
        String all = raw("GET /servlet/smuggle HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(all)
                .contains("\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 22")
                .contains("X-Split: a  X-Evil: b\r\n")
                .doesNotContain("Transfer-Encoding");
    }

    @ParameterizedTest
    @CsvSource({"'', false", "&flush, false", "'', true"})
    void anAsynchronousRequestIsToldThatItsClientHasGone(String query, boolean isClosed) throws IOException {
        httpd.errorLog().announce("JSGID07|The client has gone");
        Path began = Files.createTempFile(Marks.folder(httpd), "began", "");
        Files.delete(began);
        Path ended = began.resolveSibling(began.getFileName() + "-ended");
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/servlet/waits?began=" + began + "&ended=" + ended + query, List.of());
            Await.until("the servlet to wait", PATIENCE, () -> Files.exists(began));
            if (!isClosed) {
                connection.reset();
            }
        }
        Await.until("the listener to hear of it", PATIENCE, () -> Files.exists(ended));
        assertThat(Files.readString(ended)).startsWith("onError java.io.IOException");
        Path complete = ended.resolveSibling(ended.getFileName() + "-complete");
        Await.until("the request to be over", PATIENCE, () -> Files.exists(complete));
    }

    @Test
    void aReadListenerIsToldThatItsClientHasGone() throws IOException {
        httpd.errorLog().announce("JSGID07|The client has gone|client has gone");
        Path began = Files.createTempFile(Marks.folder(httpd), "began", "");
        Files.delete(began);
        Path ended = began.resolveSibling(began.getFileName() + "-ended");
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead(
                    "POST",
                    "/servlet/waits?read&began=" + began + "&ended=" + ended,
                    List.of("Content-Length: 1000000"));
            connection.send(new byte[1000]);
            Await.until("the servlet to wait", PATIENCE, () -> Files.exists(began));
            connection.reset();
        }
        Path read = ended.resolveSibling(ended.getFileName() + "-read");
        Await.until("the listener to hear of it", PATIENCE, () -> Files.exists(read));
        assertThat(Files.readString(read)).startsWith("onError");
    }

    @Test
    void http2CarriesHintsAndTrailersBothWays() throws IOException {
        List<Frames.Frame> hinted = frames("GET", "/jsgi/hints", null, Map.of());
        assertThat(hinted.stream().filter(frame -> frame.type() == Frames.HEADERS))
                .as("two times 103, then 200")
                .hasSize(3);

        List<Frames.Frame> trailed = frames("GET", "/servlet/trailers", null, Map.of());
        Frames.Frame last = trailed.get(trailed.size() - 1);
        assertThat(last.type()).as("trailers end the stream").isEqualTo(Frames.HEADERS);
        assertThat(Frames.body(trailed)).isEqualTo("some text");

        assertThat(Frames.body(frames("POST", "/jsgi/request-trailers", "hello", Map.of("x-a", "one", "x-b", "two"))))
                .startsWith("before: 0\nbody: 5\n")
                .contains("x-a: one\n")
                .contains("x-b: two\n");
        assertThat(Frames.body(
                        frames("POST", "/servlet/request-trailers", "hello", Map.of("x-a", "one", "x-c", "three"))))
                .isEqualTo("ready: false\nbody: 5\nready: true\nx-a: one\n");
    }

    private List<Frames.Frame> frames(String method, String path, String body, Map<String, String> trailers)
            throws IOException {
        httpd.errorLog().announce("JSGID0717.*Content-Type");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpd.port())) {
            socket.setSoTimeout((int) Await.scaled(PATIENCE).toMillis());
            return Frames.exchange(socket, method, path, body, trailers);
        }
    }

    /** Sends bytes and reads until the server closes. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpd.port());
                InputStream in = new BufferedInputStream(socket.getInputStream())) {
            socket.setSoTimeout((int) Await.scaled(PATIENCE).toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
