package org.jsgid.daemon.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jsgid.daemon.servlet.ServletGeneration.Namespace;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContainerDetectorTest {

    private static final String JAVAX_31 =
            "<?xml version=\"1.0\"?>\n<web-app xmlns=\"http://xmlns.jcp.org/xml/ns/javaee\" version=\"3.1\"/>";
    private static final String JAVAX_25 =
            "<web-app version='2.5' xmlns='http://java.sun.com/xml/ns/javaee'></web-app>";
    private static final String DTD = "<!DOCTYPE web-app PUBLIC \"-//Sun Microsystems, Inc.//DTD Web Application 2.3//EN\" "
            + "\"http://java.sun.com/dtd/web-app_2_3.dtd\">\n<web-app></web-app>";
    private static final String JAKARTA_50 =
            "<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" metadata-complete=\"true\" version = \"5.0\">";
    private static final String JAKARTA_61 =
            "<!-- <web-app version=\"3.1\"> -->\n<web-app\n  xmlns=\"https://jakarta.ee/xml/ns/jakartaee\"\n  version=\"6.1\">";
    private static final String NOTHING = "<web-app></web-app>";

    @TempDir
    Path folder;

    static Stream<Arguments> applications() {
        return Stream.of(
                Arguments.of("javax descriptor", war(JAVAX_31), Namespace.JAVAX, "3.1"),
                Arguments.of("old javax descriptor", war(JAVAX_25), Namespace.JAVAX, "2.5"),
                Arguments.of("DTD", war(DTD), Namespace.JAVAX, ""),
                Arguments.of("jakarta descriptor", war(JAKARTA_50), Namespace.JAKARTA, "5.0"),
                Arguments.of("Servlet 6.1, and a comment before", war(JAKARTA_61), Namespace.JAKARTA, "6.1"),
                Arguments.of("nothing at all", war(null), Namespace.JAKARTA, ""),
                Arguments.of("descriptor without namespace", war(NOTHING), Namespace.JAKARTA, ""),
                Arguments.of("javax classes", war(null, "classes/A.class", "javax"), Namespace.JAVAX, ""),
                Arguments.of("jakarta classes", war(null, "classes/A.class", "jakarta"), Namespace.JAKARTA, ""),
                Arguments.of(
                        "jakarta classes with the old descriptor",
                        war(JAVAX_31, "classes/A.class", "jakarta"),
                        Namespace.JAKARTA,
                        ""),
                Arguments.of(
                        "javax classes in a jakarta descriptor",
                        war(JAKARTA_50, "classes/A.class", "javax"),
                        Namespace.JAKARTA,
                        "5.0"),
                Arguments.of("javax library", war(null, "lib/a.jar", "javax"), Namespace.JAVAX, ""),
                Arguments.of("jakarta library", war(null, "lib/a.jar", "jakarta"), Namespace.JAKARTA, ""),
                Arguments.of(
                        "classes count before libraries",
                        war(null, "classes/A.class", "javax", "lib/a.jar", "jakarta", "lib/b.jar", "jakarta"),
                        Namespace.JAVAX,
                        ""),
                Arguments.of(
                        "the majority of libraries",
                        war(null, "lib/a.jar", "javax", "lib/b.jar", "javax", "lib/c.jar", "jakarta"),
                        Namespace.JAVAX,
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("applications")
    void knowsWhatAnApplicationWasBuiltFor(
            String what, Map<String, byte[]> entries, Namespace namespace, String version) throws IOException {
        Path packed = folder.resolve("a.war");
        Files.write(packed, zip(entries));
        Path exploded = folder.resolve("exploded");
        Files.createDirectories(exploded.resolve("WEB-INF"));
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            Path file = exploded.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, entry.getValue());
        }

        for (Path application : new Path[] {packed, exploded}) {
            ServletGeneration found = ContainerDetector.detect(application.toFile());
            assertThat(found.namespace()).as("%s, %s", what, found).isEqualTo(namespace);
            assertThat(found.version()).as("%s, %s", what, found).isEqualTo(version);
        }
    }

    private static Map<String, byte[]> war(String descriptor, String... filesAndPackages) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("index.html", new byte[0]);
        if (descriptor != null) {
            entries.put("WEB-INF/web.xml", descriptor.getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < filesAndPackages.length; i += 2) {
            // Class files name other classes in this form.
            byte[] uses = ("\u00ca\u00fe" + "x".repeat(9000) + "L" + filesAndPackages[i + 1] + "/servlet/Servlet;")
                    .getBytes(StandardCharsets.ISO_8859_1);
            boolean isJar = filesAndPackages[i].endsWith(".jar");
            entries.put("WEB-INF/" + filesAndPackages[i], isJar ? zip(Map.of("org/A.class", uses)) : uses);
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
