package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connection to one daemon. Its keeper holds this end too, so that it outlives the monitor; closing it here
 * therefore must not shut it down. Read by one thread; written by any.
 *
 * <p>A daemon that does not read must not stop the monitor: short messages are sent with {@link #trySend}, which leaves
 * them to whoever is writing.
 */
public final class ManagementConnection implements Closeable {

    private final FileInputStream in;
    private final FileOutputStream out;
    private final LineReader lines;
    private final ReentrantLock writing = new ReentrantLock();

    /** Sent by whoever gets the lock, or by whoever has it, once that is through. */
    private final Queue<String> waiting = new ConcurrentLinkedQueue<>();

    private boolean mayBeginInALine;

    /**
     * Takes over a connected socket that came from the keeper, and closes it.
     *
     * @param isAdopted whether another monitor read here before, maybe half a line
     */
    public ManagementConnection(FileDescriptor connected, boolean isAdopted) {
        // As plain streams, not as a socket: that would be asked for its peer, which may be gone although not all is
        // read.
        in = new FileInputStream(connected);
        out = new FileOutputStream(connected);
        lines = new LineReader(in, ManagementCodec.LONGEST_LINE);
        mayBeginInALine = isAdopted;
    }

    /**
     * The next report, passing over lines with unknown words.
     *
     * @return null when the other side has closed the connection
     */
    public DaemonReport read() throws IOException {
        while (true) {
            Optional<DaemonReport> report = readOne();
            if (report == null) {
                return null;
            }
            if (report.isPresent()) {
                return report.get();
            }
        }
    }

    private Optional<DaemonReport> readOne() throws IOException {
        boolean isFirst = mayBeginInALine;
        mayBeginInALine = false;
        try {
            String line = lines.readLine();
            if (line == null) {
                return null;
            }
            Optional<DaemonReport> report = ManagementCodec.decode(line);
            // The end of a line could look like another; the daemon says everything again anyway.
            return isFirst && !(report.orElse(null) instanceof DaemonReport.Hello) ? Optional.empty() : report;
        } catch (MalformedLineException e) {
            if (isFirst) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Sends lines; may wait for the daemon to read. */
    public void send(String linesWithLf) throws IOException {
        writing.lock();
        try {
            write(linesWithLf);
        } finally {
            writing.unlock();
        }
        sendWaiting();
    }

    /**
     * Sends a short line, after what another thread is sending at the time. To a daemon that does not read the line may
     * never get.
     *
     * @return false when the daemon is gone or going
     */
    public boolean trySend(String line) {
        waiting.add(line + "\n");
        try {
            sendWaiting();
            return true;
        } catch (IOException e) {
            // Its exit is reported on its own way.
            return false;
        }
    }

    private void sendWaiting() throws IOException {
        // Looked at again after each unlock: what was added while this thread had the lock is nobody else's to send.
        while (!waiting.isEmpty() && writing.tryLock()) {
            try {
                for (String line = waiting.poll(); line != null; line = waiting.poll()) {
                    write(line);
                }
            } finally {
                writing.unlock();
            }
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        in.close();
        out.close();
    }
}
