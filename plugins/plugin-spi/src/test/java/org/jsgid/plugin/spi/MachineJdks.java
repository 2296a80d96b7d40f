package org.jsgid.plugin.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The JDKs that tests can be run on: installed ones, and those that {@code test-harness/jdks.sh} has fetched. */
public final class MachineJdks {

    /** Folders to look in, in place of the usual ones: paths with {@code :} between them. */
    private static final String FOLDERS = "jsgid.test.jdks";

    private MachineJdks() {}

    /** A JDK of each home that has a compiler and a feature version in that range, oldest first. */
    static List<Jdk> between(int lowest, int highest) throws IOException {
        List<Jdk> found = new ArrayList<>();
        for (Path folder : folders()) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> homes = Files.list(folder)) {
                    for (Path home : (Iterable<Path>) homes.sorted()::iterator) {
                        Jdk jdk = look(home);
                        if (jdk.feature() >= lowest && jdk.feature() <= highest) {
                            found.add(jdk);
                        }
                    }
                }
            }
        }
        found.sort((one, other) -> Integer.compare(one.feature(), other.feature()));
        return found;
    }

    private static Set<Path> folders() {
        String given = System.getProperty(FOLDERS, "");
        Set<Path> folders = new LinkedHashSet<>();
        if (!given.isEmpty()) {
            Stream.of(given.split(":", -1)).map(Path::of).forEach(folders::add);
            return folders;
        }
        folders.add(Path.of("/usr/lib/jvm"));
        folders.add(Path.of("/var/cache/jsgid/jdks"));
        String cache = System.getenv("XDG_CACHE_HOME");
        folders.add(
                cache == null || cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache/jsgid/jdks")
                        : Path.of(cache, "jsgid/jdks"));
        return folders;
    }

    /** A JDK as its release file says; of feature version 0 when it is none, or is a link to one. */
    private static Jdk look(Path home) throws IOException {
        boolean isJdk = !Files.isSymbolicLink(home)
                && Files.isExecutable(home.resolve("bin/java"))
                && Files.isExecutable(home.resolve("bin/javac"))
                && Files.isReadable(home.resolve("release"));
        if (!isJdk) {
            return new Jdk(home, 0);
        }
        String version = "";
        Set<String> modules = new TreeSet<>();
        for (String line : Files.readAllLines(home.resolve("release"))) {
            if (line.startsWith("JAVA_VERSION=")) {
                version = unquoted(line);
            } else if (line.startsWith("MODULES=")) {
                modules.addAll(List.of(unquoted(line).split(" ", -1)));
            }
        }
        String number = version.startsWith("1.") ? version.substring(2) : version;
        String digits = number.replaceFirst("[^0-9].*", "");
        int feature = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        return new Jdk(home, feature, version, Jdk.Vm.HOTSPOT, modules);
    }

    private static String unquoted(String line) {
        return line.substring(line.indexOf('=') + 1).replace("\"", "");
    }
}
