package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jsgid.daemon.servlet.ServletApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of connector, context and manager, for one application and for all of a group. */
class SettingsTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir
    Path folder;

    private final TomcatContainer container = new TomcatContainer();
    private TestingSettings group;

    @BeforeEach
    void prepare() {
        group = new TestingSettings(folder.resolve("work").toFile());
    }

    @AfterEach
    void close() {
        container.close();
    }

    private File application(String... settings) throws IOException {
        File exploded = TestingWar.exploded("features", folder);
        Files.write(
                exploded.toPath().resolve("WEB-INF/jsgid.properties"),
                String.join("\n", settings).getBytes(StandardCharsets.UTF_8));
        return exploded;
    }

    private Path file(String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    private static TestingExchange serve(ServletApplication application, TestingExchange exchange) throws IOException {
        application.service(exchange);
        return exchange;
    }

    private static String form(ServletApplication application, String mount, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return serve(application, TestingExchange.of("POST", mount, "/do/form").body(FORM, bytes))
                .text();
    }

    @Test
    void ofTheConnectorAreEachApplicationsOwn() throws Exception {
        File exploded = application("connector.maxPostSize = 3");
        ServletApplication strict = container.deploy(exploded, "/strict", group);
        ServletApplication packed = container.deploy(TestingWar.packed(exploded, folder), "/packed", group);
        ServletApplication stock = container.deploy(application(), "/stock", group);

        assertThat(form(strict, "/strict", "a=long")).doesNotContain("long");
        assertThat(form(packed, "/packed", "a=long")).doesNotContain("long");
        assertThat(form(stock, "/stock", "a=long")).isEqualTo("long|null");
        assertThat(serve(strict, TestingExchange.get("/strict", "/do/other?path=/stock"))
                        .text())
                .as("applications with other settings are still in one engine")
                .isEqualTo("seen /stock");
    }

    @Test
    void ofTheGroupWinOverThoseOfTheApplication() throws Exception {
        group.with("connector.maxPostSize", "3");
        ServletApplication shop = container.deploy(application("connector.maxPostSize = 1000"), "/shop", group);

        assertThat(form(shop, "/shop", "a=long")).doesNotContain("long");
    }

    @Test
    void sayInWhichEncodingPathsAndQueriesAre() throws Exception {
        ServletApplication shop = container.deploy(application("connector.URIEncoding = ISO-8859-1"), "/shop", group);

        assertThat(serve(shop, TestingExchange.get("/shop", "/do/form?a=%FC")).text())
                .startsWith("ü|");
    }

    @Test
    void leaveAuthenticationToTomcatWhenAskedTo() throws Exception {
        ServletApplication shop =
                container.deploy(application("connector.tomcatAuthentication = true"), "/shop", group);

        assertThat(serve(
                                shop,
                                TestingExchange.get("/shop", "/do/describe")
                                        .with("REMOTE_USER", "ann")
                                        .with("AUTH_TYPE", "Basic"))
                        .text())
                .contains("user=null auth=null principal=null");
    }

    @Test
    void ofTheContextAndItsManagerAreTaken() throws Exception {
        group.with("context.sessionCookieName", "SHOP").with("manager.maxActiveSessions", "1");
        ServletApplication shop =
                container.deploy(application("context.sessionCookiePathUsesTrailingSlash = true"), "/shop", group);

        assertThat(serve(shop, TestingExchange.get("/shop", "/do/count")).responseHeader("Set-Cookie"))
                .startsWith("SHOP=")
                .contains("; Path=/shop/;");
        assertThat(serve(shop, TestingExchange.get("/shop", "/do/count")).status())
                .as("one session too many: it fails with an IllegalStateException, which has an error page")
                .isEqualTo(500);
    }

    @Test
    void ofAllApplicationsOfAGroupMayStandInFilesAsThoseOfAnInstalledTomcat() throws Exception {
        Path contextXml = file(
                "context.xml",
                "<Context><Parameter name='from-context-xml' value='of the group'"
                        + " override='false'/><Environment name='price' value='42' type='java.lang.Integer'/></Context>");
        Path webXml = file(
                "web.xml",
                "<web-app version='4.0' xmlns='http://xmlns.jcp.org/xml/ns/javaee'>"
                        + "<context-param><param-name>from-web-xml</param-name><param-value>yes</param-value></context-param>"
                        + "</web-app>");
        group.with("context.defaultContextXml", contextXml.toString()).with("context.defaultWebXml", webXml.toString());
        File application = application();
        Files.delete(application.toPath().resolve("META-INF/context.xml"));
        ServletApplication shop = container.deploy(application, "/shop", group);

        assertThat(serve(shop, TestingExchange.get("/shop", "/do/describe")).text())
                .contains("parameter=of the group");
        assertThat(serve(shop, TestingExchange.get("/shop", "/do/parameter?name=from-web-xml"))
                        .text())
                .isEqualTo("yes");
        assertThat(serve(shop, TestingExchange.get("/shop", "/index.html")).status())
                .as("the default servlet is there")
                .isEqualTo(200);
        assertThat(serve(shop, TestingExchange.get("/shop", "/page.jsp")).status())
                .isEqualTo(200);
    }

    @Test
    void thatAreMistakesAreRefusedWithTheirPlace() throws Exception {
        refuses(
                "connector.maxPostSiz = 5",
                "jsgid.properties, line 1: connector.maxPostSiz = 5 is no setting of a "
                        + "connector here. There are connector.allowBackslash",
                "connector.maxPostSize");
        refuses("connector.port = 80", "is no setting of a connector here");
        refuses("connector.maxPostSize = 4M", "is no whole number between -2147483648 and 2147483647");
        refuses("connector.xpoweredBy = yes", "is neither true nor false");
        refuses("connector.URIEncoding = UTF-77", "is no character encoding that contains ASCII");
        refuses("connector.URIEncoding = UTF-16", "is no character encoding that contains ASCII");
        refuses("connector.encodedSolidusHandling = maybe", "is not taken: ");
        refuses("context.docBase = /etc", "is no setting of a context");
        refuses("context.cooky = no", "is no setting of a context");
        refuses("context.cookies = no", "context.cookies = no is neither true nor false");
        refuses("manager.sessions = 5", "is no setting of the session manager StandardManager");
        refuses("maxPostSize = 5", "is not known. Names are container, or begin with");
        refuses("context.defaultWebXml = /no/such/file", "is no file that the daemon can read");
    }

    private void refuses(String setting, String... reasons) throws IOException {
        File application = application(setting);
        assertThatThrownBy(() -> container.deploy(application, "/shop", group))
                .isInstanceOf(DeploymentException.class)
                .hasMessageStartingWith("JSGID0701: starting the web application " + application + " at /shop: ")
                .hasMessageContainingAll(reasons);
    }
}
