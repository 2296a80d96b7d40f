package org.jsgid.supervisor.control;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.LineReader;
import org.jsgid.supervisor.management.UnixServer;
import org.newsclub.net.unix.AFUNIXSocket;

/**
 * Listens on the control socket. Anybody may connect, so what a connection may use is bounded: the time to say
 * something, the length of a line, and the connections of one user.
 */
public final class ControlServer implements Closeable {

    private static final int SILENCE_MILLIS = 10_000;
    private static final int LONGEST_REQUEST = 64 * 1024;
    private static final int CONNECTIONS_OF_A_USER = 8;

    private final UnixServer server;
    private final ControlCommands commands;
    private final ServerLog log;
    private final Map<Long, Integer> connections = new HashMap<>();

    /** Binds the socket, in place of what a former monitor left there. */
    public ControlServer(Path path, ControlCommands commands, ServerLog log) throws IOException {
        this.commands = commands;
        this.log = log;
        // Open to all: who it is says the kernel, what he may says the policy.
        server = new UnixServer(path, 16, "rw-rw-rw-", "control");
    }

    /** Begins to take connections. */
    public void start() {
        server.start(
                this::admit,
                e -> log.warn("JSGID0365", "somebody could not connect to the control socket: " + e.getMessage()));
    }

    private void admit(AFUNIXSocket socket) {
        try (socket) {
            Peer peer = new Peer(
                    socket.getPeerCredentials().getUid(),
                    socket.getPeerCredentials().getPid());
            if (enter(peer)) {
                try {
                    serve(socket, peer);
                } finally {
                    leave(peer);
                }
            }
        } catch (IOException e) {
            // Gone, silent for too long, or no client of ours: the connection is closed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean enter(Peer peer) {
        int count = connections.getOrDefault(peer.uid(), 0);
        if (count >= CONNECTIONS_OF_A_USER) {
            return false;
        }
        connections.put(peer.uid(), count + 1);
        return true;
    }

    private synchronized void leave(Peer peer) {
        connections.computeIfPresent(peer.uid(), (uid, count) -> count == 1 ? null : count - 1);
    }

    private void serve(AFUNIXSocket socket, Peer peer) throws IOException, InterruptedException {
        socket.setSoTimeout(SILENCE_MILLIS);
        LineReader lines = new LineReader(socket.getInputStream(), LONGEST_REQUEST);
        OutputStream out = socket.getOutputStream();
        String line;
        while ((line = lines.readLine()) != null) {
            commands.answer(line, peer, text -> send(out, text));
        }
    }

    private static boolean send(OutputStream out, String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
