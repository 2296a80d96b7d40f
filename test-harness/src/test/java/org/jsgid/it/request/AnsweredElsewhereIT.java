package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that another resource of Apache answers in the end: internal redirects, and error documents. */
@Tag("D7")
@Tag("D8")
@EveryJdk
class AnsweredElsewhereIT {

    private static final int STEPS = 4;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("elsewhere", server -> {
        server.addInstalledProfiles();
        Path answers = Apps.java(server, "answers/Answers.java");
        Path variables = Apps.java(server, "hello/Variables.java");
        write(server.documents().resolve("page.txt"), "a page of Apache\n");
        write(server.documents().resolve("sorry.txt"), "a sorry page\n");
        HttpdConf conf = new HttpdConf()
                .module("rewrite")
                .module("authn_core")
                .module("authn_file")
                .module("auth_basic")
                .module("authz_user")
                .add("LimitInternalRecursion " + STEPS)
                .group("one", "JsgiThreads 4")
                .group("two", "JsgiThreads 4")
                .mount("/answers", answers, "one")
                .mount("/loop", Apps.java(server, "answers/Loop.java"), "one")
                .mount("/variables", variables, "one")
                .mount("/another", variables, "two")
                .mount("/war", Apps.war(server, "own-war", ServletGeneration.usual()), "two")
                .add("ErrorDocument 403 /sorry.txt");
        for (String kind : List.of("text", "file", "jsgi", "servlet", "external", "own", "none")) {
            conf.mount("/e/" + kind, answers, "one");
        }
        conf.add("<Location /e>", "JsgiErrorOverride on", "</Location>");
        document(conf, "text", "\"no luck\"");
        document(conf, "file", "/sorry.txt");
        document(conf, "jsgi", "/another/error?from=document");
        document(conf, "servlet", "/war/facts?name=error");
        document(conf, "external", "http://errors.example/sorry");
        document(conf, "own", "/e/own?status=410&body=an+own+page");
        conf.add("<Location /private>")
                .add("AuthType Basic", "AuthName private", "AuthUserFile \"ROOT/passwords\"", "Require valid-user")
                .add("ErrorDocument 401 /variables", "</Location>");
        conf.mount("/private", answers, "one");
        conf.add("RewriteEngine on", "RewriteRule ^/rewritten/(.*)$ /variables/$1 [PT,E=FROM_REWRITE:set-by-rule]");
        write(server.root().resolve("passwords"), "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
        server.configure(conf);
    });

    private final Httpd httpd = SERVER.httpd();

    private static void document(HttpdConf conf, String kind, String document) {
        conf.add("<Location /e/" + kind + ">");
        for (int status : new int[] {400, 401, 404, 405, 410, 416, 429, 500, 503, 511}) {
            conf.add("ErrorDocument " + status + " " + document);
        }
        conf.add("</Location>");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady("one", "two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "DELETE"})
    void aPathInLocationIsAnsweredByWhatApacheHasThere(String method) throws IOException {
        byte[] body = method.equals("POST") ? "a body".getBytes(StandardCharsets.US_ASCII) : null;
        Response response = httpd.client().send(method, redirect("/page.txt", "X-Own:1", "Set-Cookie:a=1"), body);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo(method.equals("HEAD") ? "" : "a page of Apache\n");
        assertThat(response.header("Content-Length")).hasValue("17");
        assertThat(response.header("Location")).isEmpty();
        assertThat(response.header("X-Own")).as("it described another body").isEmpty();
        assertThat(response.headers("Set-Cookie")).containsExactly("a=1");
    }

    @ParameterizedTest
    @CsvSource({"/variables,one", "/another,two"})
    void anotherApplicationIsAskedWithGetAndIsToldOfTheFirstRequest(String target, String group) throws IOException {
        Response response = httpd.client()
                .send(
                        "POST",
                        redirect(target + "/more%20path?x=1"),
                        "a body".getBytes(StandardCharsets.US_ASCII),
                        "Content-Type: text/own");

        assertThat(response.status()).isEqualTo(200);
        Facts facts = Facts.of(response.text());
        assertThat(facts.get("REQUEST_METHOD")).isEqualTo("GET");
        assertThat(facts.get("CONTENT_LENGTH")).isNull();
        assertThat(facts.get("CONTENT_TYPE")).isNull();
        assertThat(facts.get("SCRIPT_NAME")).isEqualTo(target);
        assertThat(facts.get("PATH_INFO")).isEqualTo("/more path");
        assertThat(facts.get("QUERY_STRING")).isEqualTo("x=1");
        assertThat(facts.get("jsgi.group")).isEqualTo(group);
        assertThat(facts.get("REQUEST_URI")).startsWith("/answers?");
        assertThat(facts.get("REDIRECT_STATUS")).isEqualTo("200");
        assertThat(facts.get("REDIRECT_URL")).isEqualTo("/answers");
        assertThat(facts.get("REDIRECT_REQUEST_METHOD")).isEqualTo("POST");
        assertThat(facts.get("REDIRECT_QUERY_STRING")).startsWith("header=");
    }

    @Test
    void headStaysHead() throws IOException {
        Response response = httpd.client().send("HEAD", redirect("/answers?header=X-Target:1"), null);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("X-Target")).hasValue("1");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void aServletCanBeTheTarget() throws IOException {
        Facts facts = Facts.from(httpd.client(), redirect("/war/facts/more?name=Redirected"));

        assertThat(facts.get("context")).isEqualTo("/war");
        assertThat(facts.get("path-info")).isEqualTo("/more");
        assertThat(facts.get("name")).isEqualTo("Redirected");
    }

    @Test
    void theSameApplicationCanBeTheTarget() throws IOException {
        assertThat(httpd.client().get(redirect("/answers?body=second")).text()).isEqualTo("second");
    }

    @Test
    void theConnectionGoesOnAfterABodyThatNobodyRead() throws IOException {
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", redirect("/page.txt"), List.of("Content-Length: 100000"));
            connection.send(new byte[100_000]);
            assertThat(connection.readResponse("POST").text()).isEqualTo("a page of Apache\n");

            connection.sendHead("GET", redirect("/answers?body=next"), List.of());
            assertThat(connection.readResponse("GET").text()).isEqualTo("next");
        }
    }

    @Test
    void whatTheTargetAnswersIsTheAnswer() throws IOException {
        assertThat(httpd.client().get(redirect("/none.txt")).status()).isEqualTo(404);
        assertThat(httpd.client().get(redirect("/private")).status()).isEqualTo(401);
        Response away = httpd.client().get(redirect("//other.example/x"));
        assertThat(away.status())
                .as("a reference to another host is the client's to follow")
                .isNotEqualTo(404);
        assertThat(away.header("Location")).hasValue("//other.example/x");
    }

    @Test
    void aLoopEndsWith500AndTheLogSaysWhoRedirects() throws IOException {
        httpd.errorLog().announce("JSGID0460|AH00124");
        int mark = httpd.errorLog().mark();

        Response response = httpd.client().get("/loop");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.complete()).isTrue();
        assertThat(httpd.errorLog().awaitLine(mark, "JSGID0460", Duration.ofSeconds(5)))
                .contains("[group one]", "/loop", "LimitInternalRecursion");
        assertThat(httpd.client().get("/loop?steps=" + STEPS).text()).isEqualTo("the end");
    }

    @ParameterizedTest
    @CsvSource({
        "text,404,no luck",
        "text,511,no luck",
        "file,400,a sorry page",
        "file,500,a sorry page",
        "none,404,Not Found",
        "none,503,Service Unavailable"
    })
    void theErrorDocumentTakesThePlaceOfThePage(String kind, int status, String expected) throws IOException {
        Response response = httpd.client().get("/e/" + kind + "?status=" + status + "&header=X-Page:own&body=own+page");

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).contains(expected).doesNotContain("own page");
        assertThat(response.header("X-Page")).isEmpty();
        assertThat(response.complete()).isTrue();
    }

