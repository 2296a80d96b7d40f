package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a request and its response, for every MPM, on the oldest and the newest JDK of this machine. */
@Tag("D1")
@Tag("D2")
@Tag("D3")
@Tag("D4")
@Tag("D5")
@Tag("D6")
abstract class RequestPath {

    private static final int EIGHT_MEGABYTES = 8 << 20;

    /** The prefixes under which everything is mounted, one for each JDK. */
    private static final List<String> PREFIXES = List.of("/old", "/new");

    abstract Httpd httpd();

    static void prepare(Httpd server, HttpdConf.Mpm mpm) {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf()
                .mpm(mpm)
                .add("SetEnv FROM_SETENV set-by-apache", "LimitRequestFieldSize 70000", "TraceEnable off");
        List<InstalledJdks.Jdk> jdks = InstalledJdks.served();
        Path jar = Apps.jsgiJar(server, "jar-hello", "org.example.JarHello");
        for (String prefix : PREFIXES) {
            String group = prefix.substring(1);
            InstalledJdks.Jdk jdk = prefix.equals("/old") ? jdks.get(0) : jdks.get(jdks.size() - 1);
            conf.group(group, "JsgiRuntime " + jdk.feature(), "JsgiThreads 20");
            conf.mount(prefix + "/hello", Apps.java(server, "hello/Hello.java"), group);
            conf.mount(prefix + "/variables", Apps.java(server, "hello/Variables.java"), group);
            conf.mount(prefix + "/echo", Apps.java(server, "echo/Echo.java"), group);
            conf.mount(prefix + "/lines", Apps.java(server, "lines/Lines.java"), group);
            conf.mount(prefix + "/big", Apps.java(server, "big/Big.java"), group);
            conf.mount(prefix + "/throws", Apps.java(server, "throws/Throws.java"), group);
            conf.mount(prefix + "/headers", Apps.java(server, "headers/HeaderPlay.java"), group);
            conf.mount(prefix + "/endless", Apps.java(server, "slow/Endless.java"), group);
            conf.mount(prefix + "/upload", Apps.java(server, "slow/Upload.java"), group);
            conf.mount(prefix + "/jar", jar, group);
            conf.group(group + "-dies");
            conf.mount(prefix + "/dies", Apps.java(server, "dies/Dies.java"), group + "-dies");
        }
        server.configure(conf);
    }

