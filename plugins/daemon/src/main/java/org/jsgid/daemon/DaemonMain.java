package org.jsgid.daemon;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.manage.ManagementConnection;
import org.jsgid.daemon.manage.ManagementLine;

/**
 * The program of a daemon. The launcher has put the group's listening socket on descriptor 0 and the management
 * connection on 3; everything else is said there. Exit status 0: drained; 75: drained with requests still running; 70: could
 * not start.
 */
public final class DaemonMain {

    private static final int CANNOT_START = 70;
    private static final int MANAGEMENT_DESCRIPTOR = 3;

    private DaemonMain() {}

    /** Runs until drained. */
    public static void main(String[] arguments) {
        long start = System.nanoTime();
        ProcessEnd.install();
        RequestLines.install();
        try {
            ManagementConnection management = management();
            String pid = ProcessId.get();
            management.send(ManagementLine.of("hello")
                    .with("pid", pid)
                    .with("java", System.getProperty("java.version"))
                    .with("vendor", System.getProperty("java.vendor")));
            long age = ageMillis();
            if (age > 0) {
                management.send(ManagementLine.of("step").with("name", "jvm").with("millis", age));
            }
            run(management, listener(), pid, start);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            DaemonLog.line("JSGID0500", "The daemon cannot start: " + e.getMessage() + "\n" + DaemonLog.trace(e));
            ProcessEnd.exit(CANNOT_START);
        } catch (InterruptedException e) {
            ProcessEnd.exit(CANNOT_START);
        }
    }

    private static void run(ManagementConnection management, ServerSocketChannel listener, String pid, long start)
            throws IOException, InterruptedException {
        ManagementLine group = null;
        List<ApplicationKey> preloaded = new ArrayList<>();
        Map<String, String> servletOptions = new LinkedHashMap<>();
        for (ManagementLine line = management.read(); ; line = management.read()) {
            if (line == null) {
                // Nobody waits for us; nothing has begun.
                ProcessEnd.exit(0);
                return;
            }
            String word = line.word();
            if (word.equals("group")) {
                group = line;
                // The monitor may be another one by now, which says everything from the beginning.
                preloaded.clear();
                servletOptions.clear();
            } else if (word.equals("servlet-option")) {
                servletOptions.put(line.field("name"), line.field("value"));
            } else if (word.equals("application")) {
                preloaded.add(
                        new ApplicationKey(line.field("file"), line.field("mount"), line.field("application-group")));
            } else if (word.equals("ping")) {
                management.send(ManagementLine.of("pong"));
            } else if (word.equals("report")) {
                management.sayAgain();
            } else if (word.equals("drain")) {
                ProcessEnd.exit(0);
                return;
            } else if (word.equals("start")) {
                break;
            }
        }
        if (group == null) {
            throw new IOException("the monitor sent start before group");
        }
        DaemonSettings settings = new DaemonSettings(
                group, servletOptions, WorkFolder.make(new File(group.field("temporary")), pid));
        Daemon daemon = new Daemon(listener, management, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(new Terminated(daemon, settings), "jsgid-shutdown"));
        management.send(ManagementLine.of("step")
                .with("name", "runtime")
                .with("millis", (System.nanoTime() - start) / 1_000_000));
        Thread commands = new Thread(new Commands(management, daemon, settings), "jsgid-management");
        commands.start();
        daemon.start(preloaded);
    }

    private static ServerSocketChannel listener() throws IOException {
        Channel channel = System.inheritedChannel();
        if (!(channel instanceof ServerSocketChannel)) {
            throw new IOException("descriptor 0 is " + (channel == null ? "no socket" : channel.getClass())
                    + "; the launcher puts the group's listening socket there");
        }
        return (ServerSocketChannel) channel;
    }

    private static ManagementConnection management() throws ReflectiveOperationException {
        Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
        // From JDK 16 on this needs --add-opens=java.base/java.io=ALL-UNNAMED, which launch plans give.
        constructor.setAccessible(true);
        FileDescriptor descriptor = constructor.newInstance(MANAGEMENT_DESCRIPTOR);
        return new ManagementConnection(new FileInputStream(descriptor), new FileOutputStream(descriptor));
    }

