package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The JDKs of this machine, one for each feature version: folders that the system property {@code jsgid.test.jdks} names
 * (separated by colons), folders below {@code /usr/lib/jvm}, and those that {@code jdks.sh} has brought. A JDK has {@code
 * bin/java} and a {@code release} file. Of two with the same feature version the first in this order is taken.
 */
public final class InstalledJdks {

    /**
     * A JDK.
     *
     * @param home its folder, links resolved
     * @param version {@code JAVA_VERSION} of the release file, which is its system property {@code java.version}
     */
    public record Jdk(Path home, int feature, String version) {}

    /** Long-term releases on which monitors run. */
    private static final List<Integer> LONG_TERM = List.of(17, 21, 25);

    private static final List<Jdk> ALL = find();

    private static Integer chosen = Integer.getInteger("jsgid.test.runtime");

    private InstalledJdks() {}

    /** All of them, by feature version. */
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

    /**
     * Those on which tests serve: the one that is chosen for this class, otherwise all for which the image has a plugin,
     * by feature version.
     */
    public static List<Jdk> served() {
        int lowest = Image.lowestFeature();
        return ALL.stream()
                .filter(jdk -> jdk.feature() >= lowest)
                .filter(jdk -> chosen == null || jdk.feature() == chosen)
                .toList();
    }

    /** Feature versions of {@link #served}. */
    public static List<Integer> features() {
        return served().stream().map(Jdk::feature).toList();
    }

    /** The lowest of {@link #served}. */
    public static Jdk oldest() {
        return served().get(0);
    }

    /** The highest of {@link #served}. */
    public static Jdk newest() {
        List<Jdk> served = served();
        return served.get(served.size() - 1);
    }

    /** The feature version on which groups serve that nobody gives a runtime: of the newest long-term release. */
    static int newestLongTerm() {
        return all().stream()
                .map(Jdk::feature)
                .filter(LONG_TERM::contains)
                .max(Integer::compare)
                .orElseThrow(() -> new AssertionError("no JDK of " + LONG_TERM + " on this machine"));
    }

    /**
     * The feature version on which groups that name no runtime serve in the class that runs now: what the system property
     * {@code jsgid.test.runtime} says, or else the class ({@link org.jsgid.harness.junit.RunsOn}). Empty when it is left to
     * the server.
     */
    public static Optional<Integer> chosen() {
        return Optional.ofNullable(chosen);
    }

    /** Chooses one for the class that begins; null leaves it to the server. */
    public static void choose(Integer feature) {
        chosen = feature;
    }

    private static List<Jdk> find() {
        List<Path> candidates = new ArrayList<>();
        String named = System.getProperty("jsgid.test.jdks", "");
        for (String folder : named.split(":", -1)) {
            if (!folder.isEmpty()) {
                candidates.add(Path.of(folder));
            }
        }
        for (Path folder : List.of(Path.of("/usr/lib/jvm"), cache())) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> folders = Files.list(folder)) {
                    // What begins with a dot, jdks.sh has not finished.
                    folders.filter(each -> !each.getFileName().toString().startsWith("."))
                            .sorted()
                            .forEach(candidates::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        Map<Integer, Jdk> found = new TreeMap<>();
        for (Path candidate : candidates) {
            inspect(candidate).ifPresent(jdk -> found.putIfAbsent(jdk.feature(), jdk));
        }
        return List.copyOf(found.values());
    }

    /** Where {@code jdks.sh} puts them. */
    private static Path cache() {
        if (TestUser.isRoot()) {
            return Path.of("/var/cache/jsgid/jdks");
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        return Path.of(caches == null || caches.isEmpty() ? System.getProperty("user.home") + "/.cache" : caches)
                .resolve("jsgid/jdks");
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
