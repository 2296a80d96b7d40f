package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that an application names in X-Sendfile, and that Apache sends in its place. */
@Tag("D7")
@EveryJdk
class SendfileIT {

    private static final String MODIFIED = "Thu, 02 Jan 2020 03:04:05 GMT";
    private static final String LATER = "Fri, 03 Jan 2020 03:04:05 GMT";
    private static final String TEXT = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final long LARGE = 256L << 20;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("sendfile", server -> {
        server.addInstalledProfiles();
        prepareFiles(server.root());
        Path answers = Apps.java(server, "answers/Answers.java");
        server.configure(new HttpdConf()
                .group("files", "JsgiThreads 4")
                .mount("/answers", answers, "files")
                .mount("/other", answers, "files")
                .mount("/nowhere", answers, "files")
                .add("AddType text/x-known .known", "AddEncoding x-gzip .gz", "EnableSendfile On")
                .add("<Location /answers>", "JsgiSendfile \"ROOT/files\"", "JsgiSendfile \"ROOT/more\"", "</Location>")
                .add("<Location /other>", "JsgiSendfile \"ROOT/other\"", "</Location>")
                .add("<Location /other/own>", "JsgiSendfile none", "</Location>"));
    });

    private final Httpd httpd = SERVER.httpd();

    private static void prepareFiles(Path root) {
        try {
            for (String folder : List.of("files/below", "more", "other", "files2")) {
                Files.createDirectories(root.resolve(folder));
            }
            write(root.resolve("files/a.known"), TEXT);
            write(root.resolve("files/a.known.gz"), TEXT);
            write(root.resolve("files/plain"), TEXT);
            write(root.resolve("files/below/ü 100%.txt"), "odd name");
            write(root.resolve("files/empty"), "");
            write(root.resolve("more/b"), "of the second folder");
            write(root.resolve("other/c"), "of another URL");
            write(root.resolve("files2/d"), "of a folder whose name begins alike");
            write(root.resolve("secret"), "secret");
            Files.createSymbolicLink(root.resolve("files/to-more"), Path.of("../more/b"));
            Files.createSymbolicLink(root.resolve("files/to-secret"), root.resolve("secret"));
            Files.createSymbolicLink(root.resolve("files/up"), Path.of(".."));
            write(root.resolve("files/unreadable"), "unreadable");
            Files.setPosixFilePermissions(
                    root.resolve("files/unreadable"), PosixFilePermissions.fromString("-wx------"));
            try (RandomAccessFile large =
                    new RandomAccessFile(root.resolve("files/large").toFile(), "rw")) {
                large.setLength(LARGE);
                large.seek(LARGE - 3);
                large.write("end".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady("files");
    }

    @Test
    void aFileIsSentWithTheHeadersOfTheApplicationAndThoseOfAFile() throws IOException {
        Response response = httpd.client()
                .get(asking(
                        "files/a.known",
                        "X-Own:1",
                        "Content-Type:text/own",
                        "Set-Cookie:a=1",
                        "Set-Cookie:b=2",
                        "Content-Disposition:attachment; filename=\"own.txt\"",
                        "Content-Length:" + TEXT.length()));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo(TEXT);
        assertThat(response.header("X-Sendfile")).isEmpty();
        assertThat(response.header("X-Own")).hasValue("1");
        assertThat(response.header("Content-Disposition")).hasValue("attachment; filename=\"own.txt\"");
        assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(response.headers("Content-Type")).containsExactly("text/own");
        assertThat(response.headers("Content-Length")).containsExactly(Integer.toString(TEXT.length()));
        assertThat(response.header("Last-Modified")).hasValue(MODIFIED);
        assertThat(response.header("Accept-Ranges")).hasValue("bytes");
        assertThat(response.header("ETag").orElseThrow()).startsWith("\"");
    }

    @Test
    void theTypeIsThatOfTheNameWhenTheApplicationGivesNone() throws IOException {
        Response known = httpd.client().get(asking("files/a.known"));
        assertThat(known.header("Content-Type")).hasValue("text/x-known");
        assertThat(known.header("Content-Encoding")).isEmpty();

        Response packed = httpd.client().get(asking("files/a.known.gz"));
        assertThat(packed.header("Content-Type")).hasValue("text/x-known");
        assertThat(packed.header("Content-Encoding")).hasValue("x-gzip");

        Response own = httpd.client().get(asking("files/a.known.gz", "Content-Type:application/gzip"));
        assertThat(own.header("Content-Type")).hasValue("application/gzip");
        assertThat(own.header("Content-Encoding")).isEmpty();

        assertThat(httpd.client().get(asking("files/plain")).header("Content-Type"))
                .isEmpty();
    }

    @Test
    void theApplicationsOwnBodyIsDroppedEvenWhenItHasNoLength() throws IOException {
        assertThat(httpd.client()
                        .get(asking("files/plain") + "&stream&body=" + "x".repeat(100))
                        .text())
                .isEqualTo(TEXT);
        Response empty = httpd.client().get(asking("files/empty") + "&stream");
        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.header("Content-Length")).hasValue("0");
        assertThat(empty.body()).isEmpty();
    }

    @Test
    void headHasTheHeadersAndTheConnectionGoesOn() throws IOException {
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("HEAD", asking("files/plain"), List.of());
            Response head = connection.readResponse("HEAD");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).hasValue(Integer.toString(TEXT.length()));
            assertThat(head.body()).isEmpty();

            connection.sendHead("POST", asking("files/plain"), List.of("Content-Length: 4"));
            connection.send("body".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.readResponse("POST").text()).isEqualTo(TEXT);
        }
    }

