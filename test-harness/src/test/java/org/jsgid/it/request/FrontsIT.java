package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same requests over each front: HTTP/1.1 and HTTP/2, with and without TLS. */
@Tag("D1")
@Tag("D2")
@Tag("D3")
@Tag("D4")
@Tag("D5")
@Tag("D6")
@Tag("D7")
@Tag("D8")
@Tag("D12")
@EveryJdk
class FrontsIT {

    /** How a client speaks to Apache. */
    enum Front {
        HTTP1(false, HttpClient.Version.HTTP_1_1),
        HTTP2(false, HttpClient.Version.HTTP_2),
        TLS_HTTP1(true, HttpClient.Version.HTTP_1_1),
        TLS_HTTP2(true, HttpClient.Version.HTTP_2);

        private final boolean tls;
        private final HttpClient.Version version;

        Front(boolean tls, HttpClient.Version version) {
            this.tls = tls;
            this.version = version;
        }

        private String scheme() {
            return tls ? "https" : "http";
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ALICE =
            "Basic " + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.US_ASCII));

    private static final Map<Front, HttpClient> CLIENTS = new EnumMap<>(Front.class);
    private static int tlsPort;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("fronts", FrontsIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        TlsServer.makeCertificate(server);
        tlsPort = Httpd.freePort();
        CLIENTS.clear();
        try {
            Files.createDirectories(server.root().resolve("files"));
            Files.writeString(server.root().resolve("files/file"), "0123456789");
            Files.writeString(server.documents().resolve("page.txt"), "a page of Apache\n");
            Files.writeString(server.root().resolve("passwords"), "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HttpdConf conf = new HttpdConf();
        for (String module : List.of(
                "ssl", "http2", "rewrite", "authn_core", "authn_file", "auth_basic", "authz_user", "unique_id")) {
            conf.module(module);
        }
        conf.group("fronts", "JsgiThreads 16")
                .mount("/echo", Apps.java(server, "echo/Echo.java"), "fronts")
                .mount("/variables", Apps.java(server, "hello/Variables.java"), "fronts")
                .mount("/private", Apps.java(server, "hello/Variables.java"), "fronts")
                .mount("/headers", Apps.java(server, "headers/HeaderPlay.java"), "fronts")
                .mount("/fronts", Apps.java(server, "fronts/Fronts.java"), "fronts")
                .mount("/endless", Apps.java(server, "slow/Endless.java"), "fronts")
                .mount("/throws", Apps.java(server, "throws/Throws.java"), "fronts")
                .mount("/loop", Apps.java(server, "answers/Loop.java"), "fronts")
                .mount("/answers", Apps.java(server, "answers/Answers.java"), "fronts")
                .mount("/overridden", Apps.java(server, "answers/Answers.java"), "fronts")
                .mount("/servlets", Apps.war(server, "fronts-war", ServletGeneration.usual()), "fronts")
                .mount("/war", Apps.war(server, "own-war", ServletGeneration.usual()), "fronts")
                .add("Listen 127.0.0.1:" + tlsPort, "LogLevel ssl:error http2:error")
                .add(
                        "Protocols h2c http/1.1",
                        "H2EarlyHints on",
                        "H2Push off",
                        "LimitRequestFieldSize 70000",
                        "LimitRequestFields 2000",
                        "KeepAliveTimeout 600",
                        "MaxKeepAliveRequests 0")
                .add("SetEnv FROM_SETENV set-by-apache", "RewriteEngine on")
                .add("RewriteRule ^/variables - [E=FROM_REWRITE:set-by-rule]")
                .add("<Location /answers>", "JsgiSendfile \"ROOT/files\"", "</Location>")
                .add("<Location /overridden>", "JsgiErrorOverride on", "ErrorDocument 404 \"no luck\"", "</Location>")
                .add("<Location /private>", "AuthType Basic", "AuthName private", "AuthUserFile \"ROOT/passwords\"")
                .add("Require valid-user", "JsgiPassAuthorization on", "</Location>")
                .add("LogFormat \"%U %{jsgid-group}n %{jsgid-pid}n %{jsgid-queue-time}n %{jsgid-daemon-time}n\" notes")
                .add("CustomLog notes.log notes")
                .add("<VirtualHost *:" + tlsPort + ">", "ServerName localhost", "Protocols h2 http/1.1")
                .add("SSLEngine on", "SSLCertificateFile \"ROOT/server.crt\"")
                .add("SSLCertificateKeyFile \"ROOT/server.key\"", "SSLOptions +StdEnvVars +ExportCertData")
                .add("RewriteEngine on", "RewriteOptions Inherit", "CustomLog notes.log notes", "</VirtualHost>")
                .add("SSLSessionCache none");
        server.configure(conf);
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady("fronts");
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodArrivesWithItsBody(Front front) throws Exception {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "OWN-METHOD")) {
            Answer response = text(front, request(front, "/echo").method(method, BodyPublishers.ofString("the body")));

            assertThat(response.statusCode()).as(method).isEqualTo(200);
            assertThat(response.headers().firstValue("X-Method")).hasValue(method);
            assertThat(response.body()).isEqualTo("the body");
        }
        Answer head = text(front, request(front, "/headers").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.headers().allValues("Set-Cookie")).hasSize(3);
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void variablesAreThoseOfTheConnectionAndOfApachesConfiguration(Front front) throws Exception {
        Facts facts =
                Facts.of(text(front, request(front, "/variables/a%20b?x=%41").header("X-One", "1"))
                        .body());

        assertThat(facts.get("SERVER_PROTOCOL"))
                .isEqualTo(front.version == HttpClient.Version.HTTP_2 ? "HTTP/2.0" : "HTTP/1.1");
        assertThat(facts.get("HTTPS")).isEqualTo(front.tls ? "on" : null);
        assertThat(facts.get("REQUEST_SCHEME")).isEqualTo(front.tls ? "https" : "http");
        assertThat(facts.get("SERVER_PORT")).isEqualTo(Integer.toString(port(front)));
        assertThat(facts.get("SSL_SERVER_S_DN_CN")).isEqualTo(front.tls ? "localhost" : null);
        assertThat(facts.get("SSL_SERVER_CERT")).isEqualTo(front.tls ? "-----BEGIN CERTIFICATE-----" : null);
        assertThat(facts.get("PATH_INFO")).isEqualTo("/a b");
        assertThat(facts.get("QUERY_STRING")).isEqualTo("x=%41");
        assertThat(facts.get("HTTP_X_ONE")).isEqualTo("1");
        assertThat(facts.get("FROM_SETENV")).isEqualTo("set-by-apache");
        assertThat(facts.get("FROM_REWRITE")).isEqualTo("set-by-rule");
        assertThat(facts.get("REMOTE_USER")).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void theUserThatApacheKnowsIsTheApplications(Front front) throws Exception {
        Facts facts = Facts.of(text(front, request(front, "/private").header("Authorization", ALICE))
                .body());

        assertThat(facts.get("REMOTE_USER")).isEqualTo("alice");
        assertThat(facts.get("AUTH_TYPE")).isEqualTo("Basic");
        assertThat(facts.get("HTTP_AUTHORIZATION")).isEqualTo(ALICE);
        assertThat(Facts.of(text(front, request(front, "/variables").header("Authorization", ALICE))
                                .body())
                        .get("HTTP_AUTHORIZATION"))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource
    void bodiesStreamWithAndWithoutALength(Front front) throws Exception {
        byte[] body = TlsServer.bytes(1_000_000);
        HttpResponse<byte[]> announced =
                bytes(front, request(front, "/echo?stream").POST(BodyPublishers.ofByteArray(body)));
        assertThat(announced.headers().firstValue("X-Announced")).hasValue("1000000");
        assertThat(announced.body()).isEqualTo(body);

        HttpResponse<byte[]> streamed = bytes(
                front,
                request(front, "/echo?stream")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
        assertThat(streamed.headers().firstValue("X-Announced")).hasValue("-1");
        assertThat(streamed.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveOneByOne(Front front) throws Exception {
        eventsArrive(front, "/fronts?", "jsgi");
        eventsArrive(front, "/servlets/events?", "servlet");
        eventsArrive(front, "/servlets/events?async&", "async");
    }

    private void eventsArrive(Front front, String path, String kind) throws Exception {
        Path marks = Marks.folder(httpd);
        String run = kind + "-" + front.name().toLowerCase(Locale.ROOT);
        Path own = Files.createDirectory(marks.resolve(run));
        InputStream body = stream(front, request(front, path + "events=5&marks=" + own));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (int i = 0; i < 5; i++) {
                // The next is sent only when this one has been read: whoever holds back, hangs.
                assertThat(lines.readLine()).isEqualTo("data: " + i);
                assertThat(lines.readLine()).isEmpty();
                Files.createFile(own.resolve(Integer.toString(i)));
            }
            assertThat(lines.readLine()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothDirectionsAreOpenAtOnce(Front front) throws Exception {
        for (String path : List.of("/echo?stream", "/servlets/copy")) {
            try (Socket socket = connect(front)) {
                if (front.version == HttpClient.Version.HTTP_2) {
                    Frames.Conversation conversation = new Frames.Conversation(socket);
                    conversation.head(front.scheme(), "POST", path, Map.of(), false);
                    conversation.data("one", false);
                    assertThat(conversation.next().type()).isEqualTo(Frames.HEADERS);
                    assertThat(data(conversation)).isEqualTo("one");
                    conversation.data("two", false);
                    assertThat(data(conversation)).isEqualTo("two");
                    conversation.data("", true);
                    assertThat(conversation.next().isLast()).isTrue();
                } else {
                    Client.Connection connection = new Client.Connection(socket);
                    connection.sendHead("POST", path, List.of("Transfer-Encoding: chunked"));
                    for (String piece : List.of("one", "two")) {
                        connection.sendChunk(piece.getBytes(StandardCharsets.US_ASCII));
                        if (piece.equals("one")) {
                            assertThat(connection.readHead().status()).isEqualTo(200);
                        }
                        assertThat(new String(connection.readChunk(), StandardCharsets.US_ASCII))
                                .isEqualTo(piece);
                    }
                    connection.sendChunk(new byte[0]);
                    assertThat(connection.readChunk()).isEmpty();
                }
            }
        }
    }

    private static String data(Frames.Conversation conversation) throws IOException {
        return new String(conversation.next().content(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource
    void hintsAPermissionForTheBodyAndTrailersBothWaysArrive(Front front) throws Exception {
        try (Socket socket = connect(front)) {
            if (front.version == HttpClient.Version.HTTP_2) {
                Frames.Conversation conversation = new Frames.Conversation(socket);
                conversation.head(front.scheme(), "POST", "/servlets/around", Map.of("expect", "100-continue"), false);
                assertThat(conversation.next().type()).as("103").isEqualTo(Frames.HEADERS);
                assertThat(conversation.next().type()).as("100").isEqualTo(Frames.HEADERS);
                conversation.data("hello", false);
                conversation.trailers(Map.of("x-a", "one"));
                assertThat(conversation.next().type()).as("200").isEqualTo(Frames.HEADERS);
                assertThat(data(conversation)).isEqualTo("5 {x-a=one}");
                Frames.Frame last = conversation.next();
                while (last.type() == Frames.DATA && last.content().length == 0) {
                    last = conversation.next();
                }
                assertThat(last.type()).as("trailers").isEqualTo(Frames.HEADERS);
                assertThat(last.isLast()).isTrue();
            } else {
                Client.Connection connection = new Client.Connection(socket);
                connection.sendHead(
                        "POST",
                        "/servlets/around",
                        List.of("Transfer-Encoding: chunked", "Expect: 100-continue", "Connection: close"));
                assertThat(connection.readHead().status()).isEqualTo(103);
                assertThat(connection.readHead().status()).isEqualTo(100);
                connection.send("5\r\nhello\r\n0\r\nX-A: one\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(connection.readHead().status()).isEqualTo(200);
                assertThat(connection.readBytes(10_000))
                        .contains("5 {x-a=one}")
                        .endsWith("\r\n0\r\nx-after: the end\r\n\r\n");
            }
        }
    }

    private Socket connect(Front front) throws IOException {
        if (front.tls) {
            return new TlsServer(httpd, tlsPort)
                    .connect(front.version == HttpClient.Version.HTTP_2 ? "h2" : "http/1.1");
        }
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpd.port());
        socket.setSoTimeout((int) Await.scaled(PATIENCE).toMillis());
        return socket;
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatHasEnoughMakesTheNextWriteFail(Front front) throws Exception {
        httpd.errorLog().announce("endless|Endless");
        Path ended = Marks.folder(httpd).resolve("ended-" + front);

        try (InputStream body = stream(front, request(front, "/endless?ended=" + ended))) {
            assertThat(body.read()).isNotNegative();
        }

        Await.until("the application to notice", PATIENCE, () -> Files.exists(ended));
    }

    @ParameterizedTest
    @EnumSource
    void headersAreKeptHoweverManyAndHoweverLong(Front front) throws Exception {
        Answer cookies = text(front, request(front, "/headers"));
        assertThat(cookies.headers().allValues("Set-Cookie"))
                .containsExactly("first=1; Path=/", "second=2; Path=/", "third=3; Path=/");

        Answer longOnes = text(front, request(front, "/headers?length=60000").header("X-Given", "g".repeat(60_000)));
        assertThat(longOnes.headers().firstValue("X-Long").orElseThrow()).hasSize(60_000);
        assertThat(longOnes.headers().firstValue("X-Given-Length")).hasValue("60000");

        HttpRequest.Builder many = request(front, "/fronts?headers=" + replies(front));
        for (int i = 0; i < 1000; i++) {
            many.header("X-Ask-" + i, "value " + i);
        }
        Answer replies = text(front, many);
        assertThat(replies.body()).isEqualTo("asked with 1000");
        assertThat(replies.headers().firstValue("X-Reply-" + (replies(front) - 1)))
                .hasValue("value " + (replies(front) - 1));
    }

    /** Java's client takes no more than 512 new header fields in a response of HTTP/2. */
    private static int replies(Front front) {
        return front.version == HttpClient.Version.HTTP_2 ? 400 : 1000;
    }

    @ParameterizedTest
    @EnumSource
    void whatAnApplicationMayNotSendReachesNobody(Front front) throws Exception {
        httpd.errorLog().announce("JSGID|Throws|IllegalArgumentException|IllegalStateException");

        Answer injected = text(front, request(front, "/throws?where=header"));
        assertThat(injected.statusCode()).isEqualTo(500);
        assertThat(injected.headers().allValues("Set-Cookie")).isEmpty();
        for (int status : new int[] {204, 304}) {
            Answer bodiless = text(front, request(front, "/headers?status=" + status));
            assertThat(bodiless.statusCode()).isEqualTo(status);
            assertThat(bodiless.body()).isEmpty();
        }
        assertThat(text(front, request(front, "/answers?header=Content-Length:4&body=four+and+more&stream"))
                        .body())
                .isEqualTo("four");
        assertThat(statusOrBroken(front, "/answers?header=Content-Length:99&body=four&stream"))
                .isNotEqualTo(200);
        // The connection, or the next one, is in step.
        assertThat(text(front, request(front, "/answers?body=next")).body()).isEqualTo("next");
    }

    @ParameterizedTest
    @EnumSource
    void apacheAnswersInPlaceOfTheApplication(Front front) throws Exception {
        httpd.errorLog().announce("JSGID0460|AH00124");
        String file = "/answers?header=" + encoded("X-Sendfile:" + httpd.root().resolve("files/file"));

        Answer range = text(front, request(front, file).header("Range", "bytes=2-4"));
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo("234");
        assertThat(range.headers().firstValue("X-Sendfile")).isEmpty();
        assertThat(text(front, request(front, file)).body()).isEqualTo("0123456789");

        Answer redirected = text(
                front,
                request(front, "/answers?header=" + encoded("Location:/page.txt"))
                        .POST(BodyPublishers.ofString("a body")));
        assertThat(redirected.statusCode()).isEqualTo(200);
        assertThat(redirected.body()).isEqualTo("a page of Apache\n");
        assertThat(text(front, request(front, "/loop")).statusCode()).isEqualTo(500);

        Answer error = text(front, request(front, "/overridden?status=404&body=own+page"));
        assertThat(error.statusCode()).isEqualTo(404);
        assertThat(error.body()).isEqualTo("no luck");
    }

    @ParameterizedTest
    @EnumSource
    void aServletAnswersAndTheAccessLogHasItsNotes(Front front) throws Exception {
        String path = "/war/facts/" + front;
        Facts facts = Facts.of(text(front, request(front, path + "?name=x")).body());
        assertThat(facts.get("context")).isEqualTo("/war");
        assertThat(facts.get("name")).isEqualTo("x");
        assertThat(facts.get("url")).startsWith((front.tls ? "https" : "http") + "://localhost:" + port(front) + path);

        String line = Await.value(
                "the line of the request",
                PATIENCE,
                () -> Files.readAllLines(httpd.root().resolve("notes.log")).stream()
                        .filter(each -> each.startsWith(path + " "))
                        .findFirst()
                        .orElse(""),
                each -> !each.isEmpty());
        assertThat(line).matches(path + " fronts \\d+ \\d+ \\d+");
    }

    private int statusOrBroken(Front front, String path) throws InterruptedException {
        try {
            return text(front, request(front, path)).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The answer, which came over that front. */
    private HttpResponse<byte[]> bytes(Front front, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = front == Front.HTTP2
                ? curl().send(request.build())
                : CLIENTS.get(front).send(request.build(), BodyHandlers.ofByteArray());
        assertThat(response.version()).isEqualTo(front.version);
        return response;
    }

    private Answer text(Front front, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = bytes(front, request);
        return new Answer(
                response.statusCode(), response.headers(), new String(response.body(), StandardCharsets.ISO_8859_1));
    }

    /** A response with its body as text. */
    private record Answer(int statusCode, HttpHeaders headers, String body) {}

    /** The body of an answer as it comes. */
    private InputStream stream(Front front, HttpRequest.Builder request) throws IOException, InterruptedException {
        return front == Front.HTTP2
                ? curl().stream(request.build())
                : CLIENTS.get(front)
                        .send(request.build(), BodyHandlers.ofInputStream())
                        .body();
    }

    private Curl curl() throws IOException {
        return new Curl(Files.createDirectories(httpd.root().resolve("curl")));
    }

    private HttpRequest.Builder request(Front front, String path) {
        if (front != Front.HTTP2 && !CLIENTS.containsKey(front)) {
            HttpClient client = new TlsServer(httpd, tlsPort).client(front.version);
            CLIENTS.put(front, client);
        }
        return HttpRequest.newBuilder(URI.create(front.scheme() + "://localhost:" + port(front) + path))
                .timeout(Await.scaled(PATIENCE));
    }

    private int port(Front front) {
        return front.tls ? tlsPort : httpd.port();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
