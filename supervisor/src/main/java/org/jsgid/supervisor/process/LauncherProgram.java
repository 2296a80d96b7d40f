package org.jsgid.supervisor.process;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteResultHandler;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.apache.commons.exec.StreamPumper;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.KeeperConnection;
import org.jsgid.supervisor.management.KeeperReport;
import org.jsgid.supervisor.management.ManagementServer;

/** Starts daemons with {@code libexec/jsgid-launch}, run by Commons Exec, and takes over those of a former monitor. */
public final class LauncherProgram implements DaemonLauncher {

    /**
     * Where things are.
     *
     * @param jsgidHome the installed image
     * @param managementSocket where launchers connect
     * @param temporaryFolder {@code RUN/tmp}, with a folder for each group
     */
    public record Places(Path jsgidHome, Path managementSocket, Path temporaryFolder) {}

    /** The launcher's own output ends with it, or when it has become the keeper. */
    private static final Duration FOR_THE_LAST_LINES = Duration.ofSeconds(1);

    /** What a keeper said before it exited is read within that time. */
    private static final Duration FOR_THE_LAST_WORDS = Duration.ofSeconds(5);

    private static final long SMALL_STACK = 192 * 1024L;

    private final Places places;
    private final LaunchPlans plans;
    private final ManagementServer management;
    private final EventLoop loop;
    private final Function<Order, LaunchMessage.Surroundings> surroundings;
    private final Function<Order, String> memos;
    private final DaemonArchives archives;
    private final Consumer<String> whenKeeperLost;
    private final ServerLog log = ServerLog.about("launcher");
    private final Map<Integer, String> launcherStatuses = LauncherStatuses.load();
    private final SecureRandom random = new SecureRandom();

    /**
     * Starts daemons as those plans say.
     *
     * @param surroundings asked at each launch
     * @param memos what a keeper is given for the next monitor
     * @param archives from which daemons start faster
     * @param whenKeeperLost told, on the event loop, of a group whose keeper was killed, so that nobody ended what its daemon started
     */
    public LauncherProgram(
            Places places,
            LaunchPlans plans,
            ManagementServer management,
            EventLoop loop,
            Function<Order, LaunchMessage.Surroundings> surroundings,
            Function<Order, String> memos,
            DaemonArchives archives,
            Consumer<String> whenKeeperLost) {
        this.places = places;
        this.plans = plans;
        this.management = management;
        this.loop = loop;
        this.surroundings = surroundings;
        this.memos = memos;
        this.archives = archives;
        this.whenKeeperLost = whenKeeperLost;
    }

    @Override
    public Handle launch(Order order, Listener listener) throws CannotLaunchException {
        GroupDefinition definition = order.definition();
        Path temporary = temporary(definition);
        LaunchRequest request = plans.request(definition, temporary);
        LaunchPlan plain = plans.plan(request);
        LaunchMessage.Surroundings around = surroundings.apply(order);
        String memo = memos.apply(order);
        DaemonArchives.Start start = archives.start(order, listener);
        Launched launched = new Launched(order, start, () -> {
            LaunchPlan plan = plain;
            try {
                plan = plans.plan(request.with(start.use(request)));
            } catch (CannotLaunchException | RuntimeException e) {
                log.warn("JSGID0398", "starts a daemon without an archive of its classes, since " + e.getMessage());
            }
            return LaunchMessage.launch(definition, plan, temporary, start.folder(), places.jsgidHome(), around, memo);
        });
        start.launched(launched.daemon);
        launched.start();
        return launched.daemon;
    }

    private KeptDaemon daemon(Order order, Listener listener, Optional<Path> archives) {
        Path temporary = temporary(order.definition());
        return new KeptDaemon(
                order,
                listener,
                loop,
                LaunchMessage.settings(
                        order.definition(),
                        order.generation(),
                        order.number(),
                        order.applications(),
                        temporary,
                        archives,
                        places.jsgidHome()),
                launcherStatuses);
    }

    private Path temporary(GroupDefinition definition) {
        return places.temporaryFolder().resolve(definition.name());
    }

