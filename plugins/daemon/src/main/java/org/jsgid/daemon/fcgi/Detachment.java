package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * A connection whose request is detached, or reads and writes without waiting. A request is detached by its handler, before
 * the call to it returns; then the connection is <em>parked</em>: no thread has it. Each piece of work ({@link
 * Exchange#resume}) takes it out of that, one at a time, and parks it again unless it has ended the request.
 *
 * <p>While the connection is <em>watched</em>, its channel does not block, and whoever has to wait for it waits for the
 * thread of {@link DetachedConnections} instead. It becomes so when no thread is in the channel, which is looked for again
 * and again: a thread of the application that reads or writes then finds out about the client by itself.
 *
 * <p>Lock order: reading, writing, mode of the connection; all of them before the monitors of this object.
 */
final class Detachment {

    static final int LOCK_MILLIS = 50;
    private static final long LONGEST_WAIT_MILLIS = 1000;

    private final FcgiConnection connection;
    private final FcgiServer server;
    private final DetachedConnections watch;
    private final Condition arrived;
    private final Object room = new Object();

    private volatile boolean isWatched;
    /** How often something was read by the watching thread. Guarded by the lock for reading, as are the next two. */
    private long fills;

    private boolean isInputEnded;
    private boolean wantsReadable;
    private volatile boolean wantsWritable;
    private volatile boolean isRestUnread;
    /** Guarded by {@link #room}. */
    private boolean hasRoom;
    /** Who has the lock for writing waits in {@link #awaitRoom}. */
    private volatile boolean isRoomAwaited;

    private volatile RequestExchange exchange;
    private volatile DetachedRequest request;
    /** Guarded by this, as is what follows. */
    private boolean isParked;

    private Exchange.Work next;
    private boolean isGoneTold;
    private boolean isUncounted;

    Detachment(FcgiConnection connection, FcgiServer server) throws IOException {
        this.connection = connection;
        this.server = server;
        this.watch = server.detachedConnections();
        this.arrived = connection.reading.newCondition();
    }

    /** A request is to be detached when the work for it that is being done has ended. */
    void begin(RequestExchange begun, DetachedRequest answering) {
        synchronized (this) {
            exchange = begun;
            isParked = false;
            next = null;
            isGoneTold = false;
        }
        request = answering;
    }

    boolean isWatched() {
        return isWatched;
    }

    // ------------------------------------------------- work

    /** No thread has the connection from here on. */
    void park() {
        watch.add(connection);
        if (!isWatched) {
            tryWatch(connection.handled(), LOCK_MILLIS);
        }
        Exchange.Work work;
        synchronized (this) {
            if (!isUncounted) {
                isUncounted = true;
                server.parked();
            }
            work = next;
            next = null;
            isParked = work == null;
        }
        if (work != null) {
            start(work);
        }
        if (connection.isGone() || !connection.isOpen()) {
            gone();
        }
    }

    /** Has this done as soon as nothing else is done for the request; nothing when that is over. */
    void resume(RequestExchange of, Exchange.Work work) {
        synchronized (this) {
            if (exchange != of) {
                return;
            }
            if (!isParked) {
                next = work;
                return;
            }
            isParked = false;
        }
        start(work);
    }

    private void start(Exchange.Work work) {
        RequestExchange current = exchange;
        watch.post(connection, () -> server.handler().resume(current, work));
    }

    /** Tells who answers that the client has gone, once. */
    void gone() {
        synchronized (this) {
            if (isGoneTold) {
                return;
            }
            isGoneTold = true;
        }
        DetachedRequest answering = request;
        if (answering != null) {
            answering.gone();
        }
    }

    void overdue() {
        DetachedRequest answering = request;
        if (answering != null) {
            answering.overdue();
        }
    }

    void tick() {
        RequestExchange current = exchange;
        DetachedRequest answering = request;
        if (current == null || answering == null) {
            return;
        }
        if (!isWatched) {
            tryWatch(current, 0);
        } else if (!connection.isGone()) {
            probe(current);
        }
        boolean isOver;
        synchronized (this) {
            isOver = isParked && current.isEnded();
        }
        if (isOver) {
            // Somebody else has ended it, and who answers has not noticed.
            resume(current, () -> {});
        } else {
            answering.tick();
        }
    }

    /** The end of the connection cannot be seen behind bytes that nobody takes; writing finds it. */
    private void probe(RequestExchange current) {
        if (!connection.reading.tryLock()) {
            return;
        }
        try {
            if (connection.in().remaining() == connection.in().capacity() && connection.writing.tryLock()) {
                try {
                    current.probe();
                } finally {
                    connection.writing.unlock();
                }
            }
        } catch (IOException e) {
            connection.noteGone();
        } finally {
            connection.reading.unlock();
        }
        if (connection.isGone()) {
            gone();
        }
    }

    // ------------------------------------------------- the end

    /** The request is over. */
    void leave() {
        watch.remove(connection);
        request = null;
        synchronized (this) {
            exchange = null;
            if (isUncounted) {
                isUncounted = false;
                server.unparked();
            }
        }
    }

    /**
     * Takes the connection from the watch, so that its next request can be read.
     *
     * @return false when a thread is still in its channel
     */
    boolean free() {
        if (!isWatched && !tryWatch(null, LOCK_MILLIS)) {
            return false;
        }
        try {
            unwatch();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whoever takes the connection reads what is left of the request before. */
    void expectRest() {
        isRestUnread = true;
    }

    /** The calling thread has the connection for itself; false when it has come to its end. */
    boolean resume() throws IOException {
        if (isRestUnread) {
            isRestUnread = false;
            return connection.readOn();
        }
        return true;
    }

    /** The channel is not watched any more, and blocks unless it is shared. */
    void unwatch() throws IOException {
        if (!isWatched) {
            return;
        }
        connection.reading.lock();
        try {
            connection.mode.lock();
            try {
                isWatched = false;
                wantsReadable = false;
                wantsWritable = false;
                watch.cancel(connection);
                if (!connection.isShared() && connection.channel().isOpen()) {
                    connection.channel().configureBlocking(true);
                }
            } finally {
                connection.mode.unlock();
            }
            arrived.signalAll();
        } finally {
            connection.reading.unlock();
        }
    }

    // ------------------------------------------------- the channel

    /** Has the channel watched, if no thread is in it, and as long as it is that request's or, null, nobody's; false otherwise. */
    boolean tryWatch(RequestExchange of, long millis) {
        boolean wantsRoom;
        try {
            if (!connection.reading.tryLock(millis, TimeUnit.MILLISECONDS)) {
                return false;
            }
            try {
                if (!connection.writing.tryLock(millis, TimeUnit.MILLISECONDS)) {
                    return false;
                }
                try {
                    if (connection.handled() != of) {
                        return false;
                    }
                    beginWatch();
                    // Nobody has been able to ask for it before.
                    wantsRoom = connection.hasKept();
                } finally {
                    connection.writing.unlock();
                }
            } finally {
                connection.reading.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            connection.noteGone();
            return false;
        }
        watch.want(connection, SelectionKey.OP_READ);
        if (wantsRoom) {
            watch.want(connection, SelectionKey.OP_WRITE);
        }
        return true;
    }

    private void beginWatch() throws IOException {
        connection.mode.lock();
        try {
            connection.channel().configureBlocking(false);
            isInputEnded = false;
            isWatched = true;
        } finally {
            connection.mode.unlock();
        }
    }

    /** Waits for bytes, as {@link FcgiConnection} does by reading; the lock for reading is held. */
    boolean fill() throws IOException {
        RequestExchange reader = connection.handled();
        while (isWatched
                && connection.isOpen()
                && reader != null
                && reader == connection.handled()
                && !reader.isEnded()) {
            int count = connection.fillNow();
            if (count != 0) {
                return count > 0;
            }
            long seen = fills;
            watch.want(connection, SelectionKey.OP_READ);
            try {
                arrived.await(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading");
                interrupted.initCause(e);
                throw interrupted;
            }
            if (fills != seen) {
                return !isInputEnded;
            }
        }
        throw new InterruptedIOException("the request is over");
    }

    /** See {@link FcgiConnection#arrived}. */
    boolean arrived() {
        if (!connection.reading.tryLock()) {
            return false;
        }
        boolean isReadable;
        try {
            if (!isWatched) {
                return true;
            }
            RequestExchange current = connection.handled();
            if (current == null || current.isEnded()) {
                return true;
            }
            take();
            isReadable = wantsReadable && !current.isEnded() && isReadable();
            wantsReadable &= !isReadable;
        } catch (IOException e) {
            connection.failed(e);
            isReadable = false;
        } finally {
            arrived.signalAll();
            connection.reading.unlock();
        }
        tell(isReadable);
        return true;
    }

    private void tell(boolean isReadable) {
        DetachedRequest answering = request;
        if (connection.isGone()) {
            gone();
        }
        if (isReadable && answering != null) {
            answering.readable();
        }
    }

    /** Reads what has come, as far as there is room. */
    private void take() throws IOException {
        int count = 1;
        while (count > 0 && connection.in().remaining() < connection.in().capacity()) {
            count = connection.fillNow();
            fills++;
        }
        isInputEnded = count < 0;
        RequestExchange current = connection.handled();
        if (current == null || current.isEnded()) {
            // What has come may be the next request, for whoever has the connection next.
            return;
        }
        RequestDecoder.Event event = connection.peek();
        if (event == RequestDecoder.Event.BODY_END) {
            event = connection.peek();
        }
        boolean isCutOff = event == RequestDecoder.Event.MORE && !connection.isBodyRead();
        boolean isLeft = isInputEnded && (isCutOff || current.isEndTold());
        if (event == RequestDecoder.Event.ABORT || isLeft) {
            connection.noteGone();
        }
        if (count >= 0 && !connection.isGone() && connection.in().remaining() < connection.in().capacity()) {
            watch.want(connection, SelectionKey.OP_READ);
        }
    }

    private boolean isReadable() throws IOException {
        return connection.isGone()
                || connection.isBodyRead()
                || connection.peek() == RequestDecoder.Event.BODY
                || isInputEnded;
    }

    /** Tells, once, when there is something to be read. */
    void awaitReadable() throws IOException {
        connection.reading.lock();
        try {
            wantsReadable = !isReadable();
            if (wantsReadable) {
                watch.want(connection, SelectionKey.OP_READ);
                return;
            }
        } finally {
            connection.reading.unlock();
        }
        tell(true);
    }

    // ------------------------------------------------- writing

    /** Waits until the socket may take more; the lock for writing is held. */
    void awaitRoom() throws IOException {
        if (watch.isOwn(Thread.currentThread())) {
            throw new IOException("the client does not read");
        }
        synchronized (room) {
            hasRoom = false;
        }
        isRoomAwaited = true;
        watch.want(connection, SelectionKey.OP_WRITE);
        synchronized (room) {
            try {
                if (!hasRoom) {
                    TimeUnit.MILLISECONDS.timedWait(room, LONGEST_WAIT_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while writing");
                interrupted.initCause(e);
                throw interrupted;
            } finally {
                isRoomAwaited = false;
            }
        }
        if (wantsWritable) {
            // Nobody else asks for that when all has been sent here.
            watch.want(connection, SelectionKey.OP_WRITE);
        }
    }

    /** Something could not be sent, and nobody waits for that. */
    void noteKept() {
        watch.want(connection, SelectionKey.OP_WRITE);
    }

    /** See {@link FcgiConnection#hasRoom}. */
    boolean hasRoom() {
        synchronized (room) {
            hasRoom = true;
            room.notifyAll();
        }
        if (!connection.writing.tryLock()) {
            // Who waits for room sends what there is. Who does something else may leave it.
            return isRoomAwaited;
        }
        boolean isWritable = false;
        try {
            if (!isWatched) {
                return true;
            }
            if (!connection.rawWriter().sendKept()) {
                watch.want(connection, SelectionKey.OP_WRITE);
            } else if (wantsWritable) {
                wantsWritable = false;
                isWritable = true;
            }
        } catch (IOException e) {
            connection.noteGone();
        } finally {
            connection.writing.unlock();
        }
        DetachedRequest answering = request;
        if (connection.isGone()) {
            gone();
        } else if (isWritable && answering != null) {
            answering.writable();
        }
        return true;
    }

    /** Whether all has been sent; otherwise it is told when that is so. The lock for writing is held. */
    boolean isWritable() throws IOException {
        if (connection.rawWriter().sendKept()) {
            return true;
        }
        wantsWritable = true;
        watch.want(connection, SelectionKey.OP_WRITE);
        return false;
    }
}
