package org.jsgid.harness.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What others than the client know of a request: the applications' marks tell which daemon began it, Apache's forensic
 * log which child had read its head. Both are written before the work, so they are there whatever became of the process.
 */
final class Evidence {

    private static final Pattern BEGUN = Pattern.compile("^\\+(\\d+):[^|]*\\|[^|]*[?&]id=([\\w-]+)");

    private final Map<String, List<Long>> begun = new HashMap<>();
    private final Map<String, Long> children = new HashMap<>();

    /** Reads both. */
    static Evidence read(Path marks, Path forensicLog) throws IOException {
        Evidence evidence = new Evidence();
        try (Stream<Path> files = Files.list(marks)) {
            for (Path file : files.toList()) {
                long pid = Long.parseLong(file.getFileName().toString());
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    if (line.startsWith("begin ")) {
                        evidence.addBegun(line.substring("begin ".length()), pid);
                    }
                }
            }
        }
        try (Stream<String> lines = Files.lines(forensicLog, StandardCharsets.ISO_8859_1)) {
            lines.forEach(evidence::addForensic);
        }
        return evidence;
    }

    void addBegun(String id, long pid) {
        begun.computeIfAbsent(id, ignored -> new ArrayList<>()).add(pid);
    }

    private void addForensic(String line) {
        Matcher matcher = BEGUN.matcher(line);
        if (matcher.find()) {
            addChild(matcher.group(2), Long.parseLong(matcher.group(1)));
        }
    }

    void addChild(String id, long pid) {
        children.put(id, pid);
    }

    /** The daemons that began a request, once for each time. */
    List<Long> begunBy(String id) {
        return begun.getOrDefault(id, List.of());
    }

    /** The child of Apache that had read its head, or 0. */
    long child(String id) {
        return children.getOrDefault(id, 0L);
    }
}
