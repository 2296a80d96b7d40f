package org.jsgid.supervisor.process;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.management.KeeperConnection;
import org.jsgid.supervisor.management.KeeperReport;
import org.jsgid.supervisor.management.MalformedLineException;
import org.jsgid.supervisor.management.ManagementCodec;
import org.jsgid.supervisor.management.ManagementConnection;

/**
 * One daemon and its keeper, started by this monitor or adopted: reads what both say, each on a thread of its own, and
 * tells the event loop. {@link DaemonLauncher.Listener#exited} is told by whoever owns this, after {@link #awaitEnd}.
 */
final class KeptDaemon implements DaemonLauncher.Handle {

    /** A daemon that was killed leaves pipes that end at once; nobody waits longer for what is still in them. */
    private static final Duration FOR_THE_LAST_LINES = Duration.ofSeconds(1);

    /** A keeper that is stopped, or stuck, does not do what it is told; it is killed after that time. */
    private static final Duration KEEPER_ANSWERS = Duration.ofSeconds(2);

    private static final int READ_BYTES = 4096;
    private static final long SMALL_STACK = 192 * 1024L;

    private final DaemonLauncher.Order order;
    private final DaemonLauncher.Listener listener;
    private final EventLoop loop;
    private final String settings;
    private final Map<Integer, String> launcherStatuses;
    private final ServerLog log;
    private final LineBuffer lines;
    private final OutputStream output;
    /** What the daemon printed while it had no monitor: another thread's, so lines of the two must not mix. */
    private final OutputStream keptOutput;

    private final CountDownLatch keeperGone = new CountDownLatch(1);
    private volatile ProcessHandle keeper;
    private volatile KeeperConnection connection;
    private volatile ManagementConnection management;
    private volatile long pid;
    private volatile boolean isKilled;
    private volatile boolean isConnected;
    private volatile String failure;
    private volatile ExitReason exit;
    private volatile Thread managementReader;
    private volatile Thread outputReader;

    /**
     * A daemon whose keeper is not known yet.
     *
     * @param settings what the daemon is told when it says hello
     */
    KeptDaemon(
            DaemonLauncher.Order order,
            DaemonLauncher.Listener listener,
            EventLoop loop,
            String settings,
            Map<Integer, String> launcherStatuses) {
        this.order = order;
        this.listener = listener;
        this.loop = loop;
        this.settings = settings;
        this.launcherStatuses = launcherStatuses;
        this.log = ServerLog.about("group " + order.definition().name());
        this.lines = new LineBuffer(line -> log.notice("JSGID0350", "[daemon " + pid + "] " + line));
        this.output = lines.newStream();
        this.keptOutput = lines.newStream();
    }

    /** The process that is, or becomes, the keeper. */
    void keptBy(ProcessHandle process) {
        keeper = process;
        if (isKilled) {
            process.destroyForcibly();
        }
    }

    /** The name of its group. */
    String group() {
        return order.definition().name();
    }

    /** Whether a keeper has connected. */
    boolean hasConnected() {
        return isConnected;
    }

    /** A stream for what the launcher itself prints. */
    OutputStream launcherOutput() {
        return lines.newStream();
    }

    /** Reads what a keeper says that this monitor started, until its end. */
    void readKeeper(KeeperConnection from) {
        isConnected = true;
        connection = from;
        try {
            KeeperReport report;
            while ((report = from.read()) != null) {
                heard(from, report);
            }
            if (exit == null) {
                // Killed, or it gave this monitor up: then it would come back as one to be adopted.
                killKeeper();
            }
        } catch (IOException e) {
            if (exit == null) {
                // It would come back as one to be adopted, and then two would answer for one daemon.
                log.warn(
                        "JSGID0351",
                        "the connection to keeper " + keeperPid() + " broke, which ends its daemon: " + e.getMessage());
                killKeeper();
            }
        } finally {
            connection = null;
            awaitReaders();
            keeperGone.countDown();
        }
    }

    /** An adopted daemon can be told things from now on; {@link #readKeeper} follows. */
    void adopt(KeeperConnection from, long daemonPid, FileDescriptor managementEnd, FileDescriptor outputEnd) {
        isConnected = true;
        connection = from;
        begin(daemonPid, managementEnd, outputEnd, true);
    }

    private void heard(KeeperConnection from, KeeperReport report) throws IOException {
        if (report instanceof KeeperReport.Started started) {
            List<FileDescriptor> descriptors = from.takeDescriptors(2);
            begin(started.pid(), descriptors.get(0), descriptors.get(1), false);
            loop.execute(listener::started);
            if (isKilled) {
                kill();
            }
        } else if (report instanceof KeeperReport.Failed failed) {
            failure = failed.reason();
        } else if (report instanceof KeeperReport.Output printed) {
            if (printed.lost() > 0) {
                keptOutput.write(
                        ("[" + printed.lost() + " bytes of output were dropped]\n").getBytes(StandardCharsets.UTF_8));
            }
            keptOutput.write(printed.text().getBytes(StandardCharsets.UTF_8));
        } else if (report instanceof KeeperReport.Exited exited) {
            exit = ExitReason.ofStatus(exited.status(), launcherStatuses);
        } else if (report instanceof KeeperReport.Ended ended) {
            exit = ExitReason.ofSignal(ended.signal(), ended.core());
        }
    }

