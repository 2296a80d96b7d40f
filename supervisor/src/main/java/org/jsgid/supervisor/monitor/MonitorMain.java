package org.jsgid.supervisor.monitor;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.archive.Archives;
import org.jsgid.supervisor.control.ControlCommands;
import org.jsgid.supervisor.control.ControlServer;
import org.jsgid.supervisor.control.DiagnosticCommands;
import org.jsgid.supervisor.control.PeerPolicy;
import org.jsgid.supervisor.diagnostics.AttachProgram;
import org.jsgid.supervisor.log.LogSetup;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.ManagementServer;
import org.jsgid.supervisor.process.Cgroups;
import org.jsgid.supervisor.process.InstalledPlugins;
import org.jsgid.supervisor.process.LaunchPlans;
import org.jsgid.supervisor.process.LauncherProgram;
import org.jsgid.supervisor.process.OshiProcessFigures;

/** Starts a monitor: arguments, log, sockets, exit status; nothing else. */
public final class MonitorMain {

    /** Exit status when the command line is wrong. */
    private static final int USAGE = 2;

    /** Exit status when the configuration cannot be used or a socket cannot be bound. */
    private static final int UNUSABLE = 3;

    /** Exit status after a fault in jsgid itself. */
    private static final int FAULT = 4;

    private MonitorMain() {}

    /** Runs until the monitor has been told to stop and has stopped. */
    public static void main(String[] arguments) {
        LogSetup.logTo(Optional.empty());
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> dieOf(fault));
        MonitorArguments parsed;
        try {
            parsed = MonitorArguments.parse(arguments);
        } catch (IllegalArgumentException e) {
            ServerLog.about("monitor").error("JSGID0345", "cannot start: " + e.getMessage());
            System.exit(USAGE);
            return;
        }
        nameProcess();
        useOwnLibraries();
        ServerLog log = ServerLog.about("monitor " + parsed.profile());
        try {
            int status = run(new RunFolder(parsed.runFolder(), parsed.profile()), log);
            System.exit(status);
        } catch (ConfigProblemsException | IOException e) {
            log.error(
                    "JSGID0300",
                    "cannot start with run folder " + parsed.runFolder() + ": " + e.getMessage()
                            + ". Apache starts it again; if that does not help, restart Apache");
            System.exit(UNUSABLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.exit(UNUSABLE);
        }
    }

