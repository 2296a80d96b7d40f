package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.servlet.ServletApplication;
import org.jsgid.daemon.servlet.ServletContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One application, packed, at {@code /shop}, in the Tomcat of this module. */
class TomcatContainerTest {

    private static final String MOUNT = "/shop";

    @TempDir
    static Path folder;

    private static TestingSettings settings;
    private static ServletContainer container;
    private static ServletApplication shop;

    @BeforeAll
    static void deploysAPackedApplication() throws Exception {
        Iterator<ServletContainer> found =
                ServiceLoader.load(ServletContainer.class).iterator();
        container = found.next();
        assertThat(found.hasNext()).isFalse();
        settings = new TestingSettings(folder.resolve("work").toFile());
        shop = container.deploy(TestingWar.packed("features", folder), MOUNT, settings);
    }

    @AfterAll
    static void closesTheContainer() {
        container.close();
        assertThat(settings.workFolder()).isEmptyDirectory();
    }

    private static TestingExchange serve(TestingExchange exchange) throws IOException {
        shop.service(exchange);
        exchange.toEnd();
        return exchange;
    }

    private static TestingExchange get(String path) throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, path));
        assertThat(exchange.isFinished()).isTrue();
        return exchange;
    }

    @Test
    void saysItsNameAndVersion() {
        assertThat(container.name()).matches("Tomcat/(9\\.0|10\\.1|11\\.0)\\.\\d+");
    }

    @Test
    void describesTheRequestAsTheClientSentIt() throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, "/do/describe?a=%20b&c")
                .with("HTTP_USER_AGENT", "test/1")
                .with("HTTP_X_SOME_HEADER", "value")
                .with("MY_SETTING", "from httpd"));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.responseHeader("Content-Type").toLowerCase(Locale.ROOT))
                .isEqualTo("text/plain;charset=utf-8");
        assertThat(exchange.lines())
                .contains(
                        "method=GET",
                        "uri=/shop/do/describe",
                        "url=http://www.example.org/shop/do/describe",
                        "context=/shop",
                        "servlet=/do",
                        "path=/describe",
                        "query=a=%20b&c",
                        "protocol=HTTP/1.1",
                        "scheme=http secure=false",
                        "server=www.example.org:80",
                        "remote=198.51.100.7 198.51.100.7:50123",
                        "local=192.0.2.1 www.example.org:80",
                        "user=null auth=null principal=null",
                        "length=-1 type=null",
                        "header host=www.example.org",
                        "header user-agent=test/1",
                        "header x-some-header=value",
                        "attribute JSGI_REQUEST_ID=request-1",
                        "attribute MY_SETTING=from httpd",
                        "attribute SCRIPT_FILENAME=null");
    }

    @Test
    void tellsWhetherThereAreOtherThreadsAndProcesses() throws IOException {
        assertThat(get("/do/process").lines())
                .contains("jsgi.multithread=true", "jsgi.multiprocess=true", "jsgi.group=test");
    }

    @Test
    void leavesTheAnswerToARequestThatTookTooLongToTheDaemon() throws Exception {
        TestingExchange sleeping = TestingExchange.get(MOUNT, "/do/sleep");
        Thread thread = new Thread(() -> {
            try {
                shop.service(sleeping);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        sleeping.timeOut(thread);
        TestingExchange waiting = TestingExchange.get(MOUNT, "/async/never");
        shop.service(waiting);
        waiting.expire();

        for (TestingExchange exchange : new TestingExchange[] {sleeping, waiting}) {
            assertThat(exchange.awaitEnd(20)).isTrue();
            assertThat(exchange.isAborted()).isTrue();
            assertThat(exchange.status()).as("nothing was begun").isZero();
        }
        thread.join(20_000);
        assertThat(get("/async/late").text())
                .as("what a thread writes that outlives its request does not get here")
                .isEqualTo("mine");
        assertThat(get("/do/describe").text()).contains("path=/describe\n");
    }

    @Test
    void runsListenersFiltersAndInitializers() throws IOException {
        assertThat(get("/do/describe").lines())
                .contains("filter=passed", "listener=started", "initializer=called", "name=Features");
    }

    @Test
    void readsContextXml() throws IOException {
        assertThat(get("/do/describe").text()).contains("parameter=read\n");
    }

    @Test
    void offersTheNamingContextOfWebXml() throws IOException {
        assertThat(get("/do/naming").text()).isEqualTo("greeting from web.xml");
    }

    @Test
    void takesTheUserHttpdHasAuthenticated() throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, "/do/describe")
                .with("REMOTE_USER", "alice")
                .with("AUTH_TYPE", "Basic"));
        assertThat(exchange.text()).contains("user=alice auth=Basic principal=");
        assertThat(get("/do/describe").text()).contains("user=null auth=null principal=null");
    }

    @Test
    void givesTheAttributesOfATlsConnection() throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, "/do/describe")
                .with("REQUEST_SCHEME", "https")
                .with("HTTPS", "on")
                .with("SERVER_PORT", "443")
                .with("SSL_CIPHER", "TLS_AES_256_GCM_SHA384")
                .with("SSL_CIPHER_USEKEYSIZE", "256")
                .with("SSL_SESSION_ID", "0a0b")
                .with("SSL_PROTOCOL", "TLSv1.3")
                .with("SSL_CLIENT_CERT", TestingCertificate.PEM));
        String servlet = TestingWar.isJakarta() ? "jakarta.servlet" : "javax.servlet";
        assertThat(exchange.lines())
                .contains(
                        "scheme=https secure=true",
                        "url=https://www.example.org/shop/do/describe",
                        "attribute " + servlet + ".request.cipher_suite=TLS_AES_256_GCM_SHA384",
                        "attribute " + servlet + ".request.key_size=256",
                        "attribute " + servlet + ".request.ssl_session_id=0a0b",
                        "certificate=" + TestingCertificate.SUBJECT);
    }

    @Test
    void decodesPathAndQueryAsUtf8() throws IOException {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/do/form?a=%C3%A4&b=x+y");
        assertThat(serve(exchange).text()).isEqualTo("ä|x y");
    }

    @Test
    void servesFilesWhoseNamesAreNotAscii() throws IOException {
        TestingExchange exchange =
                TestingExchange.get(MOUNT, "/gr%C3%BC%C3%9Fe.txt").with("PATH_INFO", "/grüße.txt");
        assertThat(serve(exchange).text()).isEqualTo("servus\n");
    }

    @Test
    void servesTheRewrittenPathAndNotTheOneTheClientSent() throws IOException {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/do/describe").with("REQUEST_URI", "/old/address?x=1");
        assertThat(serve(exchange).text()).contains("uri=/shop/do/describe\n");
    }

    @Test
    void doesNotLeaveTheMountByPathParameters() throws Exception {
        ServletApplication root = container.deploy(TestingWar.exploded("features", folder), "", settings);
        try {
            TestingExchange exchange = TestingExchange.get(MOUNT, "/..;/do/describe");
            assertThat(serve(exchange).status()).isEqualTo(404);
            assertThat(exchange.text()).doesNotContain("method=GET");
        } finally {
            root.stop();
        }
    }

    @Test
    void redirectsTheMountToItsFolder() throws IOException {
        TestingExchange exchange = get("");
        assertThat(exchange.status()).isEqualTo(302);
        assertThat(exchange.responseHeader("Location")).isEqualTo("/shop/");
    }

    @Test
    void servesStaticFilesWithTheirType() throws IOException {
        TestingExchange exchange = get("/");
        assertThat(exchange.text()).isEqualTo("the start page\n");
        assertThat(exchange.responseHeader("Content-Type")).startsWith("text/html");
        assertThat(exchange.responseHeader("Content-Length")).isEqualTo("15");
        assertThat(exchange.responseHeader("ETag")).isNotNull();
        String tag = exchange.responseHeader("ETag");
        TestingExchange again = serve(TestingExchange.get(MOUNT, "/").with("HTTP_IF_NONE_MATCH", tag));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.bytes()).isEmpty();
    }

    @Test
    void hidesTheDaemonsClassesAndShowsTomcats() throws IOException {
        assertThat(get("/do/daemon?class=org.jsgid.daemon.fcgi.Exchange").text())
                .isEqualTo("hidden");
        assertThat(get("/do/daemon?class=org.apache.catalina.Context").text()).isEqualTo("seen");
    }

    @Test
    void hidesWebInf() throws IOException {
        assertThat(get("/WEB-INF/web.xml").status()).isEqualTo(404);
    }

    @Test
    void unpacksTheArchiveSoThatFilesHaveRealPaths() throws IOException {
        List<String> lines = get("/do/files").lines();
        assertThat(new File(lines.get(0))).isFile().hasContent("the start page");
        assertThat(new File(lines.get(0)).toPath())
                .startsWith(settings.workFolder().toPath().toRealPath());
        assertThat(new File(lines.get(1))).isDirectory();
    }

    @Test
    void compilesPagesWithExpressionsTagsAndLambdas() throws IOException {
        String page = get("/page.jsp?name=you").text();
        assertThat(page).contains("42 you LOUD! [boxed]").contains("aa-bb");
    }

    @Test
    void keepsASessionByItsCookie() throws IOException {
        TestingExchange first = get("/do/count");
        assertThat(first.text()).isEqualTo("count 1");
        String cookie = first.responseHeader("Set-Cookie");
        assertThat(cookie).startsWith("JSESSIONID=").contains("Path=/shop").contains("HttpOnly");
        TestingExchange second = serve(
                TestingExchange.get(MOUNT, "/do/count").with("HTTP_COOKIE", cookie.substring(0, cookie.indexOf(';'))));
        assertThat(second.text()).isEqualTo("count 2");
        assertThat(second.responseHeader("Set-Cookie")).isNull();
    }

    @Test
    void keepsASessionByItsPathParameter() throws IOException {
        String cookie = get("/do/count").responseHeader("Set-Cookie");
        String id = cookie.substring("JSESSIONID=".length(), cookie.indexOf(';'));
        assertThat(get("/do/count;jsessionid=" + id).text()).isEqualTo("count 2");
    }

    @Test
    void marksTheSessionCookieSecureOverTls() throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, "/do/count").with("HTTPS", "on"));
        assertThat(exchange.responseHeader("Set-Cookie")).contains("Secure");
    }

    @Test
    void takesUploadsInParts() throws IOException {
        byte[] file = new byte[100_000];
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(bytes("--xyz\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\nvalue\r\n"));
        body.write(bytes("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"));
        body.write(file);
        body.write(bytes("\r\n--xyz--\r\n"));
        TestingExchange exchange = serve(TestingExchange.of("POST", MOUNT, "/do/upload")
                .body("multipart/form-data; boundary=xyz", body.toByteArray()));
        assertThat(exchange.text()).isEqualTo("field=null:5\nfile=a.bin:100000\n");
    }

    @Test
    void takesFormFields() throws IOException {
        TestingExchange exchange = serve(TestingExchange.of("POST", MOUNT, "/do/form?a=query")
                .body("application/x-www-form-urlencoded", bytes("b=%C3%BC")));
        // Tomcat 10 made UTF-8 the default of forms.
        assertThat(exchange.text()).isEqualTo(TestingWar.isJakarta() ? "query|ü" : "query|Ã¼");
    }

    @Test
    void streamsALargeBodyIn() throws IOException {
        byte[] body = new byte[3_000_000];
        Arrays.fill(body, (byte) 2);
        TestingExchange exchange =
                serve(TestingExchange.of("POST", MOUNT, "/do/sum").body("application/octet-stream", body));
        assertThat(exchange.text()).isEqualTo("3000000 bytes, sum 6000000");
    }

    @Test
    void readsABodyWithoutAnnouncedLength() throws IOException {
        TestingExchange exchange = serve(TestingExchange.of("POST", MOUNT, "/do/sum")
                .body("application/octet-stream", new byte[12345])
                .without("CONTENT_LENGTH")
                .with("JSGI_CHUNKED", "1"));
        assertThat(exchange.text()).isEqualTo("12345 bytes, sum 0");
    }

    @Test
    void echoesABodyWhileItIsRead() throws IOException {
        byte[] body = new byte[500_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        TestingExchange exchange =
                serve(TestingExchange.of("PUT", MOUNT, "/do/echo").body("image/png", body));
        assertThat(exchange.bytes()).isEqualTo(body);
        assertThat(exchange.responseHeader("Content-Type")).isEqualTo("image/png");
    }

    @Test
    void redirectsToAPathOfTheApplication() throws IOException {
        TestingExchange exchange = get("/do/redirect");
        assertThat(exchange.status()).isEqualTo(302);
        assertThat(exchange.responseHeader("Location")).endsWith("/shop/do/describe?from=redirect");
    }

    @Test
    void aLocationWithoutARedirectKeepsItsStatus() throws IOException {
        TestingExchange exchange = get("/do/location");
        assertThat(exchange.status()).isEqualTo(200);
        // With its phrase the status is written out, and Apache does not answer from the location instead.
        assertThat(exchange.reason()).isEqualTo("OK");
        assertThat(exchange.responseHeader("Location")).isEqualTo("/shop/do/describe");
        assertThat(get("/do/describe").reason()).isNull();
    }

    @Test
    void sendsHeadersRepeatedAndInOrderAndNoneThatAreHttpds() throws IOException {
        TestingExchange exchange = get("/do/headers");
        assertThat(exchange.status()).isEqualTo(202);
        assertThat(exchange.headers())
                .containsSubsequence(
                        "Set-Cookie: one=1",
                        "Set-Cookie: two=2",
                        "X-Many: first",
                        "X-Many: second",
                        "X-Split: a  X-Injected: b")
                .noneMatch(header -> header.startsWith("Connection:"))
                .as("a header with this name is not the status")
                .contains("Status: 204 Lost");
    }

    @Test
    void answersHeadWithTheHeadersOfGetAndNoBody() throws IOException {
        TestingExchange exchange = serve(TestingExchange.of("HEAD", MOUNT, "/"));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.responseHeader("Content-Length")).isEqualTo("15");
        assertThat(exchange.bytes()).isEmpty();
        assertThat(exchange.isFinished()).isTrue();
    }

    @Test
    void answersOptionsOfTheServer() throws IOException {
        TestingExchange exchange = TestingExchange.of("OPTIONS", "", "").with("REQUEST_URI", "*");
        assertThat(serve(exchange).responseHeader("Allow")).contains("GET").contains("OPTIONS");
    }

    @Test
    void usesTheErrorPagesOfWebXml() throws IOException {
        TestingExchange missing = get("/do/missing");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).isEqualTo("nothing at /shop/do/missing\n");
        TestingExchange failed = get("/do/throw");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.text()).isEqualTo("failed: thrown on purpose\n");
    }

    @Test
    void breaksTheTransferOffWhenTheApplicationFailsInTheMiddle() throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, "/do/throw-late"));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).startsWith("the beginning");
        assertThat(exchange.isAborted()).isTrue();
        assertThat(exchange.isFinished()).isFalse();
    }

    @Test
    void breaksTheTransferOffWhenTheBodyIsShorterThanAnnounced() throws IOException {
        TestingExchange exchange = serve(TestingExchange.get(MOUNT, "/do/short"));
        assertThat(exchange.responseHeader("Content-Length")).isEqualTo("100");
        assertThat(exchange.isAborted()).isTrue();
        assertThat(exchange.logged())
                .containsExactly(
                        "JSGID0714: the application wrote 91 bytes less than its Content-Length; the transfer was"
                                + " broken off");
    }

    @Test
    void cutsABodyThatIsLongerThanAnnounced() throws IOException {
        assertThat(get("/do/long").text()).isEqualTo("four");
    }

    @Test
    void flushesWhenTheApplicationDoes() throws IOException {
        TestingExchange exchange = get("/do/flush");
        assertThat(exchange.text()).isEqualTo("first second");
        assertThat(exchange.flushes()).isPositive();
        assertThat(get("/do/describe").flushes()).isZero();
    }

    @Test
    void sendsALargeBody() throws IOException {
        assertThat(get("/do/big").bytes()).hasSize(8 * 1024 * 1024);
    }

    @Test
    void sendsNoBodyAndNoLengthWithNoContent() throws IOException {
        TestingExchange exchange = get("/do/nothing");
        assertThat(exchange.status()).isEqualTo(204);
        assertThat(exchange.responseHeader("Content-Length")).isNull();
        assertThat(exchange.bytes()).isEmpty();
    }

    @Test
    void answersAStatusThatIsNoneWith500() throws IOException {
        assertThat(get("/do/odd-status").status()).isEqualTo(500);
    }

    @Test
    void refusesALengthThatIsNoNumber() throws IOException {
        assertThat(serve(TestingExchange.of("POST", MOUNT, "/do/sum").with("CONTENT_LENGTH", "many"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void refusesEncodedSlashesAsTomcatDoes() throws IOException {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/do%2Fdescribe").with("PATH_INFO", "/do/describe");
        assertThat(serve(exchange).status()).isEqualTo(400);
    }

    @Test
    void reportsAClientThatHasGoneAndServesTheNext() throws IOException {
        TestingExchange gone = TestingExchange.get(MOUNT, "/do/big").failWritesAfter(100_000);
        assertThatThrownBy(() -> shop.service(gone))
                .isInstanceOf(IOException.class)
                .hasMessage("the client has gone");
        assertThat(gone.isAborted()).isTrue();
        assertThat(get("/do/describe").status()).isEqualTo(200);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
