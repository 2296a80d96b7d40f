package org.jsgid.daemon;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.app.Applications;
import org.jsgid.daemon.app.ClassLoaders;
import org.jsgid.daemon.app.FileWatch;
import org.jsgid.daemon.app.Loader;
import org.jsgid.daemon.app.RejectedException;
import org.jsgid.daemon.fcgi.FcgiServer;
import org.jsgid.daemon.jsgi.JsgiLoader;
import org.jsgid.daemon.jsgi.JsgiSettings;
import org.jsgid.daemon.manage.DeadlockWatch;
import org.jsgid.daemon.manage.ManagementConnection;
import org.jsgid.daemon.manage.ManagementLine;
import org.jsgid.daemon.servlet.WarLoader;

/**
 * A daemon from its start to its end: loads applications, answers requests, drains. It drains once, whoever asks for it
 * first; it does not end the process.
 */
final class Daemon {

    /** Exit status when requests were still running at the end of the time to drain (EX_TEMPFAIL). */
    static final int DRAIN_TIMED_OUT = 75;

    /** How long a connection that was told that we go is still read (PROTOCOL.md, Going away). */
    private static final long GRACE_MILLIS = 1000;
    /** How long connections are still accepted: by a client that had looked up the route before it was changed. */
    private static final long ACCEPT_MILLIS = 500;

    private final DaemonSettings settings;
    private final ManagementConnection management;
    private final Applications applications;
    private final WarLoader wars;
    private final RequestQueue queue;
    private final RequestDispatcher dispatcher;
    private final FcgiServer server;
    private final AtomicBoolean isDraining = new AtomicBoolean();
    private volatile boolean isDrained;

    Daemon(ServerSocketChannel listener, ManagementConnection management, DaemonSettings settings) throws IOException {
        this.settings = settings;
        this.management = management;
        this.wars = new WarLoader(new File(settings.home(), "lib/containers"), JavaVersion.feature(), settings);
        JsgiLoader jsgi = new JsgiLoader(
                new ClassLoaders(Daemon.class.getClassLoader()),
                new JsgiSettings(
                        settings.group(), settings.threads(), settings.isMultiprocess(), settings.workFolder()));
        this.applications = new Applications(new ByKind(jsgi, wars), management);
        this.queue = new RequestQueue(settings.threads(), settings.queueLimit(), settings.queueTimeout());
        this.dispatcher = new RequestDispatcher(
                queue, applications, virtualThreads(settings), settings.requestTimeout(), settings.processes() > 1);
        this.server = new FcgiServer(listener, dispatcher);
    }

    private static VirtualThreads virtualThreads(DaemonSettings settings) {
        if (!settings.isVirtual()) {
            return null;
        }
        VirtualThreads found = VirtualThreads.find();
        if (found == null) {
            DaemonLog.line(
                    "JSGID0507",
                    "JsgiThreading virtual needs JDK 21 or later, and this is " + System.getProperty("java.version")
                            + "; applications run on platform threads.");
        }
        return found;
    }

    /** Loads the applications, and accepts requests from then on. */
    void start(List<ApplicationKey> preloaded) throws InterruptedException {
        // Before the applications, which may load for minutes: silence means to the monitor that this JVM is stuck.
        background(new Ticker(), "jsgid-counters");
        applications.preload(preloaded);
        server.start();
        background(new FileWatch(applications, management), "jsgid-watch");
        management.send(ManagementLine.of("ready"));
    }

    private static void background(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Drains as {@link #drain(int, boolean, int)} does; no request has called {@code System.exit}. */
    int drain(int seconds, boolean isQuick) throws InterruptedException {
        return drain(seconds, isQuick, 0);
    }

    /**
     * Finishes what runs and stops all applications.
     *
     * @param seconds how long requests may still run
     * @param isQuick accept nothing more, and end as soon as no request runs; clients are given no time to notice
     * @param leaving how many requests cannot end, since they called {@code System.exit} and wait for this; they are not
     *     waited for
     * @return the exit status: 0, or {@link #DRAIN_TIMED_OUT}; -1 when somebody else drains already
     */
    int drain(int seconds, boolean isQuick, int leaving) throws InterruptedException {
        if (!isDraining.compareAndSet(false, true)) {
            return -1;
        }
        management.send(ManagementLine.of("draining"));
        server.drain();
        long start = System.nanoTime();
        boolean isDone = false;
        while (true) {
            if (isQuick || millisSince(start) >= ACCEPT_MILLIS) {
                server.stopAccepting();
                isDone = (!server.isBusy() || (leaving > 0 && queue.active() <= leaving))
                        && (isQuick || !server.isWithinGrace(TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS)));
            }
            if (isDone || millisSince(start) >= seconds * 1000L) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        int running = queue.active();
        server.close();
        if (!isDone) {
            DaemonLog.line(
                    "JSGID0508",
                    "Draining has taken its " + seconds + " s, and " + running
                            + " requests still run; they break off.");
        }
        applications.stop();
        wars.close();
        WorkFolder.remove(settings.workFolder());
        management.send(ManagementLine.of("drained"));
        isDrained = true;
        return isDone ? 0 : DRAIN_TIMED_OUT;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /** Whether {@link #drain} has come to its end. */
    boolean isDrained() {
        return isDrained;
    }

    ManagementLine counters() {
        Runtime runtime = Runtime.getRuntime();
        return ManagementLine.of("counters")
                .with("requests", queue.requests())
                .with("active", queue.active())
                .with("waiting", queue.waiting())
                .with("oldest-waiting-millis", queue.oldestWaitingMillis())
                .with("threads", threads())
                .with("heap-used", runtime.totalMemory() - runtime.freeMemory())
                .with("heap-max", runtime.maxMemory());
    }

    /** Live threads of the JVM but for its own. */
    private static int threads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
            group = parent;
        }
        return group.activeCount();
    }

    /** What is done each second. */
    private final class Ticker implements Runnable {
        private final DeadlockWatch deadlocks = new DeadlockWatch();

        @Override
        public void run() {
            try {
                while (true) {
                    MicroClock.rebase();
                    management.send(counters());
                    dispatcher.interruptOverdue();
                    String threads = deadlocks.tick(dispatcher.ended(), queue.active());
                    if (threads != null) {
                        DaemonLog.line("JSGID0533", "Threads wait for each other for ever: " + threads);
                        management.send(ManagementLine.of("deadlock").with("threads", threads));
                    }
                    TimeUnit.SECONDS.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Knows an application's kind by its file. */
    private static final class ByKind implements Loader {
        private final Loader jsgi;
        private final Loader wars;

        ByKind(Loader jsgi, Loader wars) {
            this.jsgi = jsgi;
            this.wars = wars;
        }

        @Override
        public org.jsgid.daemon.app.RunningApplication load(ApplicationKey key) throws RejectedException {
            File file = new File(key.file());
            if (file.isDirectory()
                    ? new File(file, "WEB-INF").isDirectory()
                    : key.file().endsWith(".war")) {
                return wars.load(key);
            }
            if (file.isFile() && (key.file().endsWith(".java") || key.file().endsWith(".jar"))) {
                return jsgi.load(key);
            }
            throw new RejectedException(
                    "it is no application: neither a .war, a .jar, a .java file nor a folder with WEB-INF");
        }
    }
}
