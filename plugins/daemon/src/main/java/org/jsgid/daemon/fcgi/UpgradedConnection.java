package org.jsgid.daemon.fcgi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.daemon.DaemonLog;

/**
 * What a request's connection has become by an upgrade (RFC 9110, section 7.8): bytes from and to the client, as they are.
 * A side that ends its output ({@link SocketChannel#shutdownOutput}) ends it for the client; the end of what the client
 * sends is the end of the stream. It is no request any more: it has no time limit, and nothing waits for its end. Whoever
 * has it closes it.
 */
public final class UpgradedConnection implements Closeable {

    private final FcgiServer server;
    private final SocketChannel channel;
    private final List<Runnable> drainTasks = new ArrayList<>();
    private boolean isDraining;

    UpgradedConnection(FcgiServer server, SocketChannel channel) {
        this.server = server;
        this.channel = channel;
    }

    /** The connection, blocking. Whoever makes it non-blocking keeps it so. */
    public SocketChannel channel() {
        return channel;
    }

    /**
     * Has something done when the daemon has no requests any more and is about to stop its applications, for the last words
     * of the protocol. What is still open a moment later is cut. When that time has come already, it is done at once.
     *
     * @param task quick, as those of other connections wait for it
     */
    public void onDrain(Runnable task) {
        synchronized (drainTasks) {
            if (!isDraining) {
                drainTasks.add(task);
                return;
            }
        }
        task.run();
    }

    /** Whether the daemon is about to end. */
    public boolean isDraining() {
        synchronized (drainTasks) {
            return isDraining;
        }
    }

    void drain() {
        List<Runnable> tasks;
        synchronized (drainTasks) {
            isDraining = true;
            tasks = new ArrayList<>(drainTasks);
            drainTasks.clear();
        }
        for (Runnable task : tasks) {
            try {
                task.run();
            } catch (RuntimeException e) {
                DaemonLog.line("JSGID0524", "Ending an upgraded connection failed: " + DaemonLog.trace(e));
            }
        }
    }

    /** Closes the connection; the client sees it at once. Does nothing when it is closed. */
    @Override
    public void close() {
        server.upgradedClosed(this);
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is free either way, and nobody is left to be told.
            return;
        }
    }
}
