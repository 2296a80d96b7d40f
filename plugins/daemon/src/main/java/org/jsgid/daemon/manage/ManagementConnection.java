package org.jsgid.daemon.manage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.app.ApplicationReports;
import org.jsgid.daemon.app.RunningApplication;

/**
 * The daemon's end of the management connection. Reports come from any thread and never make it wait, although nobody may
 * read for minutes (a monitor that died is being replaced): a thread of its own writes them. Of {@code counters} only the
 * newest is kept; of the others {@value #MOST_WAITING}, and when some had to be dropped everything is said again.
 */
public final class ManagementConnection implements ApplicationReports {

    /** Most lines that wait to be written. */
    static final int MOST_WAITING = 500;

    private final BufferedReader reader;
    private final OutputStream out;
    private final Object lock = new Object();

    // All below: guarded by the lock.
    private final ReportMemory memory = new ReportMemory();
    private final ArrayDeque<ManagementLine> waiting = new ArrayDeque<>();
    private ManagementLine counters;
    private int dropped;
    private boolean isWriting;
    private boolean isGone;
    private Thread writer;

    /** On those streams. */
    public ManagementConnection(InputStream in, OutputStream out) {
        this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1024);
        this.out = out;
    }

    /** The next line that says something, or null when nobody is there any more. */
    public ManagementLine read() {
        try {
            String text = reader.readLine();
            while (text != null && text.isEmpty()) {
                text = reader.readLine();
            }
            return text == null ? null : ManagementLine.parse(text);
        } catch (IOException e) {
            return null;
        }
    }

    /** Reports a line; it is written soon. */
    public void send(ManagementLine line) {
        synchronized (lock) {
            memory.add(line);
            if (isGone) {
                return;
            }
            if (line.word().equals("counters")) {
                counters = line;
            } else {
                if (waiting.size() >= MOST_WAITING) {
                    waiting.removeFirst();
                    dropped++;
                }
                waiting.addLast(line);
            }
            startWriting();
        }
    }

    /** Says everything again, to a monitor that has not heard it. */
    public void sayAgain() {
        synchronized (lock) {
            if (!isGone) {
                // What waits is in the memory, or answers somebody who is gone.
                waiting.clear();
                waiting.addAll(memory.all());
                startWriting();
            }
        }
    }

    private void startWriting() {
        if (writer == null) {
            writer = new Thread(new Writer(), "jsgid-reports");
            writer.setDaemon(true);
            writer.start();
        }
        lock.notifyAll();
    }

    /** Waits until all has been written, but not for longer than that. */
    public void flush(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (lock) {
            while (!isGone && (isWriting || !waiting.isEmpty() || counters != null)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left + 1_000_000);
            }
        }
    }

    private ManagementLine next() throws InterruptedException {
        int lost;
        ManagementLine line;
        synchronized (lock) {
            isWriting = false;
            lock.notifyAll();
            while (waiting.isEmpty() && counters == null) {
                lock.wait();
            }
            isWriting = true;
            lost = dropped;
            if (dropped > 0) {
                dropped = 0;
                waiting.clear();
                waiting.addAll(memory.all());
            }
            line = waiting.pollFirst();
            if (line == null) {
                line = counters;
                counters = null;
            }
        }
        if (lost > 0) {
            DaemonLog.line(
                    "JSGID0535",
                    lost + " reports to the monitor were dropped, since nobody read them; all that still matters is "
                            + "said again.");
        }
        return line;
    }

    private void lost() {
        synchronized (lock) {
            isGone = true;
            waiting.clear();
            counters = null;
            lock.notifyAll();
        }
    }

    /** Writes what waits, a line at a time. */
    private final class Writer implements Runnable {
        @Override
        public void run() {
            try {
                while (true) {
                    out.write((next().encode() + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            } catch (IOException e) {
                // Nobody is there; that is learnt, and acted upon, by reading.
                lost();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                lost();
            }
        }
    }

    private static ManagementLine line(String word, ApplicationKey key) {
        return ManagementLine.of(word)
                .with("file", key.file())
                .with("mount", key.mount())
                .with("application-group", key.applicationGroup());
    }

    @Override
    public void loading(ApplicationKey key) {
        send(line("loading", key));
    }

    @Override
    public void loaded(ApplicationKey key, RunningApplication application, long millis) {
        send(line("loaded", key)
                .with("kind", application.kind())
                .with("container", application.container())
                .with("millis", millis));
    }

    @Override
    public void missing(ApplicationKey key) {
        send(line("missing", key));
    }

    @Override
    public void rejected(ApplicationKey key, String reason) {
        send(line("rejected", key).with("reason", reason));
    }

    @Override
    public void changed(ApplicationKey key) {
        send(line("changed", key));
    }
}
