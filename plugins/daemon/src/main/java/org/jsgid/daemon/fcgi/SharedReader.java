package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jsgid.daemon.DaemonLog;

/**
 * One thread for many connections whose requests are quick: it waits for all of them at once, and answers those that have
 * something one after another, without another thread being woken. Under load that saves most of what a small request
 * costs a daemon (DECISIONS.md has figures).
 *
 * <p>A request that turns out not to be quick does not hold up the others: the thread stays with that one connection, for
 * good, and another thread gets the turn. The connection's own code does so before it waits for its peer
 * ({@link #leave}); for everything else, such as an application that sleeps, there is a watch that looks every
 * {@value #TICK_MILLIS} ms whether the same request is still being answered.
 *
 * <p>Invariants: who has the turn is the only one to use {@link #ready} and to select. The turn is lost when
 * {@link #serving} was changed from the connection that is being served to null by somebody else; who does that starts the
 * next thread. A connection is registered from its arrival until it leaves or is closed.
 */
final class SharedReader {

    static final int TICK_MILLIS = 5;

    /** The watch sleeps for good after so many ticks without a request. */
    private static final int IDLE_TICKS = 20;

    private final String name;
    private final Selector selector;
    private final Queue<FcgiConnection> arriving = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<FcgiConnection> ready = new ArrayDeque<>();
    private final AtomicReference<FcgiConnection> serving = new AtomicReference<>();
    /** Times that a connection was served. */
    private final AtomicLong begun = new AtomicLong();

    private final Thread watch;
    /** Nobody has the turn. Threads are started by the watch only, which no application's code ever runs on: a thread inherits. */
    private volatile boolean isTurnFree = true;

    private volatile boolean isWatching;
    private volatile boolean isClosed;

    /** Starts with no connection. Its threads inherit from the calling one. */
    SharedReader(String name) throws IOException {
        this.name = name;
        this.selector = Selector.open();
        this.watch = newThread(new Watch(), name + "-watch");
        watch.start();
    }

    private static Thread newThread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Takes a connection over, whose channel does not block and which is between two requests. */
    void add(FcgiConnection connection) {
        arriving.add(connection);
        selector.wakeup();
    }

    /** A connection's channel was closed: its descriptor is free as soon as the selector has noticed. */
    void wakeup() {
        selector.wakeup();
    }

    /**
     * The connection is shared no more, and its channel may be made blocking. When it is being served, the calling thread,
     * or whoever serves it, keeps it, and another thread serves the others.
     */
    synchronized void leave(FcgiConnection connection) {
        boolean hadTurn = serving.compareAndSet(connection, null);
        SelectionKey key = connection.channel().keyFor(selector);
        if (key != null) {
            key.cancel();
        }
        if (hadTurn) {
            isTurnFree = true;
            LockSupport.unpark(watch);
        }
    }

    /** No connection is served any more. */
    void close() {
        isClosed = true;
        LockSupport.unpark(watch);
        selector.wakeup();
    }

    /** What the thread that has the turn does. */
    private final class Turn implements Runnable {
        @Override
        public void run() {
            try {
                while (!isClosed) {
                    FcgiConnection next = ready.poll();
                    if (next == null) {
                        select();
                    } else if (!serve(next)) {
                        return;
                    }
                }
                selector.close();
            } catch (IOException e) {
                DaemonLog.line(
                        "JSGID0526",
                        "Waiting for requests failed (" + e.getMessage() + "); their connections are closed.");
                closeAll();
            }
        }
    }

    /** Serves what has come on one connection; when the turn was lost meanwhile, serves that connection to its end, and returns false. */
    private boolean serve(FcgiConnection connection) {
        begun.incrementAndGet();
        serving.set(connection);
        if (!isWatching) {
            isWatching = true;
            LockSupport.unpark(watch);
        }
        boolean isOurs = connection.serveShared();
        boolean hasTurn = serving.compareAndSet(connection, null);
        if (!isOurs) {
            // Its request was detached, and it is not this thread's any more.
            SelectionKey key = connection.channel().keyFor(selector);
            if (key != null) {
                key.cancel();
            }
            connection.parkShared();
        } else if (!hasTurn) {
            Thread.currentThread().setName(connection.threadName());
            connection.run();
        }
        return hasTurn;
    }

    private void select() throws IOException {
        selector.select();
        FcgiConnection connection;
        while ((connection = arriving.poll()) != null) {
            register(connection);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.isValid()) {
                ready.add((FcgiConnection) key.attachment());
            }
        }
        selector.selectedKeys().clear();
    }

    private void register(FcgiConnection connection) throws IOException {
        while (true) {
            try {
                connection.channel().register(selector, SelectionKey.OP_READ, connection);
                return;
            } catch (CancelledKeyException stillThere) {
                // It was here before; the selector forgets it when it looks.
                selector.selectNow();
            } catch (ClosedChannelException e) {
                // Whoever closed it has done what is to be done.
                return;
            }
        }
    }

    private void closeAll() {
        isClosed = true;
        for (SelectionKey key : selector.keys()) {
            ((FcgiConnection) key.attachment()).close();
        }
    }

    /** Gives the turn to another thread when nobody has it, or one request takes long. */
    private final class Watch implements Runnable {
        @Override
        public void run() {
            FcgiConnection before = null;
            long begunBefore = -1;
            int idle = 0;
            while (!isClosed) {
                if (isTurnFree) {
                    isTurnFree = false;
                    newThread(new Turn(), name).start();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
                FcgiConnection now = serving.get();
                long begunNow = begun.get();
                boolean isSame = begunNow == begunBefore;
                if (now != null && isSame && now.equals(before)) {
                    now.noteSlow();
                    leave(now);
                    now = null;
                }
                idle = isSame && now == null ? idle + 1 : 0;
                before = now;
                begunBefore = begunNow;
                if (idle > IDLE_TICKS) {
                    sleep();
                    idle = 0;
                }
            }
        }

        /** Until the next request. */
        private void sleep() {
            isWatching = false;
            while (!isWatching && serving.get() == null && !isTurnFree && !isClosed) {
                LockSupport.park(SharedReader.this);
            }
            isWatching = true;
        }
    }
}