    private static int run(RunFolder folder, ServerLog log)
            throws ConfigProblemsException, IOException, InterruptedException {
        MonitorConfig config = MonitorConfigReader.read(folder.config());
        LogSetup.logTo(config.errorLog())
                .ifPresent(problem -> log.warn("JSGID0317", "logs to descriptor 2, since " + problem));
        log.notice(
                "JSGID0318",
                "starts on Java " + Runtime.version() + " for " + config.jdk().home());
        Path home = Path.of(System.getProperty("jsgid.home", "/usr/lib/jsgid"));
        long ownUid = ownUid();
        SingleThreadLoop loop = new SingleThreadLoop(log, MonitorMain::dieOf);
        CountDownLatch ended = new CountDownLatch(1);
        ManagementServer management = new ManagementServer(folder.managementSocket(), ownUid, log);
        LaunchContext context = new LaunchContext(ownUid == 0);
        LaunchPlans plans = new LaunchPlans(home, InstalledPlugins.load(home.resolve("lib/plugins"), log));
        Archives archives = new Archives(home, plans, loop, folder.temporary(), folder.monitors(), ownUid == 0, log);
        context.useArchives(archives);
        LauncherProgram launcher = new LauncherProgram(
                new LauncherProgram.Places(home, folder.managementSocket(), folder.temporary()),
                plans,
                management,
                loop,
                order -> context.surroundings(),
                context::memo,
                archives,
                context::keeperLost);
        Cgroups cgroups = Cgroups.find(config.instance(), log);
        CgroupLauncher inCgroups = new CgroupLauncher(launcher, cgroups, context::nextEnters, loop);
        if (config.groups().stream().anyMatch(group -> group.limits().memoryHardBytes() > 0)) {
            log.notice(
                    "JSGID0392",
                    "memory limits are kept by "
                            + (cgroups.whyNone().isEmpty()
                                    ? "cgroups of the kernel"
                                    : "looking each second, since " + cgroups.whyNone()));
        }
        List<Closeable> sockets = new CopyOnWriteArrayList<>(List.of(management));
        Monitor monitor = new Monitor(folder, loop, inCgroups, context, plans, ownUid == 0, log, () -> {
            archives.close();
            closeAll(sockets, log);
            cgroups.removeIfEmpty();
            ended.countDown();
        });
        PeerPolicy policy = new PeerPolicy(folder.ownerUid(), config.apacheUid());
        ControlServer control = new ControlServer(
                folder.controlSocket(),
                new ControlCommands(
                        monitor,
                        loop,
                        policy,
                        new OshiProcessFigures(),
                        new DiagnosticCommands(new AttachProgram(home), loop, folder.temporary(), ownUid == 0)),
                policy,
                log);
        sockets.add(control);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopForSignal(loop, monitor, ended), "signal"));
        // Whoever asks for the status waits until it is known what there is.
        cgroups.removeLeftovers();
        loop.execute(() -> monitor.begin(config, control::start));
        management.start(launcher.adopter(kept -> monitor.keeperCame(inCgroups.watched(kept))));
        Thread channel = new Thread(
                null,
                new MonitorChannel(new FileInputStream(FileDescriptor.in), loop, monitor, log)::read,
                "channel",
                192 * 1024L);
        channel.setDaemon(true);
        channel.start();
        ended.await();
        return 0;
    }

    private static void closeAll(List<Closeable> sockets, ServerLog log) {
        for (Closeable socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                log.warn("JSGID0312", "cannot remove a socket of its own: " + e);
            }
        }
    }

    /**
     * A fault that no code expects, such as an image replaced under the running monitor, ends it: a monitor that goes on
     * with a thread missing would be worse than a new one, which Apache's parent starts at once.
     */
    private static void dieOf(Throwable fault) {
        try {
            ServerLog.about("monitor")
                    .fault("JSGID0319", "ends because of a fault in jsgid itself; Apache starts it again", fault);
        } finally {
            Runtime.getRuntime().halt(FAULT);
        }
    }

    /** SIGTERM is {@code stop 5}: the JVM runs its shutdown hooks, and ends when this one returns. */
    private static void stopForSignal(SingleThreadLoop loop, Monitor monitor, CountDownLatch ended) {
        loop.execute(() -> monitor.stop(MonitorChannel.DEFAULT_STOP));
        try {
            ended.await(MonitorChannel.DEFAULT_STOP.toSeconds() + 10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What {@code top} shows; argument 0 already says more. */
    private static void nameProcess() {
        try {
            Files.writeString(Path.of("/proc/self/comm"), "jsgid-monitor", StandardCharsets.US_ASCII);
        } catch (IOException e) {
            // Only a name.
        }
    }

    /**
     * Native libraries come from the image, which nobody else can write to. Left to themselves, junixsocket and JNA
     * would unpack theirs into /tmp and load them from there into a process of root's.
     */
    private static void useOwnLibraries() {
        Path folder = Path.of(System.getProperty("jsgid.home", "/usr/lib/jsgid"), "lib/supervisor/native");
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "amd64";
        System.setProperty(
                "org.newsclub.net.unix.library.override",
                folder.resolve(architecture).resolve("libjunixsocket-native.so").toString());
        System.setProperty("jna.nounpack", "true");
        System.setProperty("jna.nosys", "true");
        System.setProperty("jna.boot.library.path", folder.resolve(architecture).toString());
    }

    private static long ownUid() throws IOException {
        return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue() & 0xFFFF_FFFFL;
    }
}
