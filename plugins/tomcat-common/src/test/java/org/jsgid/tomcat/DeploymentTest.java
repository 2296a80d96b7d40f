package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsgid.daemon.servlet.ServletApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications come and go in one container. */
class DeploymentTest {

    @TempDir
    Path folder;

    private final TomcatContainer container = new TomcatContainer();
    private TestingSettings settings;

    @BeforeEach
    void prepare() {
        settings = new TestingSettings(folder.resolve("work").toFile());
    }

    @AfterEach
    void close() {
        container.close();
    }

    private static TestingExchange get(ServletApplication application, String mount, String path) throws IOException {
        TestingExchange exchange = TestingExchange.get(mount, path);
        application.service(exchange);
        return exchange;
    }

    @Test
    void servesSeveralApplicationsSideBySide() throws Exception {
        File war = TestingWar.packed("features", folder);
        ServletApplication root = container.deploy(war, "", settings);
        ServletApplication shop = container.deploy(war, "/shop", settings);
        ServletApplication nested = container.deploy(TestingWar.exploded("features", folder), "/shop/sub", settings);
        assertThat(get(root, "", "/do/describe").text()).contains("context=\n");
        assertThat(get(shop, "/shop", "/do/describe").text()).contains("context=/shop\n");
        assertThat(get(nested, "/shop/sub", "/do/describe").text()).contains("context=/shop/sub\n");
        assertThat(get(shop, "/shop", "/do/other?path=/shop/sub").text()).isEqualTo("seen /shop/sub");
    }

    @Test
    void servesTheSamePathInTwoVirtualHosts() throws Exception {
        ServletApplication one = container.deploy(TestingWar.packed("features", folder), "/shop", settings);
        ServletApplication two = container.deploy(TestingWar.packed("features", folder), "/shop", settings);
        String session = get(one, "/shop", "/do/count").responseHeader("Set-Cookie");
        TestingExchange other = TestingExchange.get("/shop", "/do/count")
                .with("HTTP_COOKIE", session.substring(0, session.indexOf(';')));
        two.service(other);
        assertThat(other.text()).isEqualTo("count 1");
        assertThat(get(one, "/shop", "/do/files").text())
                .isNotEqualTo(get(two, "/shop", "/do/files").text());
    }

    @Test
    void servesAnExplodedFolderWhereItIs() throws Exception {
        File exploded = TestingWar.exploded("features", folder);
        ServletApplication application = container.deploy(exploded, "/shop", settings);
        assertThat(get(application, "/shop", "/do/files").lines().get(0))
                .isEqualTo(new File(exploded, "index.html").getCanonicalPath());
        application.stop();
        assertThat(new File(exploded, "index.html")).isFile();
    }

    @Test
    void stopsAnApplicationAndDeletesWhatWasUnpacked() throws Exception {
        ServletApplication application = container.deploy(TestingWar.packed("features", folder), "/a/b", settings);
        assertThat(get(application, "/a/b", "/page.jsp").status()).isEqualTo(200);
        assertThat(leftovers()).isNotEmpty();
        application.stop();
        assertThat(System.getProperty("jsgid.test.destroyed")).isEqualTo("/a/b");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void saysWhichListenerFailedAndWhyAndLeavesNothing() throws Exception {
        ServletApplication neighbour = container.deploy(TestingWar.packed("features", folder), "/ok", settings);
        List<String> before = leftovers();
        File war = TestingWar.packed("fails-to-listen", folder);
        assertThatThrownBy(() -> container.deploy(war, "/shop", settings))
                .isInstanceOf(DeploymentException.class)
                .hasMessageContaining("JSGID0701: starting the web application " + war + " at /shop: ")
                .hasMessageContaining("app.FailingListener")
                .hasMessageContaining("java.io.IOException: the database is not there")
                .hasRootCauseMessage("the database is not there");
        assertThat(leftovers()).isEqualTo(before);
        assertThat(get(neighbour, "/ok", "/do/describe").status()).isEqualTo(200);
    }

    @Test
    void saysWhyAnInitializerFailed() throws Exception {
        File war = TestingWar.packed("fails-to-initialize", folder);
        assertThatThrownBy(() -> container.deploy(war, "/shop", settings))
                .hasMessageContaining("java.lang.UnsupportedOperationException: no such mode");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void saysWhereADescriptorIsBroken() throws Exception {
        File war = TestingWar.packed("fails-to-parse", folder);
        assertThatThrownBy(() -> container.deploy(war, "", settings))
                .hasMessageContaining("WEB-INF/web.xml")
                .hasMessageContaining("SAXParseException")
                .hasMessageContaining("lineNumber: 2");
    }

    @Test
    void takesAnotherApplicationWhereOneFailed() throws Exception {
        File failing = TestingWar.packed("fails-to-listen", folder);
        assertThatThrownBy(() -> container.deploy(failing, "/shop", settings)).isInstanceOf(DeploymentException.class);
        ServletApplication application = container.deploy(TestingWar.packed("features", folder), "/shop", settings);
        assertThat(get(application, "/shop", "/").text()).isEqualTo("the start page\n");
    }

    @Test
    void refusesWhatIsNoArchive() throws Exception {
        Path text = folder.resolve("text.war");
        Files.write(text, new byte[100]);
        assertThatThrownBy(() -> container.deploy(text.toFile(), "/shop", settings))
                .isInstanceOf(DeploymentException.class)
                .hasMessageContaining(text.toString())
                .hasMessageContaining("zip");
        assertThatThrownBy(() -> container.deploy(new File("/nowhere/app.war"), "/shop", settings))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> container.deploy(folder.toFile(), "shop/", settings))
                .hasMessageContaining("context path");
    }

    @Test
    void deploysNothingAfterItWasClosed() throws Exception {
        File war = TestingWar.packed("features", folder);
        container.deploy(war, "/shop", settings);
        container.close();
        container.close();
        assertThat(settings.workFolder()).isEmptyDirectory();
        assertThatThrownBy(() -> container.deploy(war, "/shop", settings)).hasMessageContaining("closed");
    }

    @Test
    void runsBesideAnotherContainerOfTheSameJvm() throws Exception {
        File war = TestingWar.packed("features", folder);
        try (TomcatContainer second = new TomcatContainer()) {
            ServletApplication here = container.deploy(war, "/shop", settings);
            ServletApplication there = second.deploy(war, "/shop", settings);
            assertThat(get(here, "/shop", "/").status()).isEqualTo(200);
            assertThat(get(there, "/shop", "/").status()).isEqualTo(200);
            assertThat(Stream.of(ManagementFactory.getPlatformMBeanServer().getDomains())
                            .filter(domain -> domain.matches("tomcat\\d+(-\\d+)?")))
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }

    /** What lies in the container's folders for applications. */
    private List<String> leftovers() throws IOException {
        Path work = settings.workFolder().toPath();
        if (!Files.isDirectory(work)) {
            return java.util.Collections.emptyList();
        }
        try (Stream<Path> all = Files.walk(work)) {
            return all.filter(Files::isRegularFile).map(Path::toString).sorted().collect(Collectors.toList());
        }
    }
}
