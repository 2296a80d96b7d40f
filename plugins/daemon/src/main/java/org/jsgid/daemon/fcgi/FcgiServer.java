package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsgid.daemon.DaemonLog;

/**
 * Accepts connections on a listening socket and runs a thread for each. The number of connections is bounded; beyond it,
 * they wait in the socket's queue.
 *
 * <p>The listening socket is non-blocking from the start: that is a property which all processes of a group that were
 * given the same socket share, and a blocking accept in one of them would fail when another changes it. It is never
 * closed: closing a channel of {@link System#inheritedChannel} takes standard output and error away.
 */
public final class FcgiServer {

    private static final int MOST_CONNECTIONS = 1024;

    /** How long a full process lets others accept. Less than below, so that one that is full can be found, too. */
    private static final int LEFT_WHILE_FULL_MILLIS = 5;

    /** How long a process that was not the one which somebody looks for lets others accept. */
    private static final int LEFT_WHILE_SOUGHT_MILLIS = 10;

    /** Bytes of a buffer that holds a page of 64 KiB with its header block. */
    private static final int LARGE = 80 * 1024;

    /** So many large buffers are kept: 1.3 MB. */
    private static final int LARGE_KEPT = 16;

    private final LargeBuffers largeBuffers = new LargeBuffers(LARGE, LARGE_KEPT);

    /** One thread answers about 100 000 requests per second, for which their clients need other processors. */
    private static final int SHARED_READERS = Math.max(1, Runtime.getRuntime().availableProcessors() / 4);

    private static final int QUICK_REQUESTS = 64;

    private final int quickRequests;
    private final int sharedFrom;
    private final ServerSocketChannel listener;
    private final RequestHandler handler;
    private final Selector selector;
    private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
    private final Set<FcgiConnection> connections =
            Collections.newSetFromMap(new ConcurrentHashMap<FcgiConnection, Boolean>());
    private final Set<UpgradedConnection> upgraded =
            Collections.newSetFromMap(new ConcurrentHashMap<UpgradedConnection, Boolean>());
    private final AtomicInteger number = new AtomicInteger();
    /** Made when they are needed. With the two below guarded by itself. */
    private final List<SharedReader> sharedReaders = new ArrayList<>(SHARED_READERS);

    private int nextReader;
    private boolean isClosed;
    /** Connections beyond the bound, whose requests were detached, which counts for none. */
    private final AtomicInteger beyond = new AtomicInteger();
    /** Null before the first. Guarded by {@link #sharedReaders}. */
    private DetachedConnections detachedConnections;

    private final Thread acceptor;
    /** Null when there is none. */
    private TcpListener tcp;

    private volatile boolean isDraining;
    private volatile boolean isAccepting = true;
    private volatile long lastGoingAwayNanos;
    private volatile boolean isGoingAwaySaid;
    private volatile boolean isUpgradedEnding;

    private volatile long lastSoughtNanos = System.nanoTime() - TimeUnit.DAYS.toNanos(1);

    /**
     * Prepares to accept.
     *
     * @throws IOException when the socket cannot be used so
     */
    public FcgiServer(ServerSocketChannel listener, RequestHandler handler) throws IOException {
        this(listener, handler, QUICK_REQUESTS, 2);
    }

    /**
     * For tests, which cannot make so many.
     *
     * @param quickRequests so many quick requests, or nearly only quick ones, come before a connection is shared
     * @param sharedFrom with so many connections there begin to be shared ones
     */
    FcgiServer(ServerSocketChannel listener, RequestHandler handler, int quickRequests, int sharedFrom)
            throws IOException {
        this.quickRequests = quickRequests;
        this.sharedFrom = sharedFrom;
        this.listener = listener;
        this.handler = handler;
        this.selector = Selector.open();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        this.acceptor = new Thread(new Acceptor(), "jsgid-accept");
        acceptor.setDaemon(true);
    }

    /** Accepts connections to this address too. To be called before {@link #start}. */
    public void listen(TcpListener listening) {
        tcp = listening;
    }

    /** Begins to accept. */
    public void start() {
        acceptor.start();
    }

    RequestHandler handler() {
        return handler;
    }

    /** What connections write large responses from. */
    LargeBuffers largeBuffers() {
        return largeBuffers;
    }

