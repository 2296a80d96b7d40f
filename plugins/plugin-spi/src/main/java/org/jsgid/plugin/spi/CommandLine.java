package org.jsgid.plugin.spi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The command line of a daemon, put together from flags and abilities. A plugin says which its generation has; what is
 * the same everywhere stands here once. Options of the profile and the group follow ours, so that they win; where the
 * JVM would not let them (two collectors, a heap that begins larger than it may become), ours is left out.
 */
public final class CommandLine {

    /** Heap of a group that says nothing about it. */
    public static final long DEFAULT_HEAP_BYTES = 256L << 20;

    /** Up to this heap the serial collector is the better one: less memory beside the heap, no helper threads. */
    public static final long SERIAL_HEAP_BYTES = 512L << 20;

    /** No heap begins larger: what an application does not need is not taken from the others. */
    private static final long LARGEST_FIRST_HEAP_BYTES = 256L << 20;

    /** Modules, and the logging of all parts of the JVM in one way (JEP 158), came together. */
    private static final int FIRST_WITH_MODULES = 9;

    /** Read by the daemon: it ends the process itself. */
    private static final String DIRECT_EXIT = "-Djsgid.exit=direct";

    private static final String MAIN = "org.jsgid.daemon.DaemonMain";

    /** The options that choose a collector on any JDK; others end in GC too. */
    private static final Pattern COLLECTOR =
            Pattern.compile("-XX:[+]Use(Serial|Parallel|ParallelOld|ParNew|ConcMarkSweep|G1|Z|Shenandoah|Epsilon)GC");

    /** A heap given as a share of the machine's memory, which {@code -Xmx} would make void. */
    private static final Pattern SHARE_OF_MEMORY = Pattern.compile("-XX:Max(RAM|RAMPercentage|RAMFraction)=.*");

    private static final Pattern INITIAL_HEAP = Pattern.compile("-(Xms|Xmx|XX:(Initial|Max)HeapSize=).*");

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

    /** Adds options that only HotSpot knows. */
    public CommandLine hotspot(String... more) {
        return request.jdk().vm() == Jdk.Vm.HOTSPOT ? options(more) : this;
    }

    /** Adds options of HotSpot that came with an update of JDK 8, and are in all later feature versions. */
    public CommandLine sinceUpdateOfEight(int update, String... more) {
        boolean isThere = request.feature() > 8 || request.jdk().updateOfEight() >= update;
        return isThere ? hotspot(more) : this;
    }

    /** Heap, stack and processors: explicit, since what a JVM finds out by itself depends on its version and the kernel. */
    public CommandLine limits() {
        boolean isShare = request.maxHeapBytes() == 0 && chosen(SHARE_OF_MEMORY);
        if (!isShare) {
            options.add("-Xmx" + heapBytes());
        }
        if (!isShare && !chosen(INITIAL_HEAP)) {
            options.add("-Xms" + Math.min(heapBytes() / 4, LARGEST_FIRST_HEAP_BYTES));
        }
        options.add("-Xss1m");
        if (request.processors() > 0) {
            sinceUpdateOfEight(191, "-XX:ActiveProcessorCount=" + request.processors());
        }
        return this;
    }

    /** Serial for a small heap or one processor, else G1; the same on all generations, whatever their own default. */
    public CommandLine collector() {
        if (chosen(COLLECTOR)) {
            return this;
        }
        boolean isSmall = heapBytes() <= SERIAL_HEAP_BYTES || request.processors() == 1;
        return hotspot(isSmall ? "-XX:+UseSerialGC" : "-XX:+UseG1GC");
    }