    @BeforeEach
    void ready() {
        httpd().awaitReady("old", "new", "old-dies", "new-dies");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void aJarWithSeveralClassesAnswers(String prefix) throws IOException {
        Response response = httpd().client().get(prefix + "/jar");

        assertThat(response.text()).startsWith("a jar in group " + prefix.substring(1));
    }

    @Test
    void theTwoPrefixesAnswerFromTheirJdks() throws IOException {
        List<InstalledJdks.Jdk> jdks = InstalledJdks.served();
        assertThat(Facts.from(client(), "/old/hello").get("java.version"))
                .isEqualTo(jdks.get(0).version());
        assertThat(Facts.from(client(), "/new/hello").get("java.version"))
                .isEqualTo(jdks.get(jdks.size() - 1).version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"})
    void everyMethodArrives(String method) throws IOException {
        Response response = client().send(method, "/old/echo", "the body".getBytes(StandardCharsets.UTF_8));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("X-Method")).hasValue(method);
        assertThat(response.text()).isEqualTo("the body");
    }

    @Test
    void traceIsApachesToAnswerOrToRefuse() throws IOException {
        Response response = client().send("TRACE", "/old/variables", null);

        assertThat(response.status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void headHasTheHeadersOfGetAndNoBody(String prefix) throws IOException {
        try (Client.Connection connection = client().open()) {
            connection.sendHead("HEAD", prefix + "/headers", List.of());
            Response head = connection.readResponse("HEAD");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers("Set-Cookie")).hasSize(3);
            assertThat(head.body()).isEmpty();

            // The connection is in step: what follows is the next response.
            connection.sendHead("GET", prefix + "/headers", List.of());
            assertThat(connection.readResponse("GET").text()).isEqualTo("headers of GET\n");
        }
    }

    @Test
    void variablesAreThoseOfCgiAndSetEnv() throws IOException {
        Facts facts = Facts.from(client(), "/old/variables/a%20b/c?x=%41&y", "X-One: 1", "X-Two: zwei");

        assertThat(facts.get("REQUEST_METHOD")).isEqualTo("GET");
        assertThat(facts.get("REQUEST_URI")).isEqualTo("/old/variables/a%20b/c?x=%41&y");
        assertThat(facts.get("SCRIPT_NAME")).isEqualTo("/old/variables");
        assertThat(facts.get("PATH_INFO")).isEqualTo("/a b/c");
        assertThat(facts.get("QUERY_STRING")).isEqualTo("x=%41&y");
        assertThat(facts.get("SERVER_PROTOCOL")).isEqualTo("HTTP/1.1");
        assertThat(facts.get("SERVER_PORT")).isEqualTo(Integer.toString(httpd().port()));
        assertThat(facts.get("REMOTE_ADDR")).isEqualTo("127.0.0.1");
        assertThat(facts.get("HTTP_X_ONE")).isEqualTo("1");
        assertThat(facts.get("HTTP_X_TWO")).isEqualTo("zwei");
        assertThat(facts.get("FROM_SETENV")).isEqualTo("set-by-apache");
        assertThat(facts.get("jsgi.version")).isEqualTo("1.0");
        assertThat(facts.get("jsgi.group")).isEqualTo("old");
        assertThat(facts.get("HTTP_AUTHORIZATION")).isNull();
    }

    @Test
    void aClientsHeaderCannotBecomeATrustedVariable() throws IOException {
        Facts facts = Facts.from(
                client(),
                "/old/variables",
                "JSGI-Process-Group: evil",
                "Script-Filename: /etc/passwd",
                "Remote-User: root",
                "Proxy: http://evil.example/",
                "Authorization: Basic cm9vdDpyb290");

        assertThat(facts.get("REMOTE_USER")).isNull();
        assertThat(facts.get("SCRIPT_FILENAME")).endsWith("/Variables.java");
        assertThat(facts.get("jsgi.group")).isEqualTo("old");
        assertThat(facts.get("HTTP_AUTHORIZATION")).isNull();
        assertThat(facts.get("HTTP_PROXY")).isNull();
        assertThat(facts.get("HTTP_REMOTE_USER")).isEqualTo("root");
    }

    @ParameterizedTest
    @CsvSource({"/old,false", "/old,true", "/new,false", "/new,true"})
    void anAnnouncedBodyComesBack(String prefix, boolean stream) throws IOException {
        byte[] body = bytes(100_003);

        Response response = client().send("POST", prefix + "/echo" + (stream ? "?stream" : ""), body);

        assertThat(response.header("X-Announced")).hasValue("100003");
        assertThat(response.complete()).isTrue();
        assertThat(response.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({"/old,false", "/old,true", "/new,false", "/new,true"})
    void aChunkedBodyComesBack(String prefix, boolean stream) throws IOException {
        try (Client.Connection connection = client().open()) {
            connection.sendHead(
                    "POST", prefix + "/echo" + (stream ? "?stream" : ""), List.of("Transfer-Encoding: chunked"));
            byte[] body = bytes(70_000);
            for (int at = 0; at < body.length; at += 7_000) {
                connection.sendChunk(Arrays.copyOfRange(body, at, at + 7_000));
            }
            connection.sendChunk(new byte[0]);

            Response response = connection.readResponse("POST");

            assertThat(response.header("X-Announced")).hasValue("-1");
            assertThat(response.complete()).isTrue();
            assertThat(response.body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void whatIsFlushedReachesTheClientBeforeMoreIsSent(String prefix) throws IOException {
        try (Client.Connection connection = client().open()) {
            connection.sendHead("POST", prefix + "/lines", List.of("Transfer-Encoding: chunked"));
            for (int i = 0; i < 20; i++) {
                // Each line is sent only when the answer to the one before has arrived: whoever holds back, hangs.
                connection.sendChunk(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                if (i == 0) {
                    assertThat(connection.readHead().status()).isEqualTo(200);
                }
                assertThat(new String(connection.readChunk(), StandardCharsets.UTF_8))
                        .isEqualTo("got line " + i + "\n");
            }
            connection.sendChunk(new byte[0]);
            assertThat(connection.readChunk()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void eightMegabytesEachWayWithTheBodyIgnoredAndAClientThatReadsMeanwhile(String prefix) throws IOException {
        try (Client.Connection connection = client().open()) {
            CompletableFuture<Void> sending = sendInBackground(connection, prefix, EIGHT_MEGABYTES);
            Response response = connection.readResponse("POST");

            assertThat(response.complete()).as(response.brokenBy()).isTrue();
            assertThat(response.body()).hasSize(EIGHT_MEGABYTES);
            assertThat(response.body()).startsWith("abcdef".getBytes(StandardCharsets.US_ASCII));
            endedOneWayOrTheOther(sending);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void eightMegabytesEachWayWithAClientThatSendsAllBeforeItReads(String prefix) throws IOException {
        try (Client.Connection connection = client().open()) {
            CompletableFuture<Void> sending = sendInBackground(connection, prefix, EIGHT_MEGABYTES);
            sending.join();
            Response response = connection.readResponse("POST");

            assertThat(response.complete()).as(response.brokenBy()).isTrue();
            assertThat(response.body()).hasSize(EIGHT_MEGABYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void eightMegabytesAreEchoedWhileTheyCome(String prefix) throws IOException {
        byte[] body = bytes(EIGHT_MEGABYTES);
        try (Client.Connection connection = client().open()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    connection.sendHead("POST", prefix + "/echo?stream", List.of("Content-Length: " + body.length));
                    connection.send(body);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            Response response = connection.readResponse("POST");
            sending.join();

            assertThat(response.complete()).as(response.brokenBy()).isTrue();
            assertThat(Arrays.equals(response.body(), body)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void whatFollowsALargeBodyIsTheNextRequest(String prefix) throws IOException {
        byte[] body = bytes(300_007);
        String head =
                "POST " + prefix + "/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            requests.write(head.getBytes(StandardCharsets.US_ASCII));
            requests.write(body);
        }
        try (Client.Connection connection = client().open()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    connection.send(requests.toByteArray());
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            for (int i = 0; i < 3; i++) {
                Response response = connection.readResponse("POST");

                assertThat(response.complete()).as(response.brokenBy()).isTrue();
                assertThat(Arrays.equals(response.body(), body)).isTrue();
            }
            sending.join();
        }
    }

    @Test
    void expectContinueIsAnsweredWhenTheApplicationReads() throws IOException {
        try (Client.Connection connection = client().open()) {
            connection.sendHead("POST", "/old/echo", List.of("Content-Length: 5", "Expect: 100-continue"));
            assertThat(connection.readHead().status()).isEqualTo(100);
            connection.send("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.readResponse("POST").text()).isEqualTo("hello");
        }
    }

    @Test
    void repeatedHeadersKeepTheirOrder() throws IOException {
        Response response = client().get("/old/headers");

        assertThat(response.headers("Set-Cookie"))
                .containsExactly("first=1; Path=/", "second=2; Path=/", "third=3; Path=/");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 8_192, 16_384, 60_000})
    void longHeadersPassBothWays(int length) throws IOException {
        Response response = client().get("/new/headers?length=" + length, "X-Given: " + "g".repeat(length));

        assertThat(response.header("X-Long").orElseThrow()).hasSize(length);
        assertThat(response.header("X-Given-Length")).hasValue(Integer.toString(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 304, 404, 418, 503})
    void anyStatusIsTheApplications(int status) throws IOException {
        Response response = client().get("/old/headers?status=" + status);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.complete()).isTrue();
        assertThat(response.headers("Set-Cookie")).hasSize(3);
    }

    @Test
    void headerInjectionIsRefused() throws IOException {
        httpd().errorLog().announce("Throws|throws|IllegalArgumentException|JSGID");

        Response response = client().get("/old/throws?where=header");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.headers("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/old,handle,thrown by handle",
        "/old,body,thrown by the body",
        "/old,null,null",
        "/new,handle,thrown by handle"
    })
    void anApplicationThatFailsBeforeItSentAnythingAnswers500AndTheLogSaysWhy(
            String prefix, String where, String expected) throws IOException {
        httpd().errorLog().announce("Throws|throws|IllegalStateException|JSGID");
        int mark = httpd().errorLog().mark();

        Response response = client().get(prefix + "/throws?where=" + where);

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.complete()).isTrue();
        httpd().errorLog().awaitLine(mark, expected, Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/old", "/new"})
    void anApplicationThatFailsInTheMiddleGivesNoCompleteResponse(String prefix) throws IOException {
        httpd().errorLog().announce("Throws|throws|IllegalStateException|JSGID");

        Response response = client().get(prefix + "/throws?where=middle");

        // When the end came before Apache had sent anything, it is still free to answer with an error.
        if (response.status() != 502) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("the beginning\n");
            assertThat(response.complete()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"/old,", "/old,&length", "/new,", "/new,&length"})
    void aDaemonThatDiesInTheMiddleGivesAnAbortedTransfer(String prefix, String more) throws IOException {
        httpd().errorLog().announce("dies|Dies");
        try (Client.Connection connection = client().open()) {
            connection.sendHead(
                    "POST",
                    prefix + "/dies?when=during" + (more == null ? "" : more),
                    List.of("Transfer-Encoding: chunked"));
            // The application dies when it reads this; Apache may have more of it to pass on, or not.
            connection.sendChunk("now".getBytes(StandardCharsets.US_ASCII));

            Response response = connection.readResponse("POST");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("the beginning\n");
            assertThat(response.complete()).as("the client can tell").isFalse();
        }
        Await.until(
                "another daemon to answer",
                Duration.ofSeconds(15),
                () -> client().get(prefix + "/dies").text().equals("alive"));
    }

    @Test
    void aClientThatGoesAwayMakesTheNextWriteFail() throws IOException {
        httpd().errorLog().announce("endless|Endless");
        Path ended = Marks.folder(httpd()).resolve("endless-ended");
        try (Client.Connection connection = client().open()) {
            connection.sendHead("GET", "/old/endless?ended=" + ended, List.of());
            assertThat(connection.readHead().status()).isEqualTo(200);
            assertThat(connection.readChunk()).isNotEmpty();
            connection.reset();
        }
        Await.until("the application to notice", Duration.ofSeconds(10), () -> Files.exists(ended));
    }

    @Test
    void aClientThatGoesAwayInItsBodyMakesTheReadFail() throws IOException {
        httpd().errorLog().announce("upload|Upload");
        Path ended = Marks.folder(httpd()).resolve("upload-ended");
        try (Client.Connection connection = client().open()) {
            connection.sendHead("POST", "/old/upload?ended=" + ended, List.of("Content-Length: 1000000"));
            connection.send(bytes(5_000));
            connection.reset();
        }
        // It makes the file before it writes into it.
        Await.until(
                "the application to notice",
                Duration.ofSeconds(10),
                () -> Files.exists(ended) && Files.readString(ended).startsWith("failed"));
    }

    @Test
    void requestsFollowEachOtherOnOneConnection() throws IOException {
        try (Client.Connection connection = client().open()) {
            for (int i = 0; i < 50; i++) {
                byte[] body = ("number " + i).getBytes(StandardCharsets.UTF_8);
                connection.sendHead("POST", "/new/echo", List.of("Content-Length: " + body.length));
                connection.send(body);
                assertThat(connection.readResponse("POST").text()).isEqualTo("number " + i);
            }
        }
    }

    private Client client() {
        return httpd().client();
    }

    private static CompletableFuture<Void> sendInBackground(Client.Connection connection, String prefix, int bytes) {
        byte[] body = bytes(bytes);
        return CompletableFuture.runAsync(() -> {
            try {
                connection.sendHead("POST", prefix + "/big?bytes=" + bytes, List.of("Content-Length: " + bytes));
                connection.send(body);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** The server may stop reading a body that the application ignores; the client then gets an error from sending. */
    private static void endedOneWayOrTheOther(CompletableFuture<Void> sending) {
        sending.handle((done, failure) -> failure).join();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31 + i / 255);
        }
        return bytes;
    }
}
