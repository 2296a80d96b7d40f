package org.jsgid.supervisor.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteResultHandler;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.apache.commons.exec.StreamPumper;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;
import org.jsgid.supervisor.jdk.PluginSelector;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.management.ManagementCodec;
import org.jsgid.supervisor.management.ManagementConnection;
import org.jsgid.supervisor.management.ManagementServer;

/** Starts daemons with {@code libexec/jsgid-launch}, run by Commons Exec. */
public final class LauncherProgram implements DaemonLauncher {

    /**
     * Where things are.
     *
     * @param jsgidHome the installed image
     * @param managementSocket where launchers connect
     * @param temporaryFolder {@code RUN/tmp}, with a folder for each group
     */
    public record Places(Path jsgidHome, Path managementSocket, Path temporaryFolder) {}

    /** A child of a daemon may keep its pipes open; the daemon's exit is not kept back for longer than this. */
    private static final Duration FOR_THE_LAST_LINES = Duration.ofSeconds(1);

    private static final long SMALL_STACK = 192 * 1024L;

    private final Places places;
    private final List<Plugin> plugins;
    private final ManagementServer management;
    private final EventLoop loop;
    private final boolean switchUser;
    private final Map<Integer, String> launcherStatuses = LauncherStatuses.load();
    private final SecureRandom random = new SecureRandom();

    /** Uses these plugins; {@code switchUser} says whether the monitor is root. */
    public LauncherProgram(
            Places places, List<Plugin> plugins, ManagementServer management, EventLoop loop, boolean switchUser) {
        this.places = places;
        this.plugins = List.copyOf(plugins);
        this.management = management;
        this.loop = loop;
        this.switchUser = switchUser;
    }

    @Override
    public Handle launch(Order order, Listener listener) throws CannotLaunchException {
        Path temporary = places.temporaryFolder().resolve(order.definition().name());
        Launched launched = new Launched(order, plan(order.definition(), temporary), temporary, listener);
        launched.start();
        return launched;
    }

    private LaunchPlan plan(GroupDefinition group, Path temporary) throws CannotLaunchException {
        int feature = group.jdk().feature();
        Plugin plugin = PluginSelector.select(plugins, feature)
                .orElseThrow(() -> new CannotLaunchException("no plugin below " + places.jsgidHome()
                        + "/lib/plugins serves Java " + feature + "; there are: " + names()));
        try {
            return plugin.plan(new LaunchRequest(
                    group.name(),
                    places.jsgidHome(),
                    group.jdk().home(),
                    feature,
                    group.threads(),
                    group.jvm().maxHeapBytes(),
                    Runtime.getRuntime().availableProcessors(),
                    temporary,
                    group.jdk().options(),
                    group.jvm().options(),
                    LaunchMessage.environment(group, temporary)));
        } catch (RuntimeException | LinkageError e) {
            throw new CannotLaunchException("the plugin " + plugin.name() + " cannot plan its start: " + e);
        }
    }

    private String names() {
        return plugins.isEmpty()
                ? "none"
                : String.join(", ", plugins.stream().map(Plugin::name).toList());
    }

    /** One launched daemon: the threads of its output, its connection and its exit, all telling the event loop. */
    private final class Launched implements Handle, ProcessDestroyer, ExecuteResultHandler {
        private final Order order;
        private final LaunchPlan plan;
        private final Path temporary;
        private final Listener listener;
        private final ServerLog log;
        private final LineBuffer lines;
        private final OutputStream standardOutput;
        private final OutputStream standardError;
        private final String token;
        private volatile Process process;
        private volatile ManagementConnection connection;
        private volatile boolean killWhenStarted;
        private volatile String failure;

        Launched(Order order, LaunchPlan plan, Path temporary, Listener listener) {
            this.order = order;
            this.plan = plan;
            this.temporary = temporary;
            this.listener = listener;
            this.log = ServerLog.about("group " + order.definition().name());
            this.lines = new LineBuffer(line -> log.notice("JSGID0350", "[daemon " + pid() + "] " + line));
            this.standardOutput = lines.newStream();
            this.standardError = lines.newStream();
            byte[] secret = new byte[16];
            random.nextBytes(secret);
            this.token = HexFormat.of().formatHex(secret);
        }

