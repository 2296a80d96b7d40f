package org.jsgid.it.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A WAR of each Servlet generation on each JDK: {@code /javax-17} is mounted in group {@code war-17}, and so on. */
@Tag("I2")
class WarIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("war", WarIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static List<Integer> features() {
        return InstalledJdks.features();
    }

    private static List<Integer> features(ServletGeneration generation) {
        return features().stream()
                .filter(feature -> feature >= generation.lowestFeature())
                .toList();
    }

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf();
        for (int feature : features()) {
            conf.group("war-" + feature, "JsgiRuntime " + feature);
        }
        for (ServletGeneration generation : ServletGeneration.values()) {
            Path war = Apps.war(server, "own-war", generation);
            for (int feature : features(generation)) {
                conf.mount(mount(generation, feature), war, "war-" + feature);
            }
        }
        Path exploded = Apps.explode(Apps.war(server, "own-war", ServletGeneration.JAVAX));
        conf.mount("/exploded", exploded, "war-" + features().get(0));
        server.configure(conf);
    }

    private static String mount(ServletGeneration generation, int feature) {
        return "/" + generation.name().toLowerCase(Locale.ROOT) + "-" + feature;
    }

    static Stream<Arguments> wars() {
        return Stream.of(ServletGeneration.values())
                .flatMap(generation -> features(generation).stream().map(feature -> Arguments.of(generation, feature)));
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady(features().stream().map(feature -> "war-" + feature).toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("wars")
    void aServletAnswersFromTheContainerOfItsGenerationOnTheJdkOfItsGroup(ServletGeneration generation, int feature)
            throws IOException {
        Facts facts = Facts.from(client(), mount(generation, feature) + "/facts/more?name=J%C3%BCrgen&x=1");

        assertThat(facts.get("java.version"))
                .isEqualTo(InstalledJdks.get(feature).version());
        assertThat(facts.get("container")).startsWith(generation.serverInfo());
        assertThat(facts.get("context")).isEqualTo(mount(generation, feature));
        assertThat(facts.get("servlet-path")).isEqualTo("/facts");
        assertThat(facts.get("path-info")).isEqualTo("/more");
        assertThat(facts.get("query")).isEqualTo("name=J%C3%BCrgen&x=1");
        assertThat(facts.get("name")).isEqualTo("Jürgen");
        assertThat(facts.get("url"))
                .isEqualTo("http://localhost:" + httpd.port() + mount(generation, feature) + "/facts/more");
    }

    @ParameterizedTest
    @MethodSource("wars")
    void filtersListenersAndContextXmlAreUsed(ServletGeneration generation, int feature) throws IOException {
        Facts facts = Facts.from(client(), mount(generation, feature) + "/facts");

        assertThat(facts.get("filter")).isEqualTo("passed");
        assertThat(facts.get("listener")).isEqualTo("heard");
        assertThat(facts.get("resource")).isEqualTo("read");
    }

    @ParameterizedTest
    @MethodSource("wars")
    void aJspIsCompiledAndServedAsTheWelcomeFile(ServletGeneration generation, int feature) throws IOException {
        Response response = client().get(mount(generation, feature) + "/");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text().strip())
                .isEqualTo("JSP: 42 on " + InstalledJdks.get(feature).version());
    }

    @ParameterizedTest
    @MethodSource("wars")
    void theMountWithoutASlashIsRedirected(ServletGeneration generation, int feature) throws IOException {
        Response response = client().get(mount(generation, feature));

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.header("Location").orElseThrow()).endsWith(mount(generation, feature) + "/");
    }

    @ParameterizedTest
    @MethodSource("wars")
    void aSessionIsKeptByItsCookie(ServletGeneration generation, int feature) throws IOException {
        String path = mount(generation, feature) + "/facts";
        Response first = client().get(path);
        String cookie = first.header("Set-Cookie").orElseThrow().split(";", 2)[0];
        assertThat(cookie).startsWith("JSESSIONID=");
        assertThat(Facts.of(first.text()).get("count")).isEqualTo("1");

        assertThat(Facts.from(client(), path, "Cookie: " + cookie).get("count")).isEqualTo("2");
        assertThat(Facts.from(client(), path, "Cookie: " + cookie).get("count")).isEqualTo("3");
    }

    @ParameterizedTest
    @MethodSource("wars")
    void formsAndMultipartBodiesAreParsed(ServletGeneration generation, int feature) throws IOException {
        String path = mount(generation, feature) + "/facts";
        Response form = client().send(
                        "POST",
                        path,
                        "name=from+a+form".getBytes(StandardCharsets.US_ASCII),
                        "Content-Type: application/x-www-form-urlencoded");
        assertThat(form.text()).isEqualTo("form name=from a form\n");

        String content = "x".repeat(50_000);
        String body = "--limit\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"a.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n" + content + "\r\n--limit--\r\n";
        Response multipart = client().send(
                        "POST",
                        path,
                        body.getBytes(StandardCharsets.US_ASCII),
                        "Content-Type: multipart/form-data; boundary=limit");
        assertThat(multipart.text()).isEqualTo("part upload a.txt 50000\n");
    }

    @ParameterizedTest
    @MethodSource("wars")
    void errorsHaveTheApplicationsPageOrTheContainers(ServletGeneration generation, int feature) throws IOException {
        httpd.errorLog().announce("thrown by the servlet|IllegalStateException|JSGID07|JSGID0420");
        String path = mount(generation, feature) + "/facts";

        Response own = client().get(path + "?status=418");
        assertThat(own.status()).isEqualTo(418);
        assertThat(own.text().strip()).isEqualTo("the application's own page for 418");
        assertThat(client().get(path + "?status=404").status()).isEqualTo(404);
        int mark = httpd.errorLog().mark();
        assertThat(client().get(path + "?throw=1").status()).isEqualTo(500);
        httpd.errorLog().awaitLine(mark, "thrown by the servlet", Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @MethodSource("wars")
    void staticFilesAreServedWithValidators(ServletGeneration generation, int feature) throws IOException {
        String path = mount(generation, feature) + "/plain.txt";
        Response first = client().get(path);
        assertThat(first.text()).isEqualTo("plain file\n");
        String tag = first.header("ETag").orElseThrow();

        Response second = client().get(path, "If-None-Match: " + tag);
        assertThat(second.status()).isEqualTo(304);
        assertThat(client().get(mount(generation, feature) + "/WEB-INF/web.xml").status())
                .isEqualTo(404);
    }

    @Test
    void anExplodedWarIsServedAsAPackedOne() throws IOException {
        assertThat(Facts.from(client(), "/exploded/facts").get("filter")).isEqualTo("passed");
    }

    @Test
    void statusNamesTheContainerOfEachApplication() throws IOException {
        List<Status.Application> applications =
                httpd.status().group("war-" + features().get(0)).applications();

        for (Status.Application application : applications) {
            ServletGeneration generation = Files.isDirectory(Path.of(application.file()))
                    ? ServletGeneration.JAVAX
                    : ServletGeneration.valueOf(Path.of(application.file())
                            .getFileName()
                            .toString()
                            .split("-", 2)[0]
                            .toUpperCase(Locale.ROOT));
            assertThat(application.state()).isEqualTo("loaded");
            assertThat("Apache " + application.container()).startsWith(generation.serverInfo());
        }
    }

    private Client client() {
        return httpd.client();
    }
}
