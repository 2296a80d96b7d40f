package org.jsgid.supervisor.control;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.LineReader;
import org.jsgid.supervisor.management.UnixServer;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketCredentials;

/**
 * Listens on the control socket. Anybody may connect, so what a connection may use is bounded: the time to say
 * something, the length of a line, and the connections of one user.
 */
public final class ControlServer implements Closeable {

    /** Bounds on what peers may use. */
    record Limits(Duration patience, int ofAUser, int ofOwners, int ofOthersTogether) {
        static final Limits USUAL = new Limits(Duration.ofSeconds(10), 8, 32, 64);
    }

    /** What answers a line: {@link ControlCommands}. */
    @FunctionalInterface
    interface Answers {
        void answer(String line, Peer peer, ControlCommands.ReplyLines reply) throws InterruptedException;
    }

    private static final int LONGEST_REQUEST = 64 * 1024;
    private static final int WAITING = 64;

    private final UnixServer server;
    private final Answers commands;
    private final PeerPolicy policy;
    private final Limits limits;
    private final ServerLog log;
    private final Map<Long, Integer> connections = new HashMap<>();
    private int others;

    /** Binds the socket, in place of what a former monitor left there. */
    public ControlServer(Path path, ControlCommands commands, PeerPolicy policy, ServerLog log) throws IOException {
        this(path, commands::answer, policy, Limits.USUAL, log);
    }

    ControlServer(Path path, Answers commands, PeerPolicy policy, Limits limits, ServerLog log) throws IOException {
        this.commands = commands;
        this.policy = policy;
        this.limits = limits;
        this.log = log;
        // Open to all: who it is says the kernel, what he may says the policy.
        server = new UnixServer(path, WAITING, "rw-rw-rw-", "control");
    }

    /** Begins to take connections. */
    public void start() {
        server.start(
                this::admit,
                e -> log.warn("JSGID0365", "nobody can connect to the control socket now: " + e.getMessage()));
    }

    private void admit(AFUNIXSocket socket) {
        try (socket) {
            AFUNIXSocketCredentials who = socket.getPeerCredentials();
            Peer peer = new Peer(who.getUid(), who.getPid());
            if (enter(peer)) {
                try {
                    serve(socket, peer);
                } finally {
                    leave(peer);
                }
            }
        } catch (IOException e) {
            // Gone, too slow, or no client of ours: closed, without a line in the log, which anybody could fill.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean enter(Peer peer) {
        boolean isOwner = policy.maySeeAll(peer);
        int count = connections.getOrDefault(peer.uid(), 0);
        // Others share a bound: a user may have many user ids. What they take leaves the owners' places alone.
        if (count >= (isOwner ? limits.ofOwners() : limits.ofAUser())
                || (!isOwner && others >= limits.ofOthersTogether())) {
            return false;
        }
        connections.put(peer.uid(), count + 1);
        others += isOwner ? 0 : 1;
        return true;
    }

    private synchronized void leave(Peer peer) {
        connections.computeIfPresent(peer.uid(), (uid, count) -> count == 1 ? null : count - 1);
        others -= policy.maySeeAll(peer) ? 0 : 1;
    }

    private void serve(AFUNIXSocket socket, Peer peer) throws IOException, InterruptedException {
        Patient input = new Patient(socket, limits.patience());
        LineReader lines = new LineReader(input, LONGEST_REQUEST);
        OutputStream out = socket.getOutputStream();
        String line;
        while ((line = lines.readLine()) != null) {
            commands.answer(line, peer, text -> send(socket, out, text));
            input.begin();
        }
    }

    /** A peer that does not read would keep the thread for ever; junixsocket's timeout counts for writing too. */
    private boolean send(AFUNIXSocket socket, OutputStream out, String line) {
        try {
            socket.setSoTimeout(Math.toIntExact(limits.patience().toMillis()));
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A socket's input on which a whole line must come in time, not only each of its bytes. */
    private static final class Patient extends InputStream {
        private final AFUNIXSocket socket;
        private final InputStream input;
        private final Duration patience;
        private long deadline;

        Patient(AFUNIXSocket socket, Duration patience) throws IOException {
            this.socket = socket;
            this.input = socket.getInputStream();
            this.patience = patience;
            begin();
        }

        /** The time for the next line begins. */
        final void begin() {
            deadline = System.nanoTime() + patience.toNanos();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("no request within " + patience.toSeconds() + " s");
            }
            socket.setSoTimeout(Math.toIntExact(left));
            return input.read(bytes, offset, length);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
