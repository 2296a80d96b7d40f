package org.jsgid.daemon.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jsgid.daemon.app.RejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServletOptionsTest {

    private static final String TEXT = "# a comment\n\n! another\n connector.maxPostSize = 10 \nname=a = b\nname = c\n";

    @TempDir
    Path folder;

    private static ContainerSettings group(Map<String, String> options) {
        return new ContainerSettings() {
            @Override
            public File workFolder() {
                throw new AssertionError("not asked for");
            }

            @Override
            public String group() {
                return "shop";
            }

            @Override
            public int threads() {
                return 1;
            }

            @Override
            public boolean isMultiprocess() {
                return false;
            }

            @Override
            public int processes() {
                return 1;
            }

            @Override
            public int generation() {
                return 1;
            }

            @Override
            public File sharedFolder() {
                throw new AssertionError("not asked for");
            }

            @Override
            public int process() {
                return 1;
            }

            @Override
            public Map<String, String> servletOptions() {
                return options;
            }

            @Override
            public void log(String line) {
                throw new AssertionError(line);
            }
        };
    }

    private File exploded(String text) throws IOException {
        Path webInf = Files.createDirectories(folder.resolve("app/WEB-INF"));
        Files.write(webInf.resolve("jsgid.properties"), text.getBytes(StandardCharsets.UTF_8));
        return folder.resolve("app").toFile();
    }

    private File packed(String text) throws IOException {
        Path war = folder.resolve("app.war");
        try (OutputStream out = Files.newOutputStream(war);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("WEB-INF/jsgid.properties"));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return war.toFile();
    }

    @Test
    void areReadFromExplodedAndPackedApplications() throws Exception {
        for (File application : new File[] {exploded(TEXT), packed(TEXT)}) {
            ServletOptions options = ServletOptions.of(application, group(Map.of()));

            assertThat(options.find("connector.maxPostSize").value()).isEqualTo("10");
            assertThat(options.find("name").value()).isEqualTo("c");
            assertThat(options.find("other")).isNull();
            assertThat(options.all()).hasSize(2);
            assertThat(options.startingWith("connector.")).hasSize(1);
        }
    }

    @Test
    void ofTheAdministratorWinOverThoseOfTheApplication() throws Exception {
        ServletOptions options =
                ServletOptions.of(exploded(TEXT), group(Map.of("connector.maxPostSize", "20", "more", "1")));

        assertThat(options.find("connector.maxPostSize").value()).isEqualTo("20");
        assertThat(options.find("more").value()).isEqualTo("1");
        assertThat(options.find("connector.maxPostSize").mistake("is wrong", "Do right"))
                .hasMessage("JsgiServletOption of the group shop: connector.maxPostSize = 20 is wrong. Do right");
    }

    @Test
    void mayBeMissing() throws Exception {
        File empty = Files.createDirectory(folder.resolve("empty")).toFile();

        assertThat(ServletOptions.of(empty, group(Map.of())).all()).isEmpty();
    }

    @Test
    void knowWhereTheyStand() throws Exception {
        File war = packed(TEXT);
        ServletOption option = ServletOptions.of(war, group(Map.of())).find("connector.maxPostSize");

        assertThat(option.mistake("is wrong", "Do right"))
                .hasMessage("WEB-INF/jsgid.properties in " + war
                        + ", line 4: connector.maxPostSize = 10 is wrong. Do right");
    }

    @Test
    void refuseALineThatIsNone() throws Exception {
        File application = exploded("a = b\nmaxPostSize 5\n");

        assertThatThrownBy(() -> ServletOptions.of(application, group(Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(application + "/WEB-INF/jsgid.properties, line 2: \"maxPostSize 5\" is no setting. "
                        + "NAME = VALUE would be right");
    }

    @Test
    void nameTheContainer() throws Exception {
        ServletOption tomcat11 = new ServletOption("container", "tomcat11", "here");

        assertThat(ContainerChoice.asWritten(tomcat11, 17)).isEqualTo(ContainerChoice.TOMCAT11);
        assertThatThrownBy(() -> ContainerChoice.asWritten(tomcat11, 11))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("here: container = tomcat11 needs JDK 17 or later; this group runs on JDK 11");
        assertThatThrownBy(() -> ContainerChoice.asWritten(new ServletOption("container", "jetty", "here"), 17))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("is no container. Write tomcat9, tomcat10 or tomcat11");
    }
}
