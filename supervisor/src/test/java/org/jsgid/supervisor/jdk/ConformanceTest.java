package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the examples that keep the readers in C, Java and shell equal: {@code jdk-profiles/conformance}. */
class ConformanceTest {
    private static final Path EXAMPLES = Path.of("../jdk-profiles/conformance");
    private static final String JDKS = "/conformance-jdks";

    @TempDir
    Path folder;

    static Stream<Path> validExamples() throws IOException {
        return examples("valid");
    }

    static Stream<Path> invalidExamples() throws IOException {
        return examples("invalid");
    }

    @ParameterizedTest
    @MethodSource("validExamples")
    void readsAValidExampleAsExpected(Path example) throws IOException {
        ProfileText text = ProfileText.parse(Files.readString(example));

        List<String> expected = expected(example);
        assertThat(said(text)).isEqualTo(withoutWarnings(expected));
        assertThat(text.errors()).isEmpty();
        assertWarnings(text.warnings(), expected);
    }

    @ParameterizedTest
    @MethodSource("invalidExamples")
    void refusesAnInvalidExampleForTheExpectedReason(Path example) throws IOException {
        JdkProfile profile = ProfileReader.read(example).orElseThrow();

        String[] error = expected(example).get(0).split(" ", 3);
        assertThat(error[0]).isEqualTo("error");
        assertThat(profile.state()).isEqualTo(ProfileState.BROKEN);
        assertThat(profile.reason()).contains(error[2]).doesNotContain("; line ");
        if (error[1].equals("0")) {
            assertThat(profile.reason()).doesNotContain("line ");
        } else {
            assertThat(profile.reason()).startsWith("line " + error[1] + ": ");
        }
    }

    @Test
    void takesEachProfileOfAChainFromTheExpectedFolder() throws IOException {
        Path chain = EXAMPLES.resolve("chain");
        List<Path> folders;
        try (Stream<Path> entries = Files.list(chain)) {
            folders = entries.filter(Files::isDirectory).sorted().toList();
        }

        List<String> found = ProfileRegistry.load(folders).profiles().stream()
                .map(profile ->
                        profile.name() + "=" + profile.file().getParent().getFileName())
                .toList();

        assertThat(folders).hasSize(3);
        assertThat(found).isEqualTo(Files.readAllLines(chain.resolve("expected")));
    }

    @Test
    void selectsTheExpectedProfileForEachRuntime() throws IOException {
        ProfileRegistry registry = ProfileRegistry.load(List.of(withRealJdks(EXAMPLES.resolve("selection"))));

        List<String> selected = new ArrayList<>();
        List<String> expected = Files.readAllLines(EXAMPLES.resolve("selection/expected"));
        for (String line : expected) {
            String runtime = line.substring(0, line.indexOf('='));
            String name = registry.select(runtime) instanceof Selection.Found found
                    ? found.profile().name()
                    : "";
            selected.add(runtime + "=" + name);
        }

        assertThat(selected).isNotEmpty().isEqualTo(expected);
    }

    private Path withRealJdks(Path profiles) throws IOException {
        Path copies = Files.createDirectory(folder.resolve("jdk.d"));
        try (Stream<Path> files = Files.list(profiles)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".conf")).toList()) {
                String content = Files.readString(file);
                Files.writeString(copies.resolve(file.getFileName()), content.replace(JDKS, folder.toString()));
                content.lines()
                        .filter(line -> line.startsWith("home = " + JDKS) && !line.contains(JDKS + "/missing"))
                        .map(line -> line.substring("home = ".length()).replace(JDKS, folder.toString()))
                        .forEach(home -> TestingJdk.write(Path.of(home, "bin/java"), ""));
            }
        }
        return copies;
    }

    private static List<String> said(ProfileText text) {
        List<String> lines = new ArrayList<>();
        text.home().ifPresent(home -> lines.add("home=" + home));
        text.feature().ifPresent(feature -> lines.add("feature=" + feature));
        text.version().ifPresent(version -> lines.add("version=" + version));
        text.vendor().ifPresent(vendor -> lines.add("vendor=" + vendor));
        text.javaOptions().forEach(option -> lines.add("java-option=" + option));
        text.priority().ifPresent(priority -> lines.add("priority=" + priority));
        lines.add("enabled=" + (text.enabled() ? "yes" : "no"));
        return lines;
    }

    private static void assertWarnings(List<String> warnings, List<String> expected) {
        List<String[]> wanted = expected.stream()
                .filter(line -> line.startsWith("warning "))
                .map(line -> line.split(" ", 3))
                .toList();
        assertThat(warnings).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(warnings.get(i))
                    .startsWith("line " + wanted.get(i)[1] + ": ")
                    .contains(wanted.get(i)[2]);
        }
    }

    // The page of the examples shows a home as written; a Path drops the slash at its end, which changes nothing.
    private static List<String> withoutWarnings(List<String> expected) {
        return expected.stream()
                .filter(line -> !line.startsWith("warning "))
                .map(line -> line.startsWith("home=") ? "home=" + Path.of(line.substring("home=".length())) : line)
                .toList();
    }

    private static List<String> expected(Path example) throws IOException {
        // Split at line feeds only: a value may hold a carriage return.
        String content = Files.readString(Path.of(example.toString().replaceFirst("\\.conf$", ".expected")));
        return List.of(content.stripTrailing().split("\n", -1));
    }

    private static Stream<Path> examples(String kind) throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve(kind))) {
            return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList().stream();
        }
    }
}
