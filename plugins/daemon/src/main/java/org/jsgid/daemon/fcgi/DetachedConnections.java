package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.DaemonLog;

/**
 * One thread that waits for the connections of all detached requests ({@link Exchange#detach}): for the client to go, for body
 * bytes that somebody wants, for room in a socket that took no more. It runs no application and waits for nobody; threads that
 * do something for a request are started by it, so that they inherit nothing of an application.
 *
 * <p>Invariants: keys and {@link #again} are for that thread only. What a key waits for is asked for once: it is taken away when
 * it happens. A connection is in {@link #members} from {@link #add} to {@link #remove}; its channel does not block meanwhile
 * when it has a key.
 */
final class DetachedConnections {

    static final int TICK_MILLIS = 500;

    /** When a lock was not free, it is tried again so much later. */
    private static final int AGAIN_MILLIS = 5;

    private final Selector selector;
    private final Thread thread;
    private final Set<FcgiConnection> members =
            Collections.newSetFromMap(new ConcurrentHashMap<FcgiConnection, Boolean>());
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Runnable> again = new ArrayList<>();
    private long nextTick = System.nanoTime();
    private volatile boolean isClosed;

    /** Starts without a connection. Its threads inherit from the calling one. */
    DetachedConnections() throws IOException {
        selector = Selector.open();
        thread = new Thread(new Wait(), "jsgid-detached");
        thread.setDaemon(true);
        thread.start();
    }

    /** Has something done on the thread for a connection, which is closed when that fails. */
    void post(FcgiConnection connection, Runnable task) {
        tasks.add(() -> guarded(connection, task));
        selector.wakeup();
    }

    /** What fails for one connection, as when no thread can be made, must not end the waiting for the others. */
    private void guarded(FcgiConnection connection, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            DaemonLog.line(
                    "JSGID0571", "An asynchronous request cannot go on (" + e + "); its connection is closed.");
            members.remove(connection);
            connection.end();
        }
    }

    /** The connection's request is detached; its ticks begin. */
    void add(FcgiConnection connection) {
        if (members.add(connection)) {
            selector.wakeup();
        }
    }

    /** Waits for one of these of a connection, whose channel does not block. */
    void want(FcgiConnection connection, int operations) {
        post(connection, () -> wantNow(connection, operations));
    }

    /** Its request is over; no more ticks. */
    void remove(FcgiConnection connection) {
        members.remove(connection);
    }

    /** Waits for nothing of it any more; its channel may be made blocking. Its lock for the mode is held. */
    void cancel(FcgiConnection connection) {
        SelectionKey key = connection.channel().keyFor(selector);
        if (key != null) {
            key.cancel();
            selector.wakeup();
        }
    }

    /** Gives a connection a thread of its own. */
    void startThread(FcgiConnection connection) {
        post(connection, () -> {
            Thread own = new Thread(connection, connection.threadName());
            own.setDaemon(true);
            own.start();
        });
    }

    /** Whether it is the thread that must not wait. */
    boolean isOwn(Thread other) {
        return thread.equals(other);
    }

    /** What was posted before is still done. */
    void close() {
        isClosed = true;
        selector.wakeup();
    }

    private final class Wait implements Runnable {
        @Override
        public void run() {
            try {
                while (!isClosed) {
                    await();
                }
                runTasks();
                selector.close();
            } catch (IOException e) {
                DaemonLog.line(
                        "JSGID0570",
                        "Waiting for asynchronous requests failed (" + e.getMessage()
                                + "); their connections are closed.");
                for (FcgiConnection connection : members) {
                    connection.close();
                }
            }
        }
    }

    private void await() throws IOException {
        if (members.isEmpty() && again.isEmpty()) {
            selector.select();
        } else {
            long left = TimeUnit.NANOSECONDS.toMillis(nextTick - System.nanoTime());
            selector.select(Math.max(1, again.isEmpty() ? left : Math.min(left, AGAIN_MILLIS)));
        }
        List<Runnable> late = new ArrayList<>(again);
        again.clear();
        late.forEach(Runnable::run);
        runTasks();
        for (SelectionKey key : selector.selectedKeys()) {
            happened(key);
        }
        selector.selectedKeys().clear();
        if (nextTick - System.nanoTime() <= 0) {
            nextTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            for (FcgiConnection connection : members) {
                guarded(connection, connection::tick);
            }
        }
    }

    private void runTasks() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    private void happened(SelectionKey key) {
        try {
            int operations = key.readyOps();
            key.interestOps(key.interestOps() & ~operations);
            FcgiConnection connection = (FcgiConnection) key.attachment();
            if ((operations & SelectionKey.OP_READ) != 0) {
                guarded(connection, () -> tryRead(connection));
            }
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                guarded(connection, () -> tryWrite(connection));
            }
        } catch (CancelledKeyException gone) {
            // Its request has ended just now.
        }
    }

    private void tryRead(FcgiConnection connection) {
        if (!connection.arrived()) {
            again.add(() -> guarded(connection, () -> tryRead(connection)));
        }
    }

    private void tryWrite(FcgiConnection connection) {
        if (!connection.hasRoom()) {
            again.add(() -> guarded(connection, () -> tryWrite(connection)));
        }
    }

    private void wantNow(FcgiConnection connection, int operations) {
        connection.mode.lock();
        try {
            if (!connection.isWatched()) {
                return;
            }
            SelectionKey key = connection.channel().keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps(key.interestOps() | operations);
            } else {
                register(connection, operations);
            }
        } catch (IOException | CancelledKeyException e) {
            // It was closed just now, which whoever did it has told.
            return;
        } finally {
            connection.mode.unlock();
        }
    }

    private void register(FcgiConnection connection, int operations) throws IOException {
        while (true) {
            try {
                connection.channel().register(selector, operations, connection);
                return;
            } catch (ClosedChannelException e) {
                throw e;
            } catch (CancelledKeyException stillThere) {
                // It was here before; the selector forgets it when it looks.
                selector.selectNow();
            }
        }
    }
}