    /** Ends when memory is short, writes its crash file where the monitor looks, and says everything on standard error. */
    public CommandLine failures() {
        sinceUpdateOfEight(92, "-XX:+ExitOnOutOfMemoryError");
        if (request.reporting().heapDump()) {
            hotspot("-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=" + request.temporaryFolder());
        }
        return hotspot(
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

    /** Opens packages ({@code java.base/java.lang}) to code on the class path; a module that is not there is passed over. */
    public CommandLine opens(String... packages) {
        for (String each : packages) {
            if (request.feature() >= FIRST_WITH_MODULES
                    && request.jdk().has(each.substring(0, each.indexOf('/')))) {
                options.add("--add-opens=" + each + "=ALL-UNNAMED");
            }
        }
        return this;
    }

    /** What the daemon and stock Tomcat reach into, which has to be opened since there are modules. */
    public CommandLine opensWhatIsReachedInto() {
        // The first is for the management connection's descriptor; the others are what Tomcat's own start script opens,
        // for its cleaning up after web applications.
        return opens(
                "java.base/java.io",
                "java.base/java.lang",
                "java.base/java.lang.invoke",
                "java.base/java.util",
                "java.base/java.util.concurrent",
                "java.rmi/sun.rmi.transport");
    }

    /** A line for each garbage collection on standard error, when that is wanted, in the syntax of the version. */
    public CommandLine gcLog() {
        if (!request.reporting().gcLog()) {
            return this;
        }
        // The older ones go where DisplayVMOutputToStderr sends them. The monitor's log adds the time of day.
        return request.feature() < FIRST_WITH_MODULES
                ? hotspot("-XX:+PrintGC", "-XX:+PrintGCTimeStamps")
                : hotspot("-Xlog:gc:stderr:uptime,level,tags");
    }

    /** What that kind of archive needs; nothing is said of one that does not fit. */
    public CommandLine archive(ArchiveKind kind) {
        ArchiveUse use = request.archive();
        boolean isOff = kind == ArchiveKind.NONE || request.jdk().vm() != Jdk.Vm.HOTSPOT;
        if (isOff || use.mode() == ArchiveUse.Mode.NONE) {
            return this;
        }
        String file = use.file().map(Path::toString).orElse("");
        boolean records = use.mode() == ArchiveUse.Mode.RECORD;
        // The daemon ends itself, since such a JVM would assemble what it recorded in its exit (25), or link classes in a halt (17).
        return switch (kind) {
            case NONE -> this;
            case CLASS_LIST -> records
                    ? options("-XX:DumpLoadedClassList=" + file)
                    : options("-Xshare:auto", "-XX:SharedArchiveFile=" + file);
            case DYNAMIC -> records
                    ? options("-XX:+RecordDynamicDumpInfo", "-Xlog:cds*=off", DIRECT_EXIT)
                    : options("-Xshare:auto", "-XX:SharedArchiveFile=" + file, "-Xlog:cds*=off");
            case AOT -> records
                    ? options(
                            "-XX:AOTMode=record",
                            "-XX:AOTConfiguration=" + file,
                            "-Xlog:aot*=off",
                            "-Xlog:cds*=off",
                            DIRECT_EXIT)
                    : options("-XX:AOTMode=auto", "-XX:AOTCache=" + file, "-Xlog:aot*=off", "-Xlog:cds*=off");
        };
    }

    /** The finished plan. */
    public LaunchPlan plan() {
        List<String> all = new ArrayList<>(options);
        all.addAll(request.profileOptions());
        all.addAll(request.groupOptions());
        StringBuilder classPath = new StringBuilder(request.jsgidHome().resolve("lib/daemon") + "/*");
        request.archive().extraClassPath().forEach(jar -> classPath.append(':').append(jar));
        // Last: an option of a group must not replace the daemon's own classes.
        List<String> program = List.of("-cp", classPath.toString(), MAIN);
        return new LaunchPlan(request.jdk().home().resolve("bin/java"), all, program, environment());
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

    private boolean chosen(Pattern option) {
        Predicate<String> isIt = option.asMatchPredicate();
        return request.profileOptions().stream().anyMatch(isIt)
                || request.groupOptions().stream().anyMatch(isIt);
    }
}