    /** Milliseconds since the process began, or 0 when that cannot be known. */
    private static long ageMillis() {
        try {
            String stat = read("/proc/self/stat");
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            String uptime = read("/proc/uptime");
            double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            // Field 22 of the line, in hundredths of a second (proc(5)); the first two are cut off.
            return Math.round(now * 1000) - Long.parseLong(fields[19]) * 10;
        } catch (IOException | RuntimeException noProc) {
            return 0;
        }
    }

    private static String read(String file) throws IOException {
        return new String(Files.readAllBytes(new File(file).toPath()), StandardCharsets.ISO_8859_1);
    }

    /** Ends the process at that time at the latest, whatever applications do in their shutdown hooks. */
    private static void haltAfter(int seconds, int status) {
        ProcessEnd.prepare();
        Thread guard = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(seconds);
                        DaemonLog.line(
                                "JSGID0509",
                                "An application's destroy, or a shutdown hook, takes more than the " + seconds
                                        + " s of JsgiShutdownTimeout; the process ends without it.");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    ProcessEnd.halt(status);
                },
                "jsgid-exit-guard");
        guard.setDaemon(true);
        guard.start();
    }

    /** How many threads wait in {@code System.exit} for the end of the shutdown hooks. */
    private static int leaving() {
        int threads = 0;
        for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
            for (StackTraceElement frame : stack) {
                if (frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit")) {
                    threads++;
                    break;
                }
            }
        }
        return threads;
    }

    /** Does what the monitor says. */
    private static final class Commands implements Runnable {
        private final ManagementConnection management;
        private final Daemon daemon;
        private final DaemonSettings settings;

        Commands(ManagementConnection management, Daemon daemon, DaemonSettings settings) {
            this.management = management;
            this.daemon = daemon;
            this.settings = settings;
        }

        @Override
        public void run() {
            for (ManagementLine line = management.read(); line != null; line = management.read()) {
                if (line.word().equals("ping")) {
                    management.send(ManagementLine.of("pong"));
                } else if (line.word().equals("report")) {
                    management.sayAgain();
                } else if (line.word().equals("drain")) {
                    // On a thread of its own: while it drains, the monitor may ping, or say drain with less time.
                    int seconds = Math.max(0, line.number("seconds", settings.gracefulTimeout()));
                    drain(seconds, seconds == 0);
                }
            }
            // Keeper and monitor are gone: nobody is left who would replace this process, or end it.
            drain(settings.shutdownTimeout(), true);
        }

        private void drain(int seconds, boolean isQuick) {
            Thread thread = new Thread(
                    () -> {
                        haltAfter(seconds + 1 + settings.shutdownTimeout(), Daemon.DRAIN_TIMED_OUT);
                        try {
                            int status = daemon.drain(seconds, isQuick);
                            if (status >= 0) {
                                ProcessEnd.exit(status);
                            }
                        } catch (InterruptedException e) {
                            ProcessEnd.halt(Daemon.DRAIN_TIMED_OUT);
                        }
                    },
                    "jsgid-drain");
            thread.start();
        }
    }

    /** SIGTERM, or an application's System.exit: a short drain. */
    private static final class Terminated implements Runnable {
        private final Daemon daemon;
        private final DaemonSettings settings;

        Terminated(Daemon daemon, DaemonSettings settings) {
            this.daemon = daemon;
            this.settings = settings;
        }

        @Override
        public void run() {
            if (daemon.isDrained()) {
                return;
            }
            haltAfter(settings.shutdownTimeout(), 128 + 15);
            try {
                // A second of it is for requests that end when they are interrupted.
                if (daemon.drain(settings.shutdownTimeout() - 1, true, leaving()) < 0) {
                    // Another thread drains; the process must not end under it. The guard bounds the wait.
                    while (!daemon.isDrained()) {
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
