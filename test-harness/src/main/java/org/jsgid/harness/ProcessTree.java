package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Who is whose child, read from /proc. A tree remembers every process that it has seen, by process id and start time,
 * so that one which was given away to init, and one which reused an id, are told apart.
 */
public final class ProcessTree {

    /**
     * One process.
     *
     * @param started clock ticks since boot, which with the id makes it unique
     * @param state letter of proc(5): Z is a zombie, which holds nothing but its entry
     * @param arguments the command line; argument 0 is what {@code ps} shows
     */
    public record Entry(long pid, long parent, long started, char state, List<String> arguments) {

        /** Argument 0, or an empty text for a process that has none. */
        public String title() {
            return arguments.isEmpty() ? "" : arguments.get(0);
        }

        private Identity identity() {
            return new Identity(pid, started);
        }
    }

    private record Identity(long pid, long started) {}

    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    private final Path serverRoot;
    private final Map<Identity, Entry> seen = new ConcurrentHashMap<>();

    /**
     * A tree of the processes of one server.
     *
     * @param serverRoot a path that no other server's command lines contain; a process that mentions it belongs here
     */
    public ProcessTree(Path serverRoot) {
        this.serverRoot = serverRoot;
    }

    /** The process of that id, when there is one that is not a zombie. */
    public static Optional<Entry> process(long pid) {
        return read(pid).filter(entry -> entry.state() != 'Z');
    }

    /** Whether a process of that id runs (a zombie does not). */
    public static boolean isAlive(long pid) {
        return process(pid).isPresent();
    }

    /** All processes of this machine that are not zombies, by process id. */
    public static Map<Long, Entry> all() {
        Map<Long, Entry> entries = new TreeMap<>();
        try (Stream<Path> folders = Files.list(Path.of("/proc"))) {
            folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .forEach(name -> process(Long.parseLong(name)).ifPresent(entry -> entries.put(entry.pid(), entry)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    /** The direct children of a process. */
    public static List<Entry> children(long pid) {
        return all().values().stream().filter(entry -> entry.parent() == pid).toList();
    }

    /** A process and everything below it that runs now, remembered for {@link #assertNothingLeft}. */
    public List<Entry> below(long pid) {
        Map<Long, Entry> all = all();
        Set<Long> members = new HashSet<>(Set.of(pid));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Entry entry : all.values()) {
                grown |= members.contains(entry.parent()) && members.add(entry.pid());
            }
        }
        List<Entry> entries =
                members.stream().map(all::get).filter(entry -> entry != null).toList();
        entries.forEach(entry -> seen.put(entry.identity(), entry));
        return entries;
    }

    /** The server's processes that run now, wherever they hang. */
    public List<Entry> left() {
        List<Entry> left = new ArrayList<>();
        for (Entry entry : all().values()) {
            boolean ours = seen.containsKey(entry.identity())
                    || entry.arguments().stream().anyMatch(argument -> argument.contains(serverRoot.toString()));
            if (ours && entry.pid() != ProcessHandle.current().pid()) {
                left.add(entry);
            }
        }
        return left;
    }

    /** Waits until no process of the server is left. */
    public void assertNothingLeft(Duration deadline) {
        Await.value("all processes of " + serverRoot + " to be gone", deadline, this::left, List::isEmpty);
    }

    /** Ends what is left, hard; for cleaning up after a failure. */
    public void killAll() {
        for (Entry entry : left()) {
            ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /**
     * Sends a signal by its name without SIG: {@code KILL}, {@code TERM}, {@code USR1}. After {@code STOP} it returns when
     * no thread runs any more: until then each may still do something.
     */
    public static void signal(long pid, String name) {
        RunningProcess.run(List.of("kill", "-" + name, Long.toString(pid))).expectSuccess();
        if (name.equals("STOP")) {
            Await.until("all threads of process " + pid + " to stand still", STOPS_WITHIN, () -> isStopped(pid));
        }
    }

    private static boolean isStopped(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Proportional set size: private pages, and shared ones divided by the number of processes that share them.
     *
     * @return bytes
     */
    public static long pssBytes(long pid) throws IOException {
        return field(Path.of("/proc", Long.toString(pid), "smaps_rollup"), "Pss") * 1024;
    }

    /** A line of {@code /proc/PID/status}, without its name: {@code status(1, "Umask")} is {@code 0022}. */
    public static String status(long pid, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * Resident size.
     *
     * @return bytes
     */
    public static long rssBytes(long pid) throws IOException {
        return field(Path.of("/proc", Long.toString(pid), "status"), "VmRSS") * 1024;
    }

    /** What the open descriptors of a process refer to, by their numbers; of another user's process only root sees it. */
    public static Map<Integer, String> descriptors(long pid) throws IOException {
        Map<Integer, String> found = new TreeMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path entry : entries.toList()) {
                try {
                    found.put(
                            Integer.parseInt(entry.getFileName().toString()),
                            Files.readSymbolicLink(entry).toString());
                } catch (NoSuchFileException e) {
                    // Closed while we look.
                }
            }
        }
        return found;
    }

    private static long field(Path file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Optional<Entry> read(long pid) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name, in parentheses, may contain anything; what follows the last one is numbers.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            byte[] commandLine = Files.readAllBytes(folder.resolve("cmdline"));
            List<String> arguments = commandLine.length == 0
                    ? List.of()
                    : Arrays.asList(new String(commandLine, StandardCharsets.UTF_8).split("\0", -1));
            return Optional.of(new Entry(
                    pid, Long.parseLong(fields[1]), Long.parseLong(fields[19]), fields[0].charAt(0), arguments));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ESRCH while reading: it ended in between.
            if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("no such process")) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }
}