    private static Thread smallThread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, SMALL_STACK);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Tells of daemons that a former monitor started, on the event loop, as their keepers come. From a keeper that nobody
     * attaches to nothing is read.
     */
    public ManagementServer.Adopter adopter(Consumer<Kept> whenCome) {
        return (connection, adopt, kept) -> {
            ProcessHandle keeper;
            try {
                keeper = ProcessHandle.of(connection.peerPid()).orElse(null);
            } catch (IOException e) {
                keeper = null;
            }
            Come come = new Come(connection, adopt, kept, keeper);
            loop.execute(() -> whenCome.accept(come));
            come.serve();
        };
    }

    /** A keeper that has come. Its thread waits for the event loop to say whose daemon it is. */
    private final class Come implements Kept {
        private final KeeperConnection connection;
        private final KeeperReport.Adopt adopt;
        private final ManagementServer.Kept kept;
        private final ProcessHandle keeper;
        private final CompletableFuture<Runnable> attached = new CompletableFuture<>();

        Come(KeeperConnection connection, KeeperReport.Adopt adopt, ManagementServer.Kept kept, ProcessHandle keeper) {
            this.connection = connection;
            this.adopt = adopt;
            this.kept = kept;
            this.keeper = keeper;
        }

        void serve() {
            attached.join().run();
        }

        @Override
        public String memo() {
            return adopt.memo();
        }

        @Override
        public long pid() {
            return adopt.pid();
        }

        @Override
        public long keeperPid() {
            return keeper == null ? 0 : keeper.pid();
        }

        @Override
        public FileDescriptor listener() {
            return kept.listener();
        }

        @Override
        public Handle attach(Order order, Listener listener) {
            KeptDaemon daemon = daemon(order, listener, Optional.empty());
            if (keeper != null) {
                daemon.keptBy(keeper);
            }
            daemon.adopt(connection, adopt.pid(), kept.management(), kept.output());
            attached.complete(() -> {
                daemon.readKeeper(connection);
                ended(daemon, listener, daemon.exitReason(ExitReason.ofLostKeeper(keeperPid())));
            });
            return daemon;
        }
    }

    private void ended(KeptDaemon daemon, Listener listener, ExitReason reason) {
        if (daemon.hasLostKeeper()) {
            loop.execute(() -> whenKeeperLost.accept(daemon.group()));
        }
        loop.execute(() -> listener.exited(reason));
    }

    /** One launched daemon: Commons Exec's view of the launcher, which becomes the keeper. */
    private final class Launched implements ProcessDestroyer, ExecuteResultHandler {
        private final Order order;
        private final Supplier<byte[]> message;
        private final Listener listener;
        private final KeptDaemon daemon;
        private final String token;
        private volatile Process process;

        /** What is told to the launcher is asked for when it has connected, on the thread that waits for that. */
        Launched(Order order, DaemonArchives.Start start, Supplier<byte[]> message) {
            this.order = order;
            this.message = message;
            this.listener = start;
            this.daemon = daemon(order, listener, start.folder());
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
            PumpStreamHandler pumps = new PumpStreamHandler(daemon.launcherOutput(), daemon.launcherOutput()) {
                @Override
                protected Thread createPump(InputStream from, OutputStream to, boolean closeWhenExhausted) {
                    return smallThread(
                            new StreamPumper(from, to, true),
                            "output " + order.definition().name());
                }
            };
            pumps.setStopTimeout(FOR_THE_LAST_LINES);
            DefaultExecutor executor = DefaultExecutor.builder()
                    .setThreadFactory(task ->
                            smallThread(task, "launch " + order.definition().name()))
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

        // Commons Exec tells the process destroyer of each process: the one way to learn the pid.
        @Override
        public boolean add(Process started) {
            process = started;
            daemon.keptBy(started.toHandle());
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

        private void connected(KeeperConnection connection) {
            try {
                Process launcher = process;
                if (launcher != null && connection.peerPid() != launcher.pid()) {
                    throw new IOException("process " + connection.peerPid() + " came in place of " + launcher.pid());
                }
                connection.sendLaunch(message.get(), order.listener());
            } catch (IOException e) {
                // It exits without its message, and says so, but not why.
                log.error("JSGID0352", "could not tell a launcher what to start: " + e.getMessage());
                return;
            }
            daemon.readKeeper(connection);
        }

        @Override
        public void onProcessComplete(int exitValue) {
            if (!management.forget(token) && daemon.hasConnected()) {
                daemon.awaitEnd(FOR_THE_LAST_WORDS);
            }
            ended(daemon, listener, daemon.exitReason(ExitReason.of(exitValue, launcherStatuses)));
        }

        @Override
        public void onProcessFailed(ExecuteException e) {
            Process started = process;
            if (started == null) {
                management.forget(token);
                ExitReason reason = new ExitReason(
                        OptionalInt.empty(), Optional.empty(), "the launcher could not be run: " + e.getMessage());
                loop.execute(() -> listener.exited(reason));
            } else {
                // The pumps of the launcher broke; the daemon does not depend on them.
                onProcessComplete(started.onExit().join().exitValue());
            }
        }
    }
}
