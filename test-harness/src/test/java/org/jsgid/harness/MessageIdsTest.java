package org.jsgid.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The ids of messages, over the whole tree: an administrator who searches for one must find one explanation. */
class MessageIdsTest {

    /** Surefire says where the module is. */
    private static final Path TREE = Path.of(System.getProperty("basedir")).getParent();

    private static final Pattern ID = Pattern.compile("JSGID(\\d{4})");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m:^\\s*//.*$)", Pattern.DOTALL);

    /** Ids that several files use for the same thing: JSGID0012 is any mistake in a directive's values. */
    private static final Set<String> SHARED = Set.of("JSGID0012");

    /** Where messages come from, and the first two digits of their ids: the end of supervisor/CONTROL.md. */
    private static final Map<String, Set<String>> RANGES = Map.of(
            "apache-module/src", Set.of("00", "01", "04"),
            "apache-module/launcher", Set.of("02"),
            "supervisor/src/main", Set.of("03", "08"),
            "jdk-profiles/packages", Set.of("08"),
            "plugins/daemon/src/main", Set.of("05", "06"),
            "plugins/tomcat-common/src/main", Set.of("07"));

    @Test
    void eachIdStandsInOneFileAndInTheRangeOfItsPart() throws IOException {
        Map<String, Set<String>> filesById = new TreeMap<>();
        Set<String> outOfRange = new TreeSet<>();
        for (Map.Entry<String, Set<String>> part : RANGES.entrySet()) {
            for (Path file : sources(TREE.resolve(part.getKey()))) {
                String name = TREE.relativize(file).toString();
                Matcher ids = ID.matcher(code(file));
                while (ids.find()) {
                    filesById
                            .computeIfAbsent(ids.group(), id -> new TreeSet<>())
                            .add(name);
                    if (!part.getValue().contains(ids.group(1).substring(0, 2))) {
                        outOfRange.add(ids.group() + " in " + name);
                    }
                }
            }
        }

        assertThat(filesById).as("ids found").hasSizeGreaterThan(50);
        assertThat(outOfRange).as("ids that belong to another part").isEmpty();
        filesById.keySet().removeAll(SHARED);
        filesById.values().removeIf(files -> files.size() == 1);
        assertThat(filesById).as("ids of messages in several files").isEmpty();
    }

    @Test
    void noOtherPartHasMessagesWithIds() throws IOException {
        Set<String> unknown = new TreeSet<>();
        for (String part : List.of("apache-module", "supervisor", "plugins", "jdk-profiles")) {
            for (Path file : sources(TREE.resolve(part))) {
                String name = TREE.relativize(file).toString();
                boolean isKnown = RANGES.keySet().stream().anyMatch(known -> name.startsWith(known + "/"));
                if (!isKnown && ID.matcher(code(file)).find()) {
                    unknown.add(name);
                }
            }
        }
        assertThat(unknown)
                .as("files with ids, and no range for them in this test and in supervisor/CONTROL.md")
                .isEmpty();
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(c|h|inc|java|sh)"))
                    .filter(file -> !TREE.relativize(file).toString().matches("(.*/)?(test|target)/.*"))
                    .sorted()
                    .toList();
        }
    }

    private static String code(Path file) throws IOException {
        return COMMENT.matcher(Files.readString(file, StandardCharsets.UTF_8)).replaceAll("");
    }
}