    @Test
    void whatIsAboutTheFailureStays() throws IOException {
        Response response = httpd.client()
                .get("/e/file?status=401" + header("WWW-Authenticate:Own realm=\"x\"") + header("Set-Cookie:a=1")
                        + header("Set-Cookie:b=2") + header("Retry-After:7") + header("Allow:GET")
                        + header("Cache-Control:no-store") + header("Access-Control-Allow-Origin:*")
                        + header("Content-Type:text/own") + header("ETag:\"own\""));

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers("WWW-Authenticate")).containsExactly("Own realm=\"x\"");
        assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(response.header("Retry-After")).hasValue("7");
        assertThat(response.header("Allow")).hasValue("GET");
        assertThat(response.header("Cache-Control")).hasValue("no-store");
        assertThat(response.header("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(response.header("Content-Type").orElse("")).isNotEqualTo("text/own");
        assertThat(response.header("ETag").orElse("")).isNotEqualTo("\"own\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void anApplicationMakesTheErrorDocumentAndTheStatusStays(String method) throws IOException {
        byte[] body = method.equals("POST") ? "a body".getBytes(StandardCharsets.US_ASCII) : null;

        Response response = httpd.client().send(method, "/e/jsgi/path?status=404", body);

        assertThat(response.status()).isEqualTo(404);
        Facts facts = Facts.of(response.text());
        assertThat(facts.get("REQUEST_METHOD")).isEqualTo("GET");
        assertThat(facts.get("CONTENT_LENGTH")).isNull();
        assertThat(facts.get("PATH_INFO")).isEqualTo("/error");
        assertThat(facts.get("QUERY_STRING")).isEqualTo("from=document");
        assertThat(facts.get("REDIRECT_STATUS")).isEqualTo("404");
        assertThat(facts.get("REDIRECT_URL")).isEqualTo("/e/jsgi/path");
        assertThat(facts.get("REDIRECT_REQUEST_METHOD")).isEqualTo(method);
    }

    @Test
    void aServletMakesTheErrorDocument() throws IOException {
        Response response = httpd.client().get("/e/servlet?status=503");

        assertThat(response.status()).isEqualTo(503);
        assertThat(Facts.of(response.text()).get("name")).isEqualTo("error");
    }

    @Test
    void anErrorDocumentOfTheSameApplicationIsNotReplacedAgain() throws IOException {
        Response response = httpd.client().get("/e/own?status=404");

        assertThat(response.status()).as("the page may say another status").isEqualTo(410);
        assertThat(response.text()).isEqualTo("an own page");
    }

    @Test
    void anErrorDocumentElsewhereIsARedirect() throws IOException {
        Response response = httpd.client().get("/e/external?status=404");

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.header("Location")).hasValue("http://errors.example/sorry");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 302, 304, 418, 599})
    void whatIsNoErrorThatApacheKnowsIsNotReplaced(int status) throws IOException {
        Response response = httpd.client().get("/e/text?status=" + status + "&header=X-Page:own");

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("X-Page")).hasValue("own");
    }

    @Test
    void withoutTheDirectiveTheApplicationsPageStays() throws IOException {
        Response response = httpd.client().get("/answers?status=403&body=own+page");

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).isEqualTo("own page");
    }

    @Test
    void anApplicationMakesTheErrorDocumentOfApachesOwnErrors() throws IOException {
        try (Client.Connection connection = httpd.client().open()) {
            // Apache refuses before anybody has read the body.
            connection.sendHead("POST", "/private", List.of("Content-Length: 6"));
            connection.send("a body".getBytes(StandardCharsets.US_ASCII));
            Response response = connection.readResponse("POST");

            assertThat(response.status()).isEqualTo(401);
            assertThat(response.header("WWW-Authenticate")).isPresent();
            assertThat(Facts.of(response.text()).get("REDIRECT_STATUS")).isEqualTo("401");
            assertThat(Facts.of(response.text()).get("CONTENT_LENGTH")).isNull();

            connection.sendHead("GET", "/answers?body=next", List.of());
            assertThat(connection.readResponse("GET").text()).isEqualTo("next");
        }
    }

    @Test
    void aRewriteRuleMayPassTheRequestOnWithItsBody() throws IOException {
        Response response =
                httpd.client().send("POST", "/rewritten/path?x=1", "a body".getBytes(StandardCharsets.US_ASCII));

        Facts facts = Facts.of(response.text());
        assertThat(facts.get("REQUEST_METHOD")).isEqualTo("POST");
        assertThat(facts.get("CONTENT_LENGTH")).isEqualTo("6");
        assertThat(facts.get("PATH_INFO")).isEqualTo("/path");
        assertThat(facts.get("FROM_REWRITE")).isEqualTo("set-by-rule");
    }

    /** The request that the application answers with that Location, and those headers. */
    private static String redirect(String location, String... headers) {
        StringBuilder path = new StringBuilder("/answers?header=" + encoded("Location:" + location));
        for (String header : headers) {
            path.append(header(header));
        }
        return path.toString();
    }

    private static String header(String line) {
        return "&header=" + encoded(line);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
