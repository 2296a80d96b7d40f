package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jsgid.daemon.servlet.ServletApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Servlet specification asks of a container, as far as it leaves one request: users, resources, dispatching. */
@SuppressWarnings("StringConcatToTextBlock") // Tomcat 9 runs on Java 8, and so do its tests.
class ContainerFeaturesTest {

    private static final String MOUNT = "/shop";
    private static final String CONSTRAINT = "<security-constraint><web-resource-collection>"
            + "<web-resource-name>all</web-resource-name><url-pattern>/secure/*</url-pattern></web-resource-collection>"
            + "<auth-constraint><role-name>admin</role-name></auth-constraint></security-constraint>"
            + "<security-role><role-name>admin</role-name></security-role>";

    @TempDir
    Path folder;

    private final TomcatContainer container = new TomcatContainer();
    private TestingSettings group;

    @BeforeEach
    void prepare() throws IOException {
        group = new TestingSettings(folder.resolve("work").toFile());
        write(
                folder.resolve("users.xml"),
                "<tomcat-users><user username='ann' password='secret' roles='admin'/>"
                        + "<user username='bob' password='secret' roles='guest'/>"
                        + "<user username='" + TestingCertificate.SUBJECT.replace(",", ", ")
                        + "' password='' roles='admin'/></tomcat-users>");
    }