    private void begin(long daemonPid, FileDescriptor managementEnd, FileDescriptor outputEnd, boolean isAdopted) {
        pid = daemonPid;
        outputReader = thread(() -> readOutput(outputEnd), "output");
        ManagementConnection opened = new ManagementConnection(managementEnd, isAdopted);
        if (isAdopted) {
            // The empty line ends one that the former monitor did not finish; so nothing may be sent before it.
            opened.trySend("\nreport");
        }
        management = opened;
        managementReader = thread(() -> readManagement(opened), "daemon");
    }

    private Thread thread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name + " " + order.definition().name(), SMALL_STACK);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void readOutput(FileDescriptor from) {
        byte[] bytes = new byte[READ_BYTES];
        try (InputStream input = new FileInputStream(from)) {
            int count;
            while ((count = input.read(bytes)) > 0) {
                output.write(bytes, 0, count);
            }
        } catch (IOException e) {
            log.warn("JSGID0353", "cannot read what daemon " + pid + " prints any more: " + e.getMessage());
        }
    }

    private void readManagement(ManagementConnection from) {
        String lost = "";
        try (from) {
            DaemonReport report;
            while ((report = from.read()) != null) {
                tell(from, report);
            }
        } catch (MalformedLineException e) {
            lost = String.valueOf(e.getMessage());
        } catch (IOException e) {
            // Reset, since the daemon ended before it had read everything: its end is the keeper's to tell.
            lost = "";
        }
        String reason = lost;
        loop.execute(() -> listener.connectionLost(reason));
    }

    private void tell(ManagementConnection from, DaemonReport report) throws IOException {
        if (report instanceof DaemonReport.Hello) {
            // Also to an adopted one: whether the former monitor got so far is not known, and twice does no harm.
            from.send(settings);
        } else if (report instanceof DaemonReport.Failed failed) {
            failure = failed.reason();
        }
        loop.execute(() -> listener.reported(report));
    }

    private void awaitReaders() {
        try {
            for (Thread reader : new Thread[] {managementReader, outputReader}) {
                if (reader != null) {
                    reader.join(FOR_THE_LAST_LINES.toMillis());
                }
            }
            keptOutput.close();
            output.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("a buffer in memory does not fail", e);
        }
    }

    /** Waits until all is read that the keeper and the daemon said, or that time is over. */
    void awaitEnd(Duration atMost) {
        try {
            if (!keeperGone.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("JSGID0354", "keeper " + keeperPid() + " is gone, but its connection is still open");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * How the daemon ended, as far as the keeper said.
     *
     * @param otherwise when there has not been a daemon
     */
    ExitReason exitReason(ExitReason otherwise) {
        ExitReason known = exit;
        if (known == null) {
            known = pid == 0 ? otherwise : ExitReason.ofLostKeeper(keeperPid());
        }
        String why = failure;
        return why == null ? known : known.because(why);
    }

    /** Whether the keeper went without saying how its daemon ended, so that nobody ended what the daemon had started. */
    boolean hasLostKeeper() {
        return pid != 0 && exit == null;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public long keeperPid() {
        ProcessHandle known = keeper;
        return known == null ? 0 : known.pid();
    }

    @Override
    public void drain(Duration within) {
        ManagementConnection open = management;
        boolean told = open != null
                && open.trySend(ManagementCodec.encode(
                        "drain", new LinkedHashMap<>(Map.of("seconds", Long.toString(within.toSeconds())))));
        if (!told) {
            terminate();
        }
    }

    @Override
    public void terminate() {
        if (pid == 0) {
            kill();
        } else if (!tell("TERM", false)) {
            // To a keeper, SIGTERM means the same.
            keeper().ifPresent(ProcessHandle::destroy);
        }
    }

    @Override
    public void kill() {
        isKilled = true;
        if (pid == 0 || !tell("KILL", true)) {
            killKeeper();
        } else {
            loop.after(KEEPER_ANSWERS, this::killKeeper);
        }
    }

    @Override
    public void threadDump() {
        if (pid != 0 && !tell("QUIT", false)) {
            log.warn("JSGID0355", "keeper " + keeperPid() + " does not listen; no thread dump of daemon " + pid);
        }
    }

    private boolean tell(String signal, boolean all) {
        KeeperConnection open = connection;
        return open != null && open.trySignal(signal, all);
    }

    /** The kernel ends the daemon with its keeper. */
    private void killKeeper() {
        if (keeperGone.getCount() > 0) {
            keeper().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Optional<ProcessHandle> keeper() {
        return Optional.ofNullable(keeper);
    }

    @Override
    public List<String> lastLines() {
        return lines.lastLines();
    }
}