    @Test
    void aRangeIsSentAlone() throws IOException {
        Response some = httpd.client().get(asking("files/plain"), "Range: bytes=10-12");
        assertThat(some.status()).isEqualTo(206);
        assertThat(some.text()).isEqualTo("abc");
        assertThat(some.header("Content-Range")).hasValue("bytes 10-12/36");

        Response last = httpd.client().get(asking("files/plain"), "Range: bytes=-2");
        assertThat(last.text()).isEqualTo("yz");

        assertThat(httpd.client()
                        .get(asking("files/plain"), "Range: bytes=1000-")
                        .status())
                .isEqualTo(416);
    }

    @Test
    void severalRangesAreSeveralParts() throws IOException {
        Response response =
                httpd.client().get(asking("files/plain", "Content-Type:text/own"), "Range: bytes=0-1,10-11,34-35");

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.header("Content-Type").orElseThrow()).startsWith("multipart/byteranges; boundary=");
        assertThat(response.text())
                .containsSubsequence(
                        "Content-range: bytes 0-1/36", "01", "Content-range: bytes 10-11/36", "ab", "34-35/36", "yz")
                .contains("Content-type: text/own");
    }

    @Test
    void aRangeOfAFileThatHasChangedIsTheWholeFile() throws IOException {
        String tag = httpd.client().get(asking("files/plain")).header("ETag").orElseThrow();

        assertThat(httpd.client()
                        .get(asking("files/plain"), "Range: bytes=1-2", "If-Range: " + tag)
                        .text())
                .isEqualTo("12");
        assertThat(httpd.client()
                        .get(asking("files/plain"), "Range: bytes=1-2", "If-Range: " + MODIFIED)
                        .text())
                .isEqualTo("12");
        assertThat(httpd.client()
                        .get(asking("files/plain"), "Range: bytes=1-2", "If-Range: \"former\"")
                        .text())
                .isEqualTo(TEXT);
        assertThat(httpd.client()
                        .get(asking("files/plain"), "Range: bytes=1-2", "If-Range: " + LATER)
                        .text())
                .isEqualTo(TEXT);
    }

    @Test
    void conditionsAreAboutTheValidatorsOfTheFile() throws IOException {
        String tag = httpd.client().get(asking("files/plain")).header("ETag").orElseThrow();

        Response same = httpd.client().get(asking("files/plain", "Set-Cookie:a=1"), "If-None-Match: " + tag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.header("ETag")).hasValue(tag);
        assertThat(same.headers("Set-Cookie")).containsExactly("a=1");
        assertThat(httpd.client()
                        .get(asking("files/plain"), "If-Modified-Since: " + MODIFIED)
                        .status())
                .isEqualTo(304);
        assertThat(httpd.client()
                        .get(asking("files/plain"), "If-None-Match: \"other\"")
                        .status())
                .isEqualTo(200);
        assertThat(httpd.client()
                        .get(asking("files/plain"), "If-Match: \"other\"")
                        .status())
                .isEqualTo(412);
        // What another method does is done when the application has answered.
        assertThat(httpd.client()
                        .send("POST", asking("files/plain"), new byte[0], "If-Match: \"other\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void validatorsOfTheApplicationWin() throws IOException {
        String path = asking("files/plain", "ETag:\"own\"", "Last-Modified:" + LATER);

        Response response = httpd.client().get(path);
        assertThat(response.headers("ETag")).containsExactly("\"own\"");
        assertThat(response.headers("Last-Modified")).containsExactly(LATER);
        assertThat(httpd.client().get(path, "If-None-Match: \"own\"").status()).isEqualTo(304);
        assertThat(httpd.client().get(path, "If-Modified-Since: " + MODIFIED).status())
                .isEqualTo(200);
        assertThat(httpd.client().get(path, "If-Modified-Since: " + LATER).status())
                .isEqualTo(304);
    }

    @Test
    void thePathIsPercentDecoded() throws IOException {
        assertThat(httpd.client().get(asking("files/below/%C3%BC%20100%25.txt")).text())
                .isEqualTo("odd name");
    }

    @Test
    void linksWithinTheFoldersAreFollowed() throws IOException {
        assertThat(httpd.client().get(asking("files/to-more")).text()).isEqualTo("of the second folder");
        assertThat(httpd.client().get(asking("files/up/files/plain")).text()).isEqualTo(TEXT);
        assertThat(httpd.client().get(asking("more/b")).text()).isEqualTo("of the second folder");
    }

    @ParameterizedTest
    @CsvSource({
        "files/../secret,JSGID0453",
        "files/below/../../secret,JSGID0453",
        "files/%2e%2e/secret,JSGID0453",
        "files/to-secret,JSGID0453",
        "files/up/secret,JSGID0453",
        "files2/d,JSGID0453",
        "other/c,JSGID0453",
        "files/none,JSGID0452",
        "files/plain/below,JSGID0452",
        "files/below,JSGID0454"
    })
    void aFileThatMayNotBeSentIsNotFoundAndTheLogSaysWhatWouldBeRight(String file, String id) throws IOException {
        httpd.errorLog().announce(id);
        int mark = httpd.errorLog().mark();

        Response response = httpd.client().get(asking(file, "X-Own:1"));

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).doesNotContain("secret").doesNotContain(TEXT);
        assertThat(response.header("X-Sendfile")).isEmpty();
        assertThat(response.header("X-Own")).isEmpty();
        assertThat(httpd.errorLog().awaitLine(mark, id, Duration.ofSeconds(5)))
                .contains(httpd.root() + "/files", httpd.root() + "/more", "[group files]", "would be right");
    }

    @Test
    void aFileThatApachesUserMayNotReadIsNotFound() throws IOException {
        if (!TestUser.isRoot()) {
            Files.setPosixFilePermissions(
                    httpd.root().resolve("files/unreadable"), PosixFilePermissions.fromString("---------"));
        }
        httpd.errorLog().announce("JSGID0455");

        assertThat(httpd.client().get(asking("files/unreadable")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "../files/plain", "/etc/pass%2", "/etc/passwd%00.txt", "file:///etc/passwd"})
    void whatIsNoPathIs500(String value) throws IOException {
        httpd.errorLog().announce("JSGID0451");

        Response response = httpd.client().get("/answers?header=" + encoded("X-Sendfile:" + value));

        assertThat(response.status()).isEqualTo(500);
    }

    @Test
    void whereNoFolderIsAllowedTheAnswerIs500() throws IOException {
        httpd.errorLog().announce("JSGID0450");
        String query = "?header=" + encoded("X-Sendfile:" + httpd.root().resolve("other/c"));
        int mark = httpd.errorLog().mark();

        assertThat(httpd.client().get("/nowhere" + query).status()).isEqualTo(500);
        assertThat(httpd.errorLog().awaitLine(mark, "JSGID0450", Duration.ofSeconds(5)))
                .contains("JsgiSendfile DIR", "/nowhere");
        assertThat(httpd.client().get("/other/own" + query).status()).isEqualTo(500);
        assertThat(httpd.client().get("/other" + query).text()).isEqualTo("of another URL");
    }

    @Test
    void onlyAnAnswerWithStatus200BecomesAFile() throws IOException {
        httpd.errorLog().announce("JSGID0459");

        Response response = httpd.client().get(asking("files/plain") + "&status=404");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).isEqualTo("the application's own body\n");
        assertThat(response.header("X-Sendfile")).isEmpty();
    }

    @Test
    void aLargeFileIsSentWholeAndInRanges() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        URI uri = URI.create("http://localhost:" + httpd.port() + asking("files/large"));

        HttpResponse<InputStream> whole =
                client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
        long length = 0;
        try (InputStream body = whole.body()) {
            byte[] piece = new byte[1 << 16];
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                length += count;
            }
        }
        assertThat(length).isEqualTo(LARGE);

        HttpResponse<String> end = client.send(
                HttpRequest.newBuilder(uri)
                        .header("Range", "bytes=" + (LARGE - 5) + "-")
                        .build(),
                BodyHandlers.ofString());
        assertThat(end.statusCode()).isEqualTo(206);
        assertThat(end.body()).isEqualTo("\0\0end");
    }

    /** The request on which the application names that file of the server root, and sends those headers. */
    private String asking(String file, String... headers) {
        StringBuilder path = new StringBuilder("/answers?header=" + encoded("X-Sendfile:" + httpd.root() + "/" + file));
        for (String header : headers) {
            path.append("&header=").append(encoded(header));
        }
        return path.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
