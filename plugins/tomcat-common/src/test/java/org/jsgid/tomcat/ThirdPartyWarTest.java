package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jsgid.daemon.servlet.ServletApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The applications of THIRD-PARTY-WARS.md, which the build puts into {@code target/wars}. */
class ThirdPartyWarTest {

    private final TomcatContainer container = new TomcatContainer();

    @TempDir
    Path folder;

    @AfterEach
    void closesTheContainer() {
        container.close();
    }

    private ServletApplication deploy(String war) throws Exception {
        return container.deploy(
                new File("target/wars", war),
                "/app",
                new TestingSettings(folder.resolve("work").toFile()));
    }

    private static String get(ServletApplication application, String path) throws IOException {
        TestingExchange exchange = TestingExchange.get("/app", path);
        application.service(exchange);
        exchange.toEnd();
        assertThat(exchange.status()).as(exchange.text()).isEqualTo(200);
        assertThat(exchange.isFinished()).isTrue();
        return exchange.text();
    }

    @Test
    void servesTheServletApplication() throws Exception {
        if (TestingWar.isJakarta()) {
            assertThat(get(deploy("simple.war"), "/hello/")).contains("HelloWorld from Servlet-6.");
        } else {
            ServletApplication jolokia = deploy("jolokia.war");
            assertThat(get(jolokia, "/version")).contains("\"agentType\":\"servlet\"", "\"product\":\"tomcat\"");
            assertThat(get(jolokia, "/read/java.lang:type=Runtime/SpecVersion"))
                    .contains("\"value\":\"" + System.getProperty("java.specification.version") + "\"");
        }
    }

    @Test
    void servesTheJspApplication() throws Exception {
        ServletApplication pages = deploy("jsp.war");
        assertThat(get(pages, "/")).contains("JSP Examples on");
        assertThat(get(pages, "/expr.jsp?A=21")).contains("<td>42&nbsp;</td>");
        assertThat(get(pages, "/tag.jsp")).contains("GMT");
        assertThat(get(pages, "/tagfile.jsp")).contains("A panel in a panel.");
        assertThat(get(pages, "/bean1.jsp")).contains("Counter accessed 1 times");
    }
}
