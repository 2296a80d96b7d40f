package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A private Apache httpd: a server root of its own, a free port of 127.0.0.1, the chosen MPM. Runs in the foreground as
 * a child of the test. Closing it stops it and fails if a process is left.
 */
public final class Httpd implements AutoCloseable {

    /** Debian's modules. */
    static final Path MODULES = Path.of("/usr/lib/apache2/modules");

    private static final String PROGRAM = "/usr/sbin/apache2";

    /** What monitors are called in the list of processes, before the profile's name. */
    private static final String MONITOR = "jsgid-monitor ";

    private static final String LOG_LEVEL = System.getProperty("jsgid.test.loglevel", "info");
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);

    /** Longest time from the wish to stop to the last process gone: the draining of groups included. */
    public static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    /** Below those that Linux gives to clients, which begin at 32768 unless somebody has changed that. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 1500;
    private static final int FORKS = 8;

    /** Which of the processes that run tests at the same time this one is; Failsafe says it. */
    private static final int FORK = Integer.getInteger("surefire.forkNumber", 0);

    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new SecureRandom().nextInt(PORTS));

    /** From the end of Apache's parent to that of the last process that is already ending. */
    private static final Duration GONE_WITHIN = Duration.ofSeconds(5);

    private static final Duration NOTICES_WITHIN = Duration.ofSeconds(10);

    /** A process that has nothing to finish drains within a second. */
    private static final Duration DRAINS_WITHIN = Duration.ofSeconds(4);

    private final TestFolder folder;
    private final int port;
    private final HttpdErrorLog errorLog;
    private final ProcessTree tree;
    private final SortedSet<Integer> features = new TreeSet<>();
    private RunningProcess process;
    private String umask;

    /** Makes the server root; nothing is started. */
    public Httpd(String name) {
        folder = TestFolder.create(name);
        port = freePort();
        errorLog = new HttpdErrorLog(root().resolve("error.log"));
        tree = new ProcessTree(root());
        try {
            Files.createDirectories(documents());
            Files.createDirectories(profileDir());
            Files.createDirectories(root().resolve("conf"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A port that nothing listens on. Not one of those that the kernel gives to clients: until Apache listens there,
     * somebody's connection could have taken it. Test runs beside each other have ranges of their own.
     */
    public static int freePort() {
        for (int i = 0; i < PORTS; i++) {
            int candidate = FIRST_PORT + FORK % FORKS * PORTS + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody has it.
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST_PORT + " on");
    }

    /** The server root. */
    public Path root() {
        return folder.path();
    }

    /** {@code JsgiRunDir}. */
    public Path runDir() {
        return root().resolve("run");
    }

    /** The only profile folder of this server. */
    public Path profileDir() {
        return root().resolve("jdk.d");
    }

    /** The document root. */
    public Path documents() {
        return root().resolve("htdocs");
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** A client of it. */
    public Client client() {
        return new Client(port);
    }

    /** The command for it. */
    public Ctl ctl() {
        return new Ctl(runDir(), profileDir());
    }

    /** Its error log. */
    public HttpdErrorLog errorLog() {
        return errorLog;
    }

    /** Its processes. */
    public ProcessTree tree() {
        return tree;
    }

    /** Whether the parent runs. */
    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** The process id of the parent. */
    public long pid() {
        return process.pid();
    }

    /** What the monitors say. */
    public Status status() throws IOException {
        return Status.of(runDir());
    }

    /** Writes a profile for a JDK. */
    public void addProfile(String name, InstalledJdks.Jdk jdk, String... lines) {
        List<String> text = new ArrayList<>(List.of("home = " + jdk.home()));
        text.addAll(List.of(lines));
        write(profileDir().resolve(name + ".conf"), String.join("\n", text) + "\n");
    }

    /** Writes a profile {@code jdk-FEATURE} for every JDK of this machine that jsgid has a plugin for. */
    public void addInstalledProfiles() {
        int lowest = Image.lowestFeature();
        for (InstalledJdks.Jdk jdk : InstalledJdks.all()) {
            if (jdk.feature() >= lowest) {
                addProfile("jdk-" + jdk.feature(), jdk);
            }
        }
    }

    /** Writes the configuration; takes effect at the next start or graceful restart. */
    public void configure(HttpdConf conf) {
        features.addAll(conf.features());
        write(configuration(), conf.render(this, LOG_LEVEL));
    }

    /** The feature versions of the JDKs that its configurations so far have named, or left to be chosen. */
    public SortedSet<Integer> features() {
        return Collections.unmodifiableSortedSet(features);
    }

    /** The file mode creation mask of the shell that starts it next. */
    public void umask(String octal) {
        umask = octal;
    }

    /** {@code apachectl configtest}. */
    public RunningProcess.Completed configtest() {
        return RunningProcess.run(command("-t"));
    }

    /** Starts it and waits until it accepts connections. Groups may still be starting. */
    public void start() {
        // A session of its own: Apache in the foreground ends its whole process group when it stops, and ours is in
        // that
        // of the build. setsid executes the program, so the process id stays.
        List<String> command = new ArrayList<>();
        if (umask != null) {
            command.addAll(List.of("/bin/sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
        }
        command.add("/usr/bin/setsid");
        command.addAll(command("-DFOREGROUND"));
        process = RunningProcess.start(command, root(), RunningProcess.plainEnvironment());
        Await.value(
                "Apache to accept connections at port " + port,
                STARTS_WITHIN,
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(
                                "Apache has ended:\n" + process.output() + "\n" + String.join("\n", errorLog.lines()));
                    }
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    }
                },
                connected -> connected);
    }

    /** Waits until groups serve and none of their processes is still starting. */
    public void awaitReady(String... groups) {
        for (String name : groups) {
            awaitGroup(name, "to be ready", group -> {
                if ("failed".equals(group.state())) {
                    throw new AssertionError("group " + name + " has failed: " + group);
                }
                return "ready".equals(group.state())
                        && group.processes().stream().noneMatch(process -> "starting".equals(process.state()));
            });
        }
        tree.below(pid());
    }

    /** Waits until a group is as wanted, and returns it. */
    public Status.Group awaitGroup(String name, String what, Predicate<Status.Group> good) {
        return awaitGroup(name, what, Duration.ofSeconds(30), good);
    }

    /** Waits until a group is as wanted, and returns it. */
    public Status.Group awaitGroup(String name, String what, Duration deadline, Predicate<Status.Group> good) {
        return Await.value("group " + name + " " + what, deadline, () -> status().group(name), good);
    }

    /**
     * Waits until the monitors have noticed what was done to their processes, and said so in the log: no process that a
     * monitor speaks of is gone, none drains, and every monitor answers. What a test leaves unfinished on purpose is not
     * waited for longer than a few seconds.
     */
    public void awaitQuiet() {
        if (!isRunning()) {
            return;
        }
        Await.atMost(
                NOTICES_WITHIN,
                () -> Status.ofAll(runDir()).filter(Httpd::knowsNoDead).isPresent());
        Await.atMost(
                DRAINS_WITHIN,
                () -> Status.ofAll(runDir()).filter(Httpd::isAtRest).isPresent());
    }

    private static boolean knowsNoDead(Status status) {
        return processes(status).allMatch(each -> each.pid() <= 0 || ProcessTree.isAlive(each.pid()));
    }

    private static boolean isAtRest(Status status) {
        return processes(status).noneMatch(each -> "draining".equals(each.state())) && knowsNoDead(status);
    }

    private static Stream<Status.DaemonProcess> processes(Status status) {
        return status.groups().stream()
                .flatMap(group -> group.processes() == null ? Stream.of() : group.processes().stream());
    }

    /** A graceful restart; returns when the parent has read its configuration again, and the monitors theirs. */
    public void graceful() {
        int mark = errorLog.mark();
        RunningProcess.run(command("-k", "graceful")).expectSuccess();
        errorLog.awaitLine(mark, "resuming normal operations", STARTS_WITHIN);
        // Until then a group looks ready that is about to be renewed. A monitor that dies says nothing.
        Await.atMost(
                NOTICES_WITHIN,
                () -> monitorsAtWork()
                        .allMatch(monitor -> !errorLog.linesSince(
                                        mark, "JSGID0301: \\[monitor " + Pattern.quote(monitor) + "\\]")
                                .isEmpty()));
    }

    /** The profiles whose monitors are there, and not stopped by a test. */
    private Stream<String> monitorsAtWork() {
        return ProcessTree.children(pid()).stream()
                .filter(entry -> entry.state() != 'T' && entry.title().startsWith(MONITOR))
                .map(entry -> entry.title().substring(MONITOR.length()));
    }

    /** {@code apachectl restart}, which ends the children at once; returns when the configuration has been read again. */
    public void restart() {
        int mark = errorLog.mark();
        RunningProcess.run(command("-k", "restart")).expectSuccess();
        errorLog.awaitLine(mark, "resuming normal operations", STARTS_WITHIN);
    }

    /** The processes of Apache that serve, without monitors. */
    public List<ProcessTree.Entry> children() {
        return ProcessTree.children(pid()).stream()
                .filter(entry -> entry.title().equals(PROGRAM))
                .toList();
    }

    /** Kills the parent, as a crash would. */
    public void killParent() {
        tree.below(pid());
        process.close();
        process.await(Duration.ofSeconds(10));
    }

    /** Stops it with that {@code -k} command ({@code stop}, {@code graceful-stop}) and waits until nothing is left. */
    public void stop(String how) {
        tree.below(pid());
        RunningProcess.run(command("-k", how)).expectSuccess();
        process.await(STOPS_WITHIN);
        tree.assertNothingLeft(GONE_WITHIN);
    }

    /** The command line of httpd for this server. */
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(PROGRAM, "-d", root().toString(), "-f", configuration().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Stops it; what is left after that is ended hard, and a failure. */
    @Override
    public void close() {
        try {
            if (isRunning()) {
                stop("stop");
            } else {
                tree.assertNothingLeft(STOPS_WITHIN);
            }
        } finally {
            if (process != null) {
                process.close();
            }
            tree.killAll();
            folder.close();
        }
    }

    private Path configuration() {
        return root().resolve("conf/httpd.conf");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
