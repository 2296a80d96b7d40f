package org.jsgid.supervisor.group;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jsgid.supervisor.log.ServerLog;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;

/** One thread, begun at the first use, that looks at the sockets of all idle groups. It accepts nothing. */
final class ConnectionSelector {

    private static final long SMALL_STACK = 192 * 1024L;

    private static ConnectionSelector shared;

    private final Selector selector;
    private final Queue<Watched> added = new ConcurrentLinkedQueue<>();

    private ConnectionSelector(Selector selector) {
        this.selector = selector;
    }

    /** The one of this process. */
    static synchronized ConnectionSelector shared() throws IOException {
        if (shared == null) {
            ConnectionSelector made =
                    new ConnectionSelector(AFUNIXSelectorProvider.provider().openSelector());
            Thread thread = new Thread(null, made::run, "idle groups", SMALL_STACK);
            thread.setDaemon(true);
            thread.start();
            shared = made;
        }
        return shared;
    }

    /** A socket until somebody connects or nobody wants to know any more. */
    private final class Watched implements ListeningSocket.Watch {
        private final AFUNIXServerSocketChannel channel;
        private final Runnable task;
        private volatile boolean isOver;

        Watched(AFUNIXServerSocketChannel channel, Runnable task) {
            this.channel = channel;
            this.task = task;
        }

        @Override
        public void cancel() {
            isOver = true;
            selector.wakeup();
        }

        void done() {
            if (!isOver) {
                isOver = true;
                task.run();
            }
        }
    }

    /** Runs a task, once and on this selector's thread, when a connection waits. */
    ListeningSocket.Watch watch(AFUNIXServerSocketChannel channel, Runnable task) {
        Watched watched = new Watched(channel, task);
        added.add(watched);
        selector.wakeup();
        return watched;
    }

    private void run() {
        while (true) {
            try {
                selector.select();
                turn();
            } catch (IOException | RuntimeException e) {
                // Whoever waits gets a process that may not be needed, rather than none.
                ServerLog.about("idle groups")
                        .warn(
                                "JSGID0391",
                                "cannot look at the sockets of idle groups (" + e + "); those groups are started");
                wakeAll();
            }
        }
    }

    private void turn() throws IOException {
        List<Watched> called = new ArrayList<>();
        for (SelectionKey key : List.copyOf(selector.keys())) {
            Watched watched = (Watched) key.attachment();
            if (!key.isValid() || watched.isOver) {
                key.cancel();
            } else if (key.isAcceptable()) {
                key.cancel();
                called.add(watched);
            }
        }
        selector.selectedKeys().clear();
        // Forgets what was cancelled, so that the same socket can be watched again.
        selector.selectNow();
        called.forEach(Watched::done);
        for (Watched watched = added.poll(); watched != null; watched = added.poll()) {
            register(watched);
        }
    }

    private void register(Watched watched) {
        if (watched.isOver) {
            return;
        }
        try {
            // The daemons use it so too: the mode belongs to the socket, which they share with the monitor.
            watched.channel.configureBlocking(false);
            watched.channel.register(selector, SelectionKey.OP_ACCEPT, watched);
        } catch (IOException | RuntimeException e) {
            watched.done();
        }
    }

    private void wakeAll() {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.cancel();
            ((Watched) key.attachment()).done();
        }
        for (Watched watched = added.poll(); watched != null; watched = added.poll()) {
            watched.done();
        }
    }
}
