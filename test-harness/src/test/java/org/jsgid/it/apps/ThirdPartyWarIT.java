package org.jsgid.it.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Web applications that nobody here wrote, two for each namespace, on every JDK. What they are and what they answer:
 * plugins/tomcat-common/THIRD-PARTY-WARS.md.
 */
@Tag("I2")
class ThirdPartyWarIT {

    private static final List<String> WARS =
            List.of("javax-jolokia", "javax-jsp-demo", "jakarta-simple-demo", "jakarta-jsp-demo");

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("third-party", ThirdPartyWarIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static List<Integer> features() {
        return InstalledJdks.features();
    }

    /** Those of the feature version that its classes were compiled for, and later. */
    private static List<Integer> features(String war) {
        int lowest = war.equals("javax-jolokia") ? 8 : 17;
        return features().stream().filter(feature -> feature >= lowest).toList();
    }

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf();
        for (int feature : features()) {
            conf.group("wars-" + feature, "JsgiRuntime " + feature);
        }
        for (String war : WARS) {
            Path source = Path.of(System.getProperty("jsgid.wars"), war + ".war");
            Path target = Apps.folder(server).resolve(war + ".war");
            try {
                Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (int feature : features(war)) {
                conf.mount("/" + war + "-" + feature, target, "wars-" + feature);
            }
        }
        server.configure(conf);
    }

    static Stream<Arguments> pages() {
        return features().stream()
                .flatMap(feature -> Stream.of(
                        Arguments.of("javax-jolokia", feature, "/version", "\"agentType\":\"servlet\""),
                        Arguments.of(
                                "javax-jolokia",
                                feature,
                                "/read/java.lang:type=Runtime/SpecVersion",
                                "\"value\":\"" + (feature == 8 ? "1.8" : feature) + "\""),
                        Arguments.of("javax-jsp-demo", feature, "/", "JSP Examples on"),
                        Arguments.of("javax-jsp-demo", feature, "/expr.jsp?A=21", "<td>42&nbsp;</td>"),
                        Arguments.of("javax-jsp-demo", feature, "/tagfile.jsp", "A panel in a panel."),
                        Arguments.of("jakarta-simple-demo", feature, "/hello/", "HelloWorld from Servlet-6."),
                        Arguments.of("jakarta-jsp-demo", feature, "/", "JSP Examples on"),
                        Arguments.of("jakarta-jsp-demo", feature, "/expr.jsp?A=21", "<td>42&nbsp;</td>"),
                        Arguments.of("jakarta-jsp-demo", feature, "/tagfile.jsp", "A panel in a panel.")))
                .filter(page -> features((String) page.get()[0]).contains(page.get()[1]));
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady(features().stream().map(feature -> "wars-" + feature).toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageHasTheContentThatItsAuthorsWrote(String war, int feature, String path, String expected)
            throws IOException {
        Response response = httpd.client().get("/" + war + "-" + feature + path);

        assertThat(response.status()).as(response.toString()).isEqualTo(200);
        assertThat(response.complete()).isTrue();
        assertThat(response.text()).contains(expected);
    }
}
