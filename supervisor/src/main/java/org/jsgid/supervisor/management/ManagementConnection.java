package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.newsclub.net.unix.AFUNIXSocket;

/**
 * The connection to one launcher, which becomes that of the daemon. Read by one thread; written by any.
 *
 * <p>A daemon that does not read must not stop the monitor: short messages are sent with {@link #trySend}, which gives
 * up when another write is stuck.
 */
public final class ManagementConnection implements Closeable {

    private final AFUNIXSocket socket;
    private final LineReader lines;
    private final ReentrantLock writing = new ReentrantLock();

    /** Takes over a connected socket, and closes it. */
    public ManagementConnection(AFUNIXSocket socket) throws IOException {
        this.socket = socket;
        this.lines = new LineReader(socket.getInputStream(), ManagementCodec.LONGEST_LINE);
    }

    /** How long a read may wait; zero: for ever. */
    public void readTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    /** The process at the other end as the kernel noted it when it connected; the launcher keeps its pid. */
    public long peerPid() throws IOException {
        return socket.getPeerCredentials().getPid();
    }

    /** The user of the process at the other end when it connected. */
    public long peerUid() throws IOException {
        return socket.getPeerCredentials().getUid();
    }

    /**
     * The next report, passing over lines with unknown words.
     *
     * @return null when the other side has closed the connection
     */
    public DaemonReport read() throws IOException {
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                return null;
            }
            Optional<DaemonReport> report = ManagementCodec.decode(line);
            if (report.isPresent()) {
                return report.get();
            }
        }
    }

    /** Sends the launch message with the group's listening socket attached to its first byte. */
    public void sendLaunch(byte[] message, FileDescriptor listener) throws IOException {
        writing.lock();
        try {
            socket.setOutboundFileDescriptors(listener);
            OutputStream out = socket.getOutputStream();
            out.write(message);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /** Sends lines; may wait for the daemon to read. */
    public void send(String linesWithLf) throws IOException {
        writing.lock();
        try {
            socket.getOutputStream().write(linesWithLf.getBytes(StandardCharsets.UTF_8));
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
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
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
        socket.close();
    }
}
