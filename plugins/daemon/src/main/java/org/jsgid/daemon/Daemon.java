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
import org.jsgid.daemon.fcgi.RequestExchange;
import org.jsgid.daemon.fcgi.TcpListener;
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
    /** Both, for a daemon that has had nothing to do for a while: hardly anybody is about to send it something. */
    private static final long QUIET_GRACE_MILLIS = 200;

    private static final long QUIET_AFTER_MILLIS = 3000;
    /** How long requests that wait in the queue keep their sessions here. */
    private static final long HANDOVER_MILLIS = 2000;
    /** How long requests have to end after they were interrupted since the time to drain was over. */
    private static final long MERCY_MILLIS = 1000;
    /** How long upgraded connections have to end after their applications were stopped. */
    private static final long FAREWELL_MILLIS = 1000;
    /** How long the last reports may take. */
    private static final long LAST_WORDS_MILLIS = 500;

    private final DaemonSettings settings;
    private final ManagementConnection management;
    private final Applications applications;
    private final WarLoader wars;
    private final RequestQueue queue;
    private final RequestDispatcher dispatcher;
    private final FcgiServer server;
    private final RequestTimer timer;
    private final AtomicBoolean isDraining = new AtomicBoolean();
    private volatile long drainEndNanos = Long.MAX_VALUE;
    private volatile boolean isQuick;
    private volatile boolean isDrained;

    Daemon(ServerSocketChannel listener, ManagementConnection management, DaemonSettings settings) throws IOException {
        this.settings = settings;
        this.management = management;
        this.wars = new WarLoader(new File(settings.home(), "lib/containers"), JavaVersion.feature(), settings);
        JsgiLoader jsgi = new JsgiLoader(
                new ClassLoaders(Daemon.class.getClassLoader()),
                new JsgiSettings(
                        settings.group(),
                        settings.threads(),
                        settings.isMultiprocess(),
                        settings.process(),
                        settings.workFolder(),
                        settings.archives()));
        this.applications = new Applications(new ByKind(jsgi, wars), management, settings.ownerCheck());
        this.queue = new RequestQueue(settings.threads(), settings.queueLimit(), settings.queueTimeout());
        this.dispatcher =
                new RequestDispatcher(
                        queue, applications, settings.threads(), virtualThreads(settings), settings.processes() > 1, settings.process());
        this.server = new FcgiServer(listener, dispatcher);
        this.timer = settings.requestTimeout() == 0
                ? null
                : new RequestTimer(server, settings.requestTimeout(), new StuckReport());
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
        if (timer != null) {
            background(timer, "jsgid-request-timer");
        }
        if (!settings.listen().isEmpty()) {
            server.listen(new TcpListener(settings.listen(), settings.listenFrom()));
        }
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
    int drain(int seconds, boolean quickly) throws InterruptedException {
        return drain(seconds, quickly, 0);
    }

    /**
     * Finishes what runs and stops all applications. When it is called again while it does, the time may only become shorter.
     *
     * @param seconds how long requests may still run; they are interrupted then, and have a second more
     * @param quickly accept nothing more, and end as soon as no request runs; clients are given no time to notice
     * @param leaving how many requests cannot end, since they called {@code System.exit} and wait for this; they are not
     *     waited for, and neither are stuck ones
     * @return the exit status: 0, or {@link #DRAIN_TIMED_OUT}; -1 when somebody else drains already
     */
    int drain(int seconds, boolean quickly, int leaving) throws InterruptedException {
        synchronized (isDraining) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            drainEndNanos = isDraining.get() && drainEndNanos - end < 0 ? drainEndNanos : end;
            isQuick |= quickly;
            if (!isDraining.compareAndSet(false, true)) {
                return -1;
            }
        }
        management.send(ManagementLine.of("draining"));
        boolean isDone = finish(leaving);
        if (!isDone) {
            DaemonLog.line(
                    "JSGID0508",
                    "Draining has taken its " + seconds + " s, and " + server.running().size()
                            + " requests still run; they are interrupted, and break off.");
            interruptAll();
        }
        server.close();
        server.drainUpgraded();
        applications.stop();
        server.closeUpgraded(isQuick ? 0 : FAREWELL_MILLIS);
        wars.close();
        WorkFolder.remove(settings.workFolder());
        management.send(ManagementLine.of("drained"));
        isDrained = true;
        management.flush(LAST_WORDS_MILLIS);
        return isDone ? 0 : DRAIN_TIMED_OUT;
    }

    /** Serves until nothing is left to be served; false when the time is over before. */
    private boolean finish(int leaving) throws InterruptedException {
        boolean isQuiet = queue.idleMillis() >= QUIET_AFTER_MILLIS;
        long requests = queue.requests();
        server.drain();
        long start = System.nanoTime();
        boolean isHandedOver = false;
        while (true) {
            if (!isHandedOver && (queue.waiting() == 0 || isQuick || millisSince(start) >= HANDOVER_MILLIS)) {
                // A request that waits would not find what has gone to the next process.
                isHandedOver = true;
                applications.drain();
            }
            isQuiet &= queue.requests() == requests;
            if (isQuick || millisSince(start) >= (isQuiet ? QUIET_GRACE_MILLIS : ACCEPT_MILLIS)) {
                server.stopAccepting();
                long grace = isQuick ? 0 : isQuiet ? QUIET_GRACE_MILLIS : GRACE_MILLIS;
                if (!isBusy(leaving) && !server.isWithinGrace(TimeUnit.MILLISECONDS.toNanos(grace))) {
                    return true;
                }
            }
            if (drainEndNanos - System.nanoTime() <= 0) {
                if (!isHandedOver) {
                    applications.drain();
                }
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private boolean isBusy(int leaving) {
        return server.isBusy() && !(leaving > 0 && server.running().size() - stuck() <= leaving);
    }

    /** For code that ends when it is asked to. */
    private void interruptAll() throws InterruptedException {
        for (RequestExchange request : server.running()) {
            request.interrupt();
        }
        long start = System.nanoTime();
        while (server.isBusy() && millisSince(start) < MERCY_MILLIS) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private int stuck() {
        return timer == null ? 0 : timer.stuck();
    }

    /** Tells the monitor that requests do not end. */
    private final class StuckReport implements Runnable {
        @Override
        public void run() {
            management.send(ManagementLine.of("stuck").with("requests", stuck()));
        }
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
                .with("upgraded", server.upgradedConnections())
                .with("heap-used", runtime.totalMemory() - runtime.freeMemory())
                .with("heap-max", runtime.maxMemory())
                .with("idle-millis", queue.idleMillis())
                .with("stuck", stuck());
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
                    try {
                        lookForDeadlock();
                    } catch (RuntimeException e) {
                        // The counters must go on: silence means to the monitor that this JVM hangs.
                        DaemonLog.line("JSGID0538", "Looking for deadlocks failed: " + DaemonLog.trace(e));
                    }
                    TimeUnit.SECONDS.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void lookForDeadlock() {
            long longest = 0;
            for (RequestExchange request : server.running()) {
                longest = Math.max(longest, request.threadNanos());
            }
            String threads = deadlocks.tick(dispatcher.ended(), queue.running(), longest);
            if (deadlocks.details() != null) {
                DaemonLog.line("JSGID0533", "Threads wait for each other for ever:" + deadlocks.details());
            }
            if (threads != null) {
                management.send(ManagementLine.of("deadlock").with("threads", threads));
            }
        }
    }

    /** Knows an application's kind by its file. */
    private final class ByKind implements Loader {
        private final Loader jsgi;
        private final Loader wars;

        ByKind(Loader jsgi, Loader wars) {
            this.jsgi = jsgi;
            this.wars = wars;
        }

        /** On the thread that is about to load, and has run nothing of an application yet. */
        private void allowDetaching() throws RejectedException {
            try {
                server.allowDetaching();
            } catch (IOException e) {
                throw new RejectedException("nothing can wait for its asynchronous requests: " + e.getMessage(), e);
            }
        }

        @Override
        public org.jsgid.daemon.app.RunningApplication load(ApplicationKey key) throws RejectedException {
            File file = new File(key.file());
            if (file.isDirectory()
                    ? new File(file, "WEB-INF").isDirectory()
                    : key.file().endsWith(".war")) {
                allowDetaching();
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
