package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.newsclub.net.unix.AFUNIXSocket;

/** The connection to one launcher, which becomes the keeper. Read by one thread; written by any. */
public final class KeeperConnection implements Closeable {

    /** Room for more descriptors than any message has. */
    private static final int ANCILLARY_BYTES = 256;

    private final AFUNIXSocket socket;
    private final LineReader lines;
    private final ReentrantLock writing = new ReentrantLock();

    /** Takes over a connected socket, and closes it. */
    public KeeperConnection(AFUNIXSocket socket) throws IOException {
        this.socket = socket;
        socket.setAncillaryReceiveBufferSize(ANCILLARY_BYTES);
        this.lines = new LineReader(socket.getInputStream(), KeeperCodec.LONGEST_LINE);
    }

    /** How long a read may wait; zero: for ever. */
    public void readTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    /** The process at the other end as the kernel noted it when it connected; the keeper keeps the launcher's pid. */
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
    public KeeperReport read() throws IOException {
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                return null;
            }
            Optional<KeeperReport> report = KeeperCodec.decode(line);
            if (report.isPresent()) {
                return report.get();
            }
        }
    }

    /**
     * The descriptors that came with what was read, in their order; they are the caller's from now on.
     *
     * @throws IOException when there are not that many; those that there are have been closed
     */
    public List<FileDescriptor> takeDescriptors(int count) throws IOException {
        FileDescriptor[] received = socket.getReceivedFileDescriptors();
        List<FileDescriptor> descriptors = received == null ? List.of() : List.of(received);
        if (descriptors.size() != count) {
            descriptors.forEach(Descriptors::close);
            throw new IOException(descriptors.size() + " descriptors came in place of " + count);
        }
        return descriptors;
    }

    /** Sends the launch message with the generation's listening socket attached to its first byte. */
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

    /**
     * Has the keeper send a signal, unless it does not read.
     *
     * @param name without {@code SIG}
     * @param all whether everything that descends from the daemon gets it too
     * @return whether it was told
     */
    public boolean trySignal(String name, boolean all) {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            socket.getOutputStream().write((KeeperCodec.signal(name, all) + "\n").getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            // The keeper is gone or going; its end is learnt by reading.
            return false;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            takeDescriptors(0);
        } catch (IOException e) {
            // Closed by that.
        }
        socket.close();
    }
}
