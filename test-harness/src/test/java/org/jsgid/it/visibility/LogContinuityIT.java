package org.jsgid.it.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is logged about a request, by whomever: in the error log of the virtual host, with its severity, and with the id
 * that httpd has given to the request.
 */
@Tag("D12")
@EveryJdk
class LogContinuityIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("continuity", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .module("unique_id")
                .group("site", "JsgiThreads 4")
                .add("<VirtualHost *:" + server.port() + ">")
                .add("ServerName site.example")
                .mount("/answers", Apps.java(server, "answers/Answers.java"), "site")
                .mount("/throws", Apps.java(server, "throws/Throws.java"), "site")
                .mount("/war", Apps.war(server, "own-war", ServletGeneration.usual()), "site")
                .add("ErrorLog site.log", "ErrorLogFormat \"%-m:%l <%L> %M\"")
                .add("LogLevel warn jsgid:info")
                .add("CustomLog site-access.log \"%L %U%q\"")
                .add("</VirtualHost>"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("site");
    }

    @Test
    void aLineOfAnApplicationIsANoticeInTheLogOfItsSiteWithTheIdOfTheRequest() throws Exception {
        int mark = httpd.errorLog().mark();

        get("/answers?say=heard+1");

        assertThat(siteLine("heard 1"))
                .startsWith("jsgid:notice <" + id("heard+1") + "> ")
                .contains("[group site]");
        assertThat(httpd.errorLog().linesSince(mark, "heard 1"))
                .as("in no other log")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SEVERE,error", "WARNING,warn", "INFO,info"})
    void aLineHasTheSeverityThatTheApplicationGivesIt(String level, String expected) throws Exception {
        get("/answers?level=" + level + "&say=heard+as+" + expected);

        assertThat(siteLine("heard as " + expected))
                .startsWith("jsgid:" + expected + " <" + id("heard+as+" + expected) + "> ");
    }

    @Test
    void aLineOfAHiddenSeverityIsHidden() throws Exception {
        get("/answers?level=FINE&say=a+whisper");
        get("/answers?say=after+the+whisper");

        siteLine("after the whisper");
        assertThat(site()).noneMatch(line -> line.contains("a whisper"));
    }

    @Test
    void aStackTraceIsAnErrorInEachOfItsLines() throws Exception {
        assertThat(get("/throws?where=trace").status()).isEqualTo(500);

        String id = id("where=trace");
        assertThat(siteLine("JSGID0610")).startsWith("jsgid:error <" + id + "> ");
        assertThat(siteLine("at Throws.handle")).startsWith("jsgid:error <" + id + "> ");
    }

    @Test
    void whatAServletLogsIsInTheLogOfItsSite() throws Exception {
        get("/war/facts?say=from+a+servlet");

        assertThat(siteLine("from a servlet")).startsWith("jsgid:notice <" + id("from+a+servlet") + "> ");
    }

    @Test
    void whatTheContainerSaysOfAServletThatFailedIsAnErrorOfTheRequest() throws Exception {
        assertThat(get("/war/facts?throw=1").status()).isEqualTo(500);

        assertThat(siteLine("thrown by the servlet")).startsWith("jsgid:error <" + id("throw=1") + "> ");
    }

    @Test
    void whatIsPrintedDuringARequestCarriesItsIdInTheLogOfTheDaemons() throws Exception {
        int mark = httpd.errorLog().mark();

        get("/answers?err=printed+1&out=printed+2");

        String id = id("err=printed");
        assertThat(httpd.errorLog().awaitLine(mark, "printed 1", PATIENCE)).contains("[" + id + "] printed 1");
        assertThat(httpd.errorLog().awaitLine(mark, "printed 2", PATIENCE)).contains("[" + id + "] printed 2");
    }

    private Response get(String path) throws IOException {
        return httpd.client().get(path, "Host: site.example");
    }

    /** The id in the access log of the request whose query contains that text. */
    private String id(String query) {
        String line = awaitLine("site-access.log", query);
        return line.substring(0, line.indexOf(' '));
    }

    private String siteLine(String text) {
        return awaitLine("site.log", text);
    }

    private List<String> site() throws IOException {
        return Files.readAllLines(httpd.root().resolve("site.log"));
    }

    private String awaitLine(String file, String text) {
        Path log = httpd.root().resolve(file);
        return Await.value(
                "a line with " + text + " in " + log,
                PATIENCE,
                () -> Files.readAllLines(log).stream()
                        .filter(line -> line.contains(text))
                        .findFirst()
                        .orElse(""),
                line -> !line.isEmpty());
    }
}
