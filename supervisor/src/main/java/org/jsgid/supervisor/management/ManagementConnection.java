package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connection to one daemon. Its keeper holds this end too, so that it outlives the monitor; closing it here
 * therefore must not shut it down. Read by one thread; written by any.
 *
 * <p>A daemon that does not read must not stop the monitor: short messages are sent with {@link #trySend}, which gives
 * up when another write is stuck.
 */
public final class ManagementConnection implements Closeable {

    private final FileInputStream in;
    private final FileOutputStream out;
    private final LineReader lines;
    private final ReentrantLock writing = new ReentrantLock();
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
            out.write(linesWithLf.getBytes(StandardCharsets.UTF_8));
        } finally {
            writing.unlock();
        }
    }

    /**
     * Sends a short line unless the daemon does not read.
     *
     * @return whether it was sent
     */
    public boolean trySend(String line) {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            // The daemon is gone or going; its exit is reported on its own way.
            return false;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
        out.close();
    }
}