    @AfterEach
    void close() {
        container.close();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The application, with more in its web.xml and something in its context.xml. */
    private Path application(String moreOfWebXml, String contextXml) throws IOException {
        Path exploded = TestingWar.exploded("container", folder).toPath();
        Path webXml = exploded.resolve("WEB-INF/web.xml");
        String text = new String(Files.readAllBytes(webXml), StandardCharsets.UTF_8);
        write(webXml, text.replace("<!-- more -->", moreOfWebXml));
        write(exploded.resolve("META-INF/context.xml"), "<Context>" + contextXml + "</Context>");
        return exploded;
    }

    private ServletApplication deploy(String moreOfWebXml, String contextXml) throws Exception {
        return container.deploy(application(moreOfWebXml, contextXml).toFile(), MOUNT, group);
    }

    private ServletApplication deployWithUsers(String method) throws Exception {
        return deploy(
                CONSTRAINT + "<login-config><auth-method>" + method + "</auth-method><realm-name>shop</realm-name>"
                        + "<form-login-config><form-login-page>/login.html</form-login-page>"
                        + "<form-error-page>/login.html</form-error-page></form-login-config></login-config>",
                realm());
    }

    private String realm() {
        return "<Realm className='org.apache.catalina.realm.MemoryRealm' pathname='" + folder.resolve("users.xml")
                + "'/>";
    }

    private static TestingExchange serve(ServletApplication application, TestingExchange exchange) throws IOException {
        application.service(exchange);
        exchange.toEnd();
        return exchange;
    }

    private static TestingExchange get(ServletApplication application, String path) throws IOException {
        return serve(application, TestingExchange.get(MOUNT, path));
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.US_ASCII));
    }

    private static String session(TestingExchange exchange) {
        String cookie = exchange.responseHeader("Set-Cookie");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    // ------------------------------------------------- users

    @Test
    void usersOfARealmLogInWithBasic() throws Exception {
        ServletApplication shop = deployWithUsers("BASIC");

        TestingExchange asked = get(shop, "/secure/who");
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.responseHeader("WWW-Authenticate")).startsWith("Basic realm=\"shop\"");
        assertThat(serve(shop, TestingExchange.get(MOUNT, "/secure/who").with("HTTP_AUTHORIZATION", basic("ann")))
                        .text())
                .isEqualTo("ann by BASIC, admin true");
        assertThat(serve(shop, TestingExchange.get(MOUNT, "/secure/who").with("HTTP_AUTHORIZATION", basic("bob")))
                        .status())
                .isEqualTo(403);
        assertThat(get(shop, "/do/login?name=bob&password=secret").text()).isEqualTo("now bob, then null");
    }

    @Test
    void usersOfARealmLogInWithDigest() throws Exception {
        ServletApplication shop = deployWithUsers("DIGEST");
        TestingExchange asked = get(shop, "/secure/who");
        assertThat(asked.status()).isEqualTo(401);
        String challenge = asked.headers().stream()
                .filter(header -> header.startsWith("WWW-Authenticate: Digest")
                        && (!header.contains("algorithm=") || header.contains("algorithm=MD5")))
                .findFirst()
                .get();
        String nonce = part(challenge, "nonce=\"([^\"]*)\"");
        String opaque = part(challenge, "opaque=\"([^\"]*)\"");
        String uri = MOUNT + "/secure/who";
        String answer = md5(md5("ann:shop:secret") + ":" + nonce + ":00000001:abc:auth:" + md5("GET:" + uri));

        assertThat(serve(
                                shop,
                                TestingExchange.get(MOUNT, "/secure/who")
                                        .with(
                                                "HTTP_AUTHORIZATION",
                                                "Digest username=\"ann\", realm=\"shop\", nonce=\"" + nonce
                                                        + "\", uri=\"" + uri + "\", response=\"" + answer
                                                        + "\", algorithm=MD5, opaque=\"" + opaque
                                                        + "\", qop=auth, nc=00000001, cnonce=\"abc\""))
                        .text())
                .isEqualTo("ann by DIGEST, admin true");
    }

    private static String part(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static String md5(String text) throws NoSuchAlgorithmException {
        StringBuilder hex = new StringBuilder();
        for (byte next : MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.US_ASCII))) {
            hex.append(String.format("%02x", next));
        }
        return hex.toString();
    }

    @Test
    void usersOfARealmLogInWithAForm() throws Exception {
        ServletApplication shop = deployWithUsers("FORM");
        TestingExchange asked = get(shop, "/secure/who");
        assertThat(asked.text()).contains("please log in");
        String cookie = session(asked);

        byte[] form = "j_username=ann&j_password=secret".getBytes(StandardCharsets.US_ASCII);
        TestingExchange login = serve(
                shop,
                TestingExchange.of("POST", MOUNT, "/j_security_check")
                        .with("HTTP_COOKIE", cookie)
                        .body("application/x-www-form-urlencoded", form));
        assertThat(login.status()).isIn(302, 303);
        assertThat(login.responseHeader("Location")).endsWith(MOUNT + "/secure/who");
        // The session's id changes with the user.
        String after =
                login.headers().stream().anyMatch(header -> header.startsWith("Set-Cookie:")) ? session(login) : cookie;
        assertThat(serve(shop, TestingExchange.get(MOUNT, "/secure/who").with("HTTP_COOKIE", after))
                        .text())
                .isEqualTo("ann by FORM, admin true");
    }

    @Test
    void usersOfARealmAreKnownByTheirCertificates() throws Exception {
        ServletApplication shop = deployWithUsers("CLIENT-CERT");
        TestingExchange known = TestingExchange.get(MOUNT, "/secure/who")
                .with("HTTPS", "on")
                .with("SSL_CLIENT_CERT", TestingCertificate.PEM);

        assertThat(serve(shop, known).text()).endsWith(" by CLIENT_CERT, admin true");
        assertThat(serve(shop, TestingExchange.get(MOUNT, "/secure/who").with("HTTPS", "on"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void usersOfHttpdGetTheirRolesFromTheRealmWhenAskedTo() throws Exception {
        group.with("connector.tomcatAuthorization", "true");
        ServletApplication shop = deployWithUsers("BASIC");

        assertThat(serve(
                                shop,
                                TestingExchange.get(MOUNT, "/secure/who")
                                        .with("REMOTE_USER", "ann")
                                        .with("AUTH_TYPE", "Negotiate"))
                        .text())
                .startsWith("ann by ")
                .endsWith(", admin true");
        assertThat(serve(shop, TestingExchange.get(MOUNT, "/secure/who").with("REMOTE_USER", "bob"))
                        .status())
                .isEqualTo(403);
    }

    // ------------------------------------------------- resources

    @Test
    void aDataSourceOfTheContextIsAConnectionPool() throws Exception {
        ServletApplication shop = deploy(
                "",
                "<Resource name='jdbc/shop' type='javax.sql.DataSource' driverClassName='org.h2.Driver'"
                        + " url='jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1' username='sa' password='' maxTotal='2'/>");

        assertThat(get(shop, "/do/database").text())
                .isEqualTo("1 visits by org.apache.tomcat.dbcp.dbcp2.BasicDataSource");
        for (int i = 2; i < 6; i++) {
            assertThat(get(shop, "/do/database").text()).startsWith(i + " visits");
        }
    }

    @Test
    void resourcesComeFromTheApplicationAndItsJars() throws Exception {
        Path exploded = application("", "");
        fragment(exploded, "first", "");
        fragment(exploded, "second", "META-INF/resources/texts/of-jar.txt");
        fragment(exploded, "unnamed", "");
        String expected = "[/texts/of-jar.txt, /texts/own.txt] of the application of the jar real path true";
        ServletApplication shop = container.deploy(exploded.toFile(), MOUNT, group);
        ServletApplication packed = container.deploy(TestingWar.packed(exploded.toFile(), folder), "/packed", group);

        assertThat(get(shop, "/do/resources").text()).isEqualTo(expected);
        assertThat(get(shop, "/texts/of-jar.txt").text()).isEqualTo("of the jar");
        assertThat(get(shop, "/do/fragments").text()).isEqualTo("[second.jar, first.jar]");
        assertThat(serve(packed, TestingExchange.get("/packed", "/do/resources"))
                        .text())
                .isEqualTo(expected);
        assertThat(serve(packed, TestingExchange.get("/packed", "/do/fragments"))
                        .text())
                .isEqualTo("[second.jar, first.jar]");
    }

    private static void fragment(Path application, String name, String resource) throws IOException {
        File jar = application.resolve("WEB-INF/lib/" + name + ".jar").toFile();
        Files.createDirectories(jar.getParentFile().toPath());
        try (OutputStream out = Files.newOutputStream(jar.toPath());
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("META-INF/web-fragment.xml"));
            zip.write(("<web-fragment xmlns='http://xmlns.jcp.org/xml/ns/javaee' version='4.0'><name>" + name
                            + "</name></web-fragment>")
                    .getBytes(StandardCharsets.US_ASCII));
            if (!resource.isEmpty()) {
                zip.putNextEntry(new ZipEntry(resource));
                zip.write("of the jar".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void aFolderIsServedByTheWelcomeFileItHas() throws Exception {
        ServletApplication shop = deploy("", "");

        assertThat(get(shop, "/folder/").text()).isEqualTo("welcome\n");
        assertThat(get(shop, "/folder").status()).isEqualTo(302);
        assertThat(get(shop, "/texts/").status()).isEqualTo(404);
    }

    // ------------------------------------------------- dispatching

    @Test
    void requestsAreDispatchedInEveryWay() throws Exception {
        ServletApplication shop = deploy("", "");

        assertThat(get(shop, "/do/include").text()).isEqualTo("before [INCLUDE 1 /target] after");
        assertThat(get(shop, "/do/forward").text()).isEqualTo("[FORWARD 2 /forward]");
        assertThat(get(shop, "/do/named").text()).startsWith("named yes FORWARD");
        assertThat(get(shop, "/do/async").text()).isEqualTo("[ASYNC 3 /async]");
        TestingExchange gone = get(shop, "/do/gone");
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.text()).isEqualTo("[ERROR 410 /shop/do/gone]");
    }

    // ------------------------------------------------- bodies

    @Test
    void partsHaveLimits() throws Exception {
        ServletApplication shop = deploy("", "");

        assertThat(upload(shop, 5, 100)).isEqualTo("part0:5 part1:100 ");
        assertThat(upload(shop, 101)).isEqualTo("too large");
        assertThat(upload(shop, 90, 90, 90)).as("all of the request").isEqualTo("too large");
    }

    @Test
    void partsAreCounted() throws Exception {
        group.with("connector.maxPartCount", "2");
        ServletApplication shop = deploy("", "");

        assertThat(upload(shop, 1, 1)).isEqualTo("part0:1 part1:1 ");
        assertThat(upload(shop, 1, 1, 1)).isEqualTo("too large");
    }

    private static String upload(ServletApplication application, int... sizes) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < sizes.length; i++) {
            body.write(("--X\r\nContent-Disposition: form-data; name=\"part" + i + "\"; filename=\"f\"\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            body.write(new byte[sizes[i]]);
            body.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        body.write("--X--\r\n".getBytes(StandardCharsets.US_ASCII));
        return serve(
                        application,
                        TestingExchange.of("POST", MOUNT, "/do/upload")
                                .body("multipart/form-data; boundary=X", body.toByteArray()))
                .text();
    }

    // ------------------------------------------------- sessions

    @Test
    void sessionsAreTrackedInTheWayTheApplicationSays() throws Exception {
        ServletApplication shop = deploy("<session-config><tracking-mode>URL</tracking-mode></session-config>", "");
        TestingExchange exchange = get(shop, "/do/session");

        assertThat(exchange.headers()).noneMatch(header -> header.startsWith("Set-Cookie"));
        assertThat(exchange.text()).matches("/shop/do/next;jsessionid=[0-9A-F]+");
    }

    @Test
    void theSessionCookieIsAsTheApplicationAndItsContextSay() throws Exception {
        ServletApplication shop = deploy(
                "<session-config><cookie-config><name>SHOP</name><secure>true</secure><max-age>60</max-age>"
                        + "</cookie-config></session-config>",
                "<CookieProcessor sameSiteCookies='strict'/>");

        assertThat(get(shop, "/do/session").responseHeader("Set-Cookie"))
                .startsWith("SHOP=")
                .contains("; Max-Age=60")
                .contains("; Path=/shop")
                .contains("; Secure")
                .contains("; HttpOnly")
                .contains("; SameSite=Strict");
    }
}
