package org.jsgid.it.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.TestFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Debian packages that the build has made, without installing them. */
@Tag("H2")
class PackageContentsIT {

    private static final Path TREE = Path.of(System.getProperty("jsgid.tree"));
    private static final Path IMAGE = Path.of(System.getProperty("jsgid.image"));
    private static final Path FOLDER = TREE.resolve("target/debian");

    @BeforeAll
    static void built() {
        assumeTrue(Files.isDirectory(FOLDER), "the build has made no Debian packages");
    }

    @Test
    void lintianHasNothingToSay() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/bin/lintian")), "lintian is missing");
        List<String> command = new ArrayList<>(List.of("lintian", "--allow-root", "--fail-on", "error,warning"));
        packages(FOLDER).values().forEach(file -> command.add(file.toString()));

        Completed lintian = RunningProcess.run(command);

        assertThat(lintian.output()).isEmpty();
        assertThat(lintian.status()).isZero();
    }

    @Test
    void thereIsAPackageForEachPluginAndEachContainer() throws IOException {
        List<String> expected = new ArrayList<>(
                List.of("jsgid", "jsgid-daemon", "jsgid-jdk-profiles", "jsgid-supervisor", "libapache2-mod-jsgid"));
        try (Stream<Path> plugins = Files.list(IMAGE.resolve("lib/plugins"));
                Stream<Path> containers = Files.list(IMAGE.resolve("lib/containers"))) {
            plugins.forEach(plugin -> expected.add("jsgid-plugin-" + plugin.getFileName()));
            containers.forEach(container -> expected.add("jsgid-" + container.getFileName()));
        }

        assertThat(packages(FOLDER)).containsOnlyKeys(expected);
        String depends = field(packages(FOLDER).get("jsgid"), "Depends");
        expected.stream()
                .filter(name -> name.startsWith("jsgid-plugin-") || name.startsWith("jsgid-tomcat"))
                .forEach(name -> assertThat(depends).contains(name + " "));
    }

    @Test
    void theSameImageMakesTheSamePackages() throws IOException {
        try (TestFolder scratch = TestFolder.create("packages")) {
            Path again = scratch.path().resolve("out");
            RunningProcess.run(List.of(
                            "bash",
                            TREE.resolve("jdk-profiles/packages/build.sh").toString(),
                            IMAGE.toString(),
                            pom("<version>([^<]*)</version>"),
                            pom("<project.build.outputTimestamp>([^<]*)<"),
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            scratch.path().resolve("work").toString(),
                            again.toString()))
                    .expectSuccess();

            Map<String, Path> first = packages(FOLDER);
            Map<String, Path> second = packages(again);
            assertThat(second).containsOnlyKeys(first.keySet());
            for (String name : first.keySet()) {
                assertThat(Files.mismatch(first.get(name), second.get(name)))
                        .as(name)
                        .isEqualTo(-1);
            }
        }
    }

    private static Map<String, Path> packages(Path folder) throws IOException {
        Map<String, Path> packages = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".deb"))
                    .forEach(file -> packages.put(file.getFileName().toString().replaceFirst("_.*", ""), file));
        }
        return packages;
    }

    private static String field(Path file, String name) {
        return RunningProcess.run(List.of("dpkg-deb", "--field", file.toString(), name))
                .expectSuccess()
                .output();
    }

    private static String pom(String expression) throws IOException {
        Matcher matcher = Pattern.compile(expression).matcher(Files.readString(TREE.resolve("pom.xml")));
        assertThat(matcher.find()).as(expression).isTrue();
        return matcher.group(1);
    }
}
