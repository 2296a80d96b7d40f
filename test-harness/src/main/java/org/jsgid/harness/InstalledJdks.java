package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The JDKs of this machine: folders below {@code /usr/lib/jvm}, and those that the system property {@code
 * jsgid.test.jdks} names (separated by colons), which have {@code bin/java} and a {@code release} file.
 */
public final class InstalledJdks {

    /**
     * A JDK.
     *
     * @param home its folder, links resolved
     * @param version {@code JAVA_VERSION} of the release file, which is its system property {@code java.version}
     */
    public record Jdk(Path home, int feature, String version) {}

    private static final List<Jdk> ALL = find();

    private InstalledJdks() {}

    /** All of them, by feature version, each once. */
    public static List<Jdk> all() {
        return ALL;
    }

    /** One of that feature version. */
    public static Optional<Jdk> of(int feature) {
        return ALL.stream().filter(jdk -> jdk.feature() == feature).findFirst();
    }

    /** One of that feature version, which the test has made sure is there ({@link RequiresJdk}). */
    public static Jdk get(int feature) {
        return of(feature).orElseThrow(() -> new AssertionError("no JDK " + feature + " on this machine"));
    }

    private static List<Jdk> find() {
        List<Path> candidates = new ArrayList<>();
        String named = System.getProperty("jsgid.test.jdks", "");
        for (String folder : named.split(":", -1)) {
            if (!folder.isEmpty()) {
                candidates.add(Path.of(folder));
            }
        }
        Path usual = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(usual)) {
            try (Stream<Path> folders = Files.list(usual)) {
                folders.sorted().forEach(candidates::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Map<Path, Jdk> found = new TreeMap<>();
        for (Path candidate : candidates) {
            inspect(candidate).ifPresent(jdk -> found.putIfAbsent(jdk.home(), jdk));
        }
        return found.values().stream()
                .sorted(Comparator.comparingInt(Jdk::feature))
                .toList();
    }

    private static Optional<Jdk> inspect(Path folder) {
        Path release = folder.resolve("release");
        if (!Files.isExecutable(folder.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(release)) {
            Path home = folder.toRealPath();
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
                    .findFirst()
                    .map(version -> new Jdk(home, feature(version), version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int feature(String version) {
        String modern = version.startsWith("1.") ? version.substring(2) : version;
        return Integer.parseInt(modern.split("[^0-9]", 2)[0]);
    }
}
