package org.jsgid.harness.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.JavaHeap;
import org.jsgid.harness.ProcessTree;

/**
 * What the server holds while nothing is asked of it: before and after must be alike.
 *
 * @param processes argument 0 of each process but Apache's, and how many there are
 * @param descriptors for Apache's parent, its children and each monitor: what kinds, and how many; of the children the
 *     largest number
 * @param bytes of the same: of Apache's processes the proportional set size, of monitors the live heap
 * @param files names of sockets and routes in the run folder, numbers of generations left out
 */
record Holdings(
        Map<String, Long> processes,
        Map<String, Map<String, Long>> descriptors,
        Map<String, Long> bytes,
        List<String> files) {

    private static final long MORE_DESCRIPTORS = 6;
    private static final long MORE_BYTES = 2 << 20;

    static Holdings of(Server server) throws IOException {
        Httpd httpd = server.httpd();
        Map<String, Long> processes = new TreeMap<>();
        for (ProcessTree.Entry entry : httpd.tree().left()) {
            // How many children it has is Apache's own affair.
            if (!entry.title().endsWith("/apache2")) {
                processes.merge(entry.title(), 1L, Long::sum);
            }
        }
        Map<String, Map<String, Long>> descriptors = new TreeMap<>();
        Map<String, Long> bytes = new TreeMap<>();
        descriptors.put("Apache's parent", kinds(httpd.pid()));
        bytes.put("Apache's parent", ProcessTree.pssBytes(httpd.pid()));
        for (ProcessTree.Entry child : httpd.children()) {
            kinds(child.pid())
                    .forEach((kind, count) -> descriptors
                            .computeIfAbsent("Apache's children", ignored -> new TreeMap<>())
                            .merge(kind, count, Math::max));
            bytes.merge("Apache's children", ProcessTree.pssBytes(child.pid()), Math::max);
        }
        for (ProcessTree.Entry monitor : server.monitors()) {
            bytes.put(monitor.title(), JavaHeap.liveBytes(monitor.pid()));
            descriptors.put(monitor.title(), kinds(monitor.pid()));
        }
        List<String> files = new ArrayList<>();
        for (String folder : List.of("groups", "sockets", "control", "monitors")) {
            try (Stream<Path> entries = Files.list(httpd.runDir().resolve(folder))) {
                entries.map(entry -> folder + "/" + entry.getFileName())
                        .filter(name -> name.endsWith(".sock"))
                        .map(name -> name.replaceAll("\\.\\d+\\.sock$", ".N.sock"))
                        .sorted()
                        .forEach(files::add);
            }
        }
        return new Holdings(processes, descriptors, bytes, files);
    }

    /** What is there that was not before: one sentence for each. */
    List<String> leakedSince(Holdings before) {
        List<String> leaks = new ArrayList<>();
        if (!processes.equals(before.processes())) {
            leaks.add("processes: " + processes + ", before " + before.processes());
        }
        if (!files.equals(before.files())) {
            leaks.add("sockets and routes: " + files + ", before " + before.files());
        }
        descriptors.forEach((process, kinds) -> {
            Map<String, Long> earlier = before.descriptors().getOrDefault(process, Map.of());
            if (sum(kinds) > sum(earlier) + MORE_DESCRIPTORS) {
                leaks.add("descriptors of " + process + ": " + kinds + ", before " + earlier);
            }
        });
        bytes.forEach((process, count) -> {
            long earlier = before.bytes().getOrDefault(process, 0L);
            if (count > earlier + MORE_BYTES) {
                leaks.add("memory of " + process + ": " + count / 1024 + " KB, before " + earlier / 1024 + " KB");
            }
        });
        return leaks;
    }

    /** The figures, a line for each process, with the kinds of descriptors that there are more of. */
    List<String> figures(Holdings before) {
        List<String> lines = new ArrayList<>();
        bytes.forEach((process, count) -> {
            Map<String, Long> kinds = descriptors.getOrDefault(process, Map.of());
            Map<String, Long> earlier = before.descriptors().getOrDefault(process, Map.of());
            Map<String, Long> more = new TreeMap<>();
            kinds.forEach((kind, number) -> more.put(kind, number - earlier.getOrDefault(kind, 0L)));
            more.values().removeIf(number -> number <= 0);
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: %d descriptors, %d KB; before %d and %d KB%s",
                    process,
                    sum(kinds),
                    count / 1024,
                    sum(earlier),
                    before.bytes().getOrDefault(process, 0L) / 1024,
                    more.isEmpty() ? "" : "; more of " + more));
        });
        return lines;
    }

    private static long sum(Map<String, Long> kinds) {
        return kinds.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> kinds(long pid) throws IOException {
        Map<String, Long> kinds = new TreeMap<>();
        ProcessTree.descriptors(pid).values().forEach(what -> kinds.merge(what.replaceAll("\\d+", "N"), 1L, Long::sum));
        return kinds;
    }
}
