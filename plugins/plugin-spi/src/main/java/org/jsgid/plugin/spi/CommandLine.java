package org.jsgid.plugin.spi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The command line of a daemon, put together from flags and abilities. A plugin says which its generation has; what is
 * the same everywhere stands here once. Options of the profile and the group follow ours, so that they win; where the
 * JVM would not let them (two collectors), ours is left out.
 */
public final class CommandLine {

    /** Heap of a group that says nothing about it. */
    public static final long DEFAULT_HEAP_BYTES = 256L << 20;

    /** Up to this heap the serial collector is the better one: less memory beside the heap, no helper threads. */
    public static final long SERIAL_HEAP_BYTES = 512L << 20;

    private static final String MAIN = "org.jsgid.daemon.DaemonMain";

    private final LaunchRequest request;
    private final List<String> options = new ArrayList<>();

    private CommandLine(LaunchRequest request) {
        this.request = requireNonNull(request, "request");
    }

    /** A command line without options. */
    public static CommandLine of(LaunchRequest request) {
        return new CommandLine(request);
    }

    /** Adds options as they are. */
    public CommandLine options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Adds options that exist, or are of use, from a feature version on. */
    public CommandLine since(int feature, String... more) {
        return request.feature() >= feature ? options(more) : this;
    }

    /** Adds options that exist, or are of use, up to a feature version. */
    public CommandLine until(int feature, String... more) {
        return request.feature() <= feature ? options(more) : this;
    }

    /** Heap, stack and processors: explicit, since what a JVM finds out by itself depends on its version and the kernel. */
    public CommandLine limits() {
        options.add("-Xmx" + heapBytes());
        options.add("-Xss1m");
        if (request.processors() > 0) {
            options.add("-XX:ActiveProcessorCount=" + request.processors());
        }
        return this;
    }

    /** Serial for a small heap or one processor, else G1; the same on all generations, whatever their own default. */
    public CommandLine collector() {
        if (chosen(CommandLine::isCollector)) {
            return this;
        }
        boolean isSmall = heapBytes() <= SERIAL_HEAP_BYTES || request.processors() == 1;
        return options(isSmall ? "-XX:+UseSerialGC" : "-XX:+UseG1GC");
    }

    /** Ends when memory is short, writes its crash file where the monitor looks, and says everything on standard error. */
    public CommandLine failures() {
        return options(
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + request.temporaryFolder().resolve("hs_err_pid%p.log"),
                "-XX:+DisplayVMOutputToStderr");
    }

    /** UTF-8 for files and standard streams, the group's temporary folder, no display. */
    public CommandLine surroundings() {
        return options(
                "-Djava.io.tmpdir=" + request.temporaryFolder(),
                "-Dfile.encoding=UTF-8",
                "-Dsun.stdout.encoding=UTF-8",
                "-Dsun.stderr.encoding=UTF-8",
                "-Djava.awt.headless=true");
    }

    /** Opens packages ({@code java.base/java.lang}) to code on the class path. */
    public CommandLine opens(String... packages) {
        for (String each : packages) {
            options.add("--add-opens=" + each + "=ALL-UNNAMED");
        }
        return this;
    }

    /** The finished plan. */
    public LaunchPlan plan() {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(request.profileOptions());
        arguments.addAll(request.groupOptions());
        // Last: an option of a group must not replace the daemon's own classes.
        arguments.add("-cp");
        arguments.add(request.jsgidHome().resolve("lib/daemon") + "/*");
        arguments.add(MAIN);
        Path java = request.javaHome().resolve("bin/java");
        return new LaunchPlan(java, arguments, environment());
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        if (!request.environment().containsKey("LC_ALL")) {
            // Names of files are read in the locale's encoding.
            environment.put("LANG", "C.UTF-8");
        }
        environment.putAll(request.environment());
        return environment;
    }

    private long heapBytes() {
        return request.maxHeapBytes() > 0 ? request.maxHeapBytes() : DEFAULT_HEAP_BYTES;
    }

    private boolean chosen(Predicate<String> option) {
        return request.profileOptions().stream().anyMatch(option)
                || request.groupOptions().stream().anyMatch(option);
    }

    private static boolean isCollector(String option) {
        return option.matches("-XX:[+]Use\\w+GC");
    }
}