        void start() {
            management.expect(token, this::connected);
            CommandLine command = new CommandLine(
                    places.jsgidHome().resolve("libexec/jsgid-launch").toFile());
            command.addArgument("--management");
            command.addArgument(places.managementSocket().toString(), false);
            command.addArgument("--token");
            command.addArgument(token);
            PumpStreamHandler pumps = new PumpStreamHandler(standardOutput, standardError) {
                @Override
                protected Thread createPump(InputStream from, OutputStream to, boolean closeWhenExhausted) {
                    return smallThread(new StreamPumper(from, to, closeWhenExhausted), "output");
                }
            };
            pumps.setStopTimeout(FOR_THE_LAST_LINES);
            DefaultExecutor executor = DefaultExecutor.builder()
                    .setThreadFactory(task -> smallThread(task, "launch"))
                    .setExecuteStreamHandler(pumps)
                    .setWorkingDirectory(Path.of("/"))
                    .get();
            executor.setProcessDestroyer(this);
            // Every exit value is a result here, not a failure.
            executor.setExitValues(null);
            try {
                // The token is visible in the process list; it is of no use there, since the socket is the monitor's.
                executor.execute(command, Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"), this);
            } catch (IOException e) {
                onProcessFailed(new ExecuteException(e.getMessage(), -1, e));
            }
        }

        private Thread smallThread(Runnable task, String name) {
            Thread thread =
                    new Thread(null, task, name + " " + order.definition().name(), SMALL_STACK);
            thread.setDaemon(true);
            return thread;
        }

        // Commons Exec tells the process destroyer of each process: the one way to learn the pid.
        @Override
        public boolean add(Process started) {
            process = started;
            if (killWhenStarted) {
                kill();
            }
            return true;
        }

        @Override
        public boolean remove(Process ended) {
            return true;
        }

        @Override
        public int size() {
            return process == null ? 0 : 1;
        }

        private void connected(ManagementConnection newConnection) {
            String lost = "";
            try (newConnection) {
                if (process != null && newConnection.peerPid() != pid()) {
                    throw new IOException("process " + newConnection.peerPid() + " came in place of " + pid());
                }
                newConnection.sendLaunch(
                        LaunchMessage.launch(order.definition(), plan, temporary, places.jsgidHome(), switchUser),
                        order.listener());
                connection = newConnection;
                loop.execute(listener::started);
                DaemonReport report;
                while ((report = newConnection.read()) != null) {
                    tell(newConnection, report);
                }
            } catch (IOException e) {
                lost = String.valueOf(e.getMessage());
            }
            String reason = lost;
            loop.execute(() -> listener.connectionLost(reason));
        }

        private void tell(ManagementConnection from, DaemonReport report) throws IOException {
            if (report instanceof DaemonReport.Hello) {
                from.send(LaunchMessage.settings(
                        order.definition(), order.applications(), temporary, places.jsgidHome()));
            } else if (report instanceof DaemonReport.Failed failed) {
                failure = failed.reason();
            }
            loop.execute(() -> listener.reported(report));
        }

        @Override
        public void onProcessComplete(int exitValue) {
            ended(ExitReason.of(exitValue, launcherStatuses));
        }

        @Override
        public void onProcessFailed(ExecuteException e) {
            Process started = process;
            if (started == null) {
                ended(new ExitReason(
                        OptionalInt.empty(), Optional.empty(), "the launcher could not be run: " + e.getMessage()));
            } else {
                // The pumps broke, or a child still holds them: this daemon would stop at its next line of output.
                kill();
                onProcessComplete(started.onExit().join().exitValue());
            }
        }

        private void ended(ExitReason exit) {
            management.forget(token);
            ProcessKiller.endLeftovers(pid());
            try {
                standardOutput.close();
                standardError.close();
            } catch (IOException e) {
                throw new IllegalStateException("a buffer in memory does not fail", e);
            }
            String why = failure;
            ExitReason reason = why == null ? exit : exit.because(why);
            loop.execute(() -> listener.exited(reason));
        }

        @Override
        public long pid() {
            Process started = process;
            return started == null ? 0 : started.pid();
        }

        @Override
        public void drain(Duration within) {
            ManagementConnection open = connection;
            boolean told = open != null
                    && open.trySend(ManagementCodec.encode(
                            "drain", new LinkedHashMap<>(Map.of("seconds", Long.toString(within.toSeconds())))));
            if (!told) {
                terminate();
            }
        }

        @Override
        public void terminate() {
            signal("TERM");
        }

        @Override
        public void kill() {
            signal("KILL");
        }

        private void signal(String signal) {
            killWhenStarted = true;
            Process started = process;
            if (started != null && started.isAlive()) {
                ProcessKiller.signal(signal, started.pid());
            }
        }

        @Override
        public void threadDump() {
            Process started = process;
            if (started != null && started.isAlive()) {
                ProcessKiller.signalOne("QUIT", started.pid());
            }
        }

        @Override
        public List<String> lastLines() {
            return lines.lastLines();
        }
    }
}