    int connectionLimit() {
        return MOST_CONNECTIONS;
    }

    boolean isDraining() {
        return isDraining;
    }

    void goingAwaySaid() {
        lastGoingAwayNanos = System.nanoTime();
        isGoingAwaySaid = true;
    }

    /** A class rather than a lambda, as elsewhere on the way to the first request: those cost milliseconds at the start. */
    private final class Acceptor implements Runnable {
        @Override
        public void run() {
            acceptUntilStopped();
        }
    }

    private void acceptUntilStopped() {
        while (isAccepting) {
            try {
                selector.select(tcp == null ? 0 : tcp.open(selector));
                selector.selectedKeys().clear();
                acceptAll();
                acceptTcp();
            } catch (IOException e) {
                DaemonLog.line(
                        "JSGID0521",
                        "Accepting a connection failed (" + e.getMessage() + "); it is tried again in a moment. "
                                + "Too many open files is the usual reason.");
                pause();
            }
        }
        if (tcp != null) {
            try {
                acceptTcp();
            } catch (IOException e) {
                // They are cut with the socket.
            }
            tcp.close();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() throws IOException {
        while (isAccepting) {
            leaveToSiblings();
            if (!acceptNext(false)) {
                return;
            }
        }
    }

    /** Takes the next connection, when there is one and as soon as there is room; false when there is none. */
    private boolean acceptNext(boolean isTcp) throws IOException {
        room.acquireUninterruptibly();
        SocketChannel channel = null;
        try {
            channel = isTcp ? tcp.accept() : listener.accept();
            if (channel == null) {
                return false;
            }
            start(channel);
            return true;
        } finally {
            if (channel == null) {
                room.release();
            }
        }
    }

    /** The kernel has shared the connections out already: nobody else can take one of ours. */
    private void acceptTcp() throws IOException {
        boolean isMore = tcp != null;
        while (isMore) {
            isMore = acceptNext(true);
        }
    }

    /**
     * Lets another process take the next connection while this one is full. A moment only: when all are full, the request
     * waits here, where its time in the queue is measured and limited.
     */
    private void leaveToSiblings() {
        if (!handler.hasSiblings()) {
            return;
        }
        try {
            // Once in any case: a request that was accepted just now does not count as running yet.
            for (int i = 0; i == 0 || isLeft(i); i++) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isLeft(int millis) {
        boolean isSought = System.nanoTime() - lastSoughtNanos < TimeUnit.MILLISECONDS.toNanos(LEFT_WHILE_SOUGHT_MILLIS);
        int most = isSought ? LEFT_WHILE_SOUGHT_MILLIS : LEFT_WHILE_FULL_MILLIS;
        return millis < most && !isDraining && (isSought || handler.isFull());
    }

    /**
     * Somebody looks for another process of the group, with one connection after another: the next one is left to the
     * others for a moment, so that each is found after as many connections as there are processes.
     */
    void anotherIsSought() {
        lastSoughtNanos = System.nanoTime();
    }

    private void start(SocketChannel channel) throws IOException {
        channel.configureBlocking(true);
        FcgiConnection connection = new FcgiConnection(this, channel, "jsgid-connection-" + number.incrementAndGet());
        connections.add(connection);
        startSharedReaders();
        Thread thread = new Thread(connection, connection.threadName());
        thread.setDaemon(true);
        thread.start();
    }

    int quickRequests() {
        return quickRequests;
    }

    /** For a connection whose requests are quick; null when it is to keep its thread. */
    SharedReader sharedReader() {
        if (isDraining) {
            return null;
        }
        synchronized (sharedReaders) {
            return sharedReaders.isEmpty() || isClosed ? null : sharedReaders.get(nextReader++ % sharedReaders.size());
        }
    }

    /** Called on a thread that runs no application, since threads inherit. */
    private void startSharedReaders() {
        if (connections.size() < sharedFrom || !handler.usesCallingThread()) {
            return;
        }
        synchronized (sharedReaders) {
            while (!isClosed && sharedReaders.size() < SHARED_READERS) {
                try {
                    sharedReaders.add(new SharedReader("jsgid-shared-" + (sharedReaders.size() + 1)));
                } catch (IOException e) {
                    // Too many open files: each connection keeps its thread.
                    return;
                }
            }
        }
    }

    void closed(FcgiConnection connection) {
        if (connections.remove(connection)) {
            free();
        }
    }

    private void free() {
        int many;
        do {
            many = beyond.get();
        } while (many > 0 && !beyond.compareAndSet(many, many - 1));
        if (many == 0) {
            room.release();
        }
    }

    /** A connection has no thread: it does not count. */
    void parked() {
        free();
    }

    /** It counts again. */
    void unparked() {
        if (!room.tryAcquire()) {
            beyond.incrementAndGet();
        }
    }

    /**
     * Makes it possible to detach requests. To be called on a thread that runs no application, since threads inherit.
     *
     * @throws IOException when there are too many open files
     */
    public void allowDetaching() throws IOException {
        synchronized (sharedReaders) {
            if (detachedConnections == null && !isClosed) {
                detachedConnections = new DetachedConnections();
            }
        }
    }

    DetachedConnections detachedConnections() throws IOException {
        synchronized (sharedReaders) {
            if (detachedConnections == null) {
                throw new IOException("the daemon has no thread that waits for them");
            }
            return detachedConnections;
        }
    }

    /** A connection gets a thread again. */
    void startThread(FcgiConnection connection) {
        DetachedConnections waiting;
        synchronized (sharedReaders) {
            waiting = detachedConnections;
        }
        waiting.startThread(connection);
    }

    UpgradedConnection upgraded(SocketChannel channel) {
        UpgradedConnection connection = new UpgradedConnection(this, channel);
        upgraded.add(connection);
        if (isUpgradedEnding) {
            connection.drain();
        }
        return connection;
    }

    void upgradedClosed(UpgradedConnection connection) {
        upgraded.remove(connection);
    }

    /** How many connections have become another protocol's and are open. They are no requests, and have no bound here. */
    public int upgradedConnections() {
        return upgraded.size();
    }

    /** Lets upgraded connections say their last words: no request runs any more, and applications are about to be stopped. */
    public void drainUpgraded() {
        isUpgradedEnding = true;
        for (UpgradedConnection connection : upgraded) {
            connection.drain();
        }
    }

    /** Waits until the upgraded connections have ended, and cuts those that have not after so long. */
    public void closeUpgraded(long millis) throws InterruptedException {
        long start = System.nanoTime();
        while (!upgraded.isEmpty() && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(millis)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        for (UpgradedConnection connection : upgraded) {
            connection.close();
        }
    }

    /** From now on every connection is told that the daemon goes: idle ones at once, others after their request. */
    public void drain() {
        isDraining = true;
        for (FcgiConnection connection : connections) {
            connection.sayGoingAway();
        }
    }

    /** Accepts no connection any more. Those in the queue are for other processes, or their clients try again. */
    public void stopAccepting() {
        isAccepting = false;
        selector.wakeup();
    }

    /** Whether a request is being read or answered. */
    public boolean isBusy() {
        for (FcgiConnection connection : connections) {
            if (connection.isBusy()) {
                return true;
            }
        }
        return false;
    }

    /** The requests that threads work for, and those that are detached. */
    public List<RequestExchange> running() {
        List<RequestExchange> running = new ArrayList<>();
        for (FcgiConnection connection : connections) {
            RequestExchange exchange = connection.handled();
            if (exchange != null && (exchange.isWorking() || exchange.isDetached())) {
                running.add(exchange);
            }
        }
        return running;
    }

    /** Open connections. */
    public int connections() {
        return connections.size();
    }

    /** Whether connections must still be read, since one was told less than that long ago that the daemon goes. */
    public boolean isWithinGrace(long graceNanos) {
        return isGoingAwaySaid && isAnyOpen() && System.nanoTime() - lastGoingAwayNanos < graceNanos;
    }

    private boolean isAnyOpen() {
        for (FcgiConnection connection : connections) {
            if (connection.isOpen()) {
                return true;
            }
        }
        return false;
    }

    /** Closes all connections. */
    public void close() {
        stopAccepting();
        for (FcgiConnection connection : connections) {
            connection.close();
        }
        synchronized (sharedReaders) {
            isClosed = true;
            for (SharedReader reader : sharedReaders) {
                reader.close();
            }
            if (detachedConnections != null) {
                detachedConnections.close();
            }
        }
    }
}
