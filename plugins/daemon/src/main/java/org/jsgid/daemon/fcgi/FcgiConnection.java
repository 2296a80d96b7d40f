package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jsgid.daemon.DaemonLog;

/**
 * One connection: reads requests, one after another, and hands each to the handler.
 *
 * <p>Invariants: only the thread of the connection, and the application's code that runs on it (or in its place), reads;
 * {@link #writing} guards everything that is written and {@link #current}. While an application runs, nobody reads but
 * the application: a body that it ignores stays in the socket. An exchange that is not {@link #current} any more cannot
 * write, so late writes of one request never reach the next.
 *
 * <p>A connection begins with a thread of its own. When its requests have been quick for a while it is handed to the
 * {@link SharedReader}; then its channel does not block, and it leaves again, for the thread that it is on, as soon as it
 * would have to wait for the peer ({@link #leaveShared}), or when its requests are quick no more.
 *
 * <p>A request that is detached ({@link Exchange#detach}) has the connection without a thread: {@link #detached} has what
 * is peculiar to that time.
 */
final class FcgiConnection implements Runnable, RecordWriter.Blocked {

    /**
     * At least 32768 bytes are read at a time, whatever was left of a record before them; PROTOCOL.md's rule about retries
     * rests on it.
     */
    static final int INPUT = 40 * 1024;

    /** What most responses fit into; larger ones borrow a buffer ({@link FcgiServer#largeBuffers}). */
    static final int OUTPUT = 8 * 1024;

    /** What usual header blocks fit into. */
    private static final int HEAD = 1024;

    /** What the two bytes for the load in END_REQUEST can say. */
    private static final int MOST_TOLD = 65535;

    /** How much of a body that nobody wanted is dropped before the connection is closed. */
    private static final long DROPPED = 1024 * 1024;

    /** Longest time of a request that counts as quick. */
    private static final long QUICK_NANOS = 100_000;
    /** Longest response of one: what a socket takes without waiting for its reader. */
    private static final long QUICK_BYTES = 128 * 1024;
    /** So many quick requests a slow one takes away. A thread that had to wait for a processor should not count for much. */
    private static final int SLOW = 8;

    private final FcgiServer server;
    private final SocketChannel channel;
    private final String threadName;
    private final ByteBuffer small = ByteBuffer.allocateDirect(INPUT);
    /** What was read: the small buffer, or a borrowed one while a large body comes. */
    private ByteBuffer in = small;
    /** The borrowed one, or null. */
    private ByteBuffer large;

    private final RequestDecoder decoder = new RequestDecoder();
    private final RecordWriter writer;
    private final byte[] head = new byte[HEAD];
    final ReentrantLock writing = new ReentrantLock();
    /** Guards {@link #in} and {@link #decoder} while an application has the request. */
    final ReentrantLock reading = new ReentrantLock();
    /** Held while the channel is non-blocking for a moment, and when it begins or ends to be shared or watched. */
    final ReentrantLock mode = new ReentrantLock();

    private RequestExchange current;
    /** The request that the handler has, or null. Unlike {@link #current} also after its end. */
    private volatile RequestExchange handled;
    private boolean understandsGoingAway;
    private boolean wantsTimes;
    private boolean wantsProcess;
    private boolean isFirst = true;
    /** Nothing comes after the current request. Guarded by {@link #writing}. */
    boolean isLast;
    private boolean isGoingAwaySaid;
    private volatile boolean isClosing;
    private volatile boolean isBusy;
    private volatile boolean isGone;
    private volatile boolean isStuck;
    /** The channel is somebody else's. */
    private volatile boolean isUpgraded;

    /** Who waits for the connection's requests, or null: a thread of its own does. */
    private volatile SharedReader shared;
    /** What a detached request, or one that reads and writes without waiting, has made of the connection; null before. */
    private volatile Detachment detached;
    /** How quick its requests have been lately: 0 to {@link FcgiServer#quickRequests}. Only for the thread that serves the connection. */
    private int quickness;
    /** The request at hand has taken so long that it was noticed from outside. */
    private volatile boolean isSlow;

    FcgiConnection(FcgiServer server, SocketChannel channel, String threadName) {
        this.server = server;
        this.channel = channel;
        this.threadName = threadName;
        this.writer = new RecordWriter(new Output(), OUTPUT, server.largeBuffers(), this);
        in.limit(0);
    }

    SocketChannel channel() {
        return channel;
    }

    /** Of a thread that it has for itself. */
    String threadName() {
        return threadName;
    }

    /** Serves requests on a thread of its own, until the end of the connection or until it is shared. */
    @Override
    public void run() {
        boolean isKept = false;
        boolean isParking = false;
        try {
            leaveShared();
            if (detached != null && !detached.resume()) {
                return;
            }
            while (!isClosing) {
                if (quickness >= server.quickRequests() && !in.hasRemaining() && share()) {
                    isKept = true;
                    return;
                }
                if (!serveNext()) {
                    return;
                }
                if (isDetached()) {
                    isParking = true;
                    return;
                }
                isBusy = in.hasRemaining();
            }
        } catch (IOException e) {
            failed(e);
            isParking = isDetached();
        } finally {
            if (isParking) {
                detached.park();
            } else if (!isKept) {
                end();
            }
        }
    }

    /**
     * Serves what has come, on the shared thread. Afterwards the connection may be shared no more, or closed.
     *
     * @return false when its request was detached: the shared thread calls {@link #parkShared} as the last that it does with it
     */
    boolean serveShared() {
        boolean isKept = false;
        try {
            isKept = fillNow() >= 0;
            while (isKept && in.hasRemaining()) {
                isKept = serveNext();
                if (isDetached()) {
                    return false;
                }
                isBusy = in.hasRemaining();
            }
            if (isKept && quickness == 0 && server.quickRequests() > 0) {
                leaveShared();
            }
        } catch (IOException e) {
            isKept = false;
            failed(e);
        } finally {
            if (!isKept && !isDetached()) {
                end();
            }
        }
        return !isDetached();
    }

    /** The connection is not registered with the shared thread any more. */
    void parkShared() {
        shared = null;
        detached.park();
    }

    /** Whether the request at hand outlives the call to its handler that has returned. */
    private boolean isDetached() {
        RequestExchange exchange = handled;
        return detached != null && exchange != null && exchange.isDetached();
    }

    /** What is peculiar to detached requests; made for the first. */
    Detachment detachment() throws IOException {
        if (detached == null) {
            detached = new Detachment(this, server);
        }
        return detached;
    }

    void failed(IOException e) {
        if (e instanceof ProtocolException) {
            DaemonLog.line("JSGID0520", "A FastCGI connection was closed, for its client sent " + e.getMessage() + ".");
        }
        // Else the peer has gone. Whoever ran for it was told by its own read or write.
        isGone = true;
    }

    void end() {
        close();
        server.closed(this);
    }

    /** Hands the connection to the shared thread, if there is one; then it is not the calling thread's any more. */
    private boolean share() throws IOException {
        SharedReader reader = server.sharedReader();
        return reader != null && share(reader);
    }

    private boolean share(SharedReader reader) throws IOException {
        mode.lock();
        try {
            channel.configureBlocking(false);
            shared = reader;
        } finally {
            mode.unlock();
        }
        if (isClosing) {
            return false;
        }
        reader.add(this);
        return true;
    }

    /** From here on the connection has the thread that serves it for itself, and its channel blocks. */
    private void leaveShared() throws IOException {
        if (shared == null) {
            return;
        }
        mode.lock();
        try {
            SharedReader reader = shared;
            if (reader != null) {
                isSlow = true;
                reader.leave(this);
                channel.configureBlocking(true);
                shared = null;
            }
        } finally {
            mode.unlock();
        }
    }

    /** The request at hand has taken so long that the others were given another thread. */
    void noteSlow() {
        isSlow = true;
    }

    private void noteTime(RequestExchange exchange) {
        if (isSlow) {
            isSlow = false;
            quickness = 0;
            return;
        }
        boolean isQuick = exchange.workNanos() < QUICK_NANOS && exchange.bytesWritten() <= QUICK_BYTES;
        quickness = isQuick ? Math.min(server.quickRequests(), quickness + 1) : Math.max(0, quickness - SLOW);
    }

    /** Serves one request; false at the end of the connection. */
    private boolean serveNext() throws IOException {
        RequestDecoder.Event event = awaitEvent();
        if (event == null) {
            return false;
        }
        if (event != RequestDecoder.Event.REQUEST) {
            // The rest of a request that is over: an abort that crossed our answer, or body bytes nobody wanted.
            if (event == RequestDecoder.Event.BODY) {
                decoder.skipBody(in);
            }
            return true;
        }
        RequestExchange exchange = new RequestExchange(this, decoder.requestId(), Parameters.parse(decoder.params()), head);
        begin(exchange);
        handled = exchange;
        try {
            server.handler().handle(exchange);
            if (!exchange.settle()) {
                noteTime(exchange);
            }
        } finally {
            isFirst = false;
            // An application may have left the flag set, and that would close the channel at the next read.
            Thread.interrupted();
            if (!exchange.settle()) {
                handled = null;
                exchange.abort();
                if (detached != null) {
                    detached.unwatch();
                }
            }
        }
        if (exchange.isDetached()) {
            return true;
        }
        boolean isKept =
                !isGone && !isUpgraded && decoder.isKeepConnection() && isReadByNobody() && readRest();
        giveBack();
        return isKept;
    }

    /** Whether no thread of the application reads any more; none begins to, since nothing is handled. */
    private boolean isReadByNobody() {
        try {
            if (reading.tryLock(Detachment.LOCK_MILLIS, TimeUnit.MILLISECONDS)) {
                reading.unlock();
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** The detached request is over: who reads the next one, if any? */
    void goOn(RequestExchange exchange) {
        exchange.abort();
        handled = null;
        detached.leave();
        boolean isNext = !isGone && !isUpgraded && !isClosing && decoder.isKeepConnection();
        if (!isNext || !detached.free()) {
            end();
            return;
        }
        // Nobody else has it now.
        giveBack();
        try {
            if (!decoder.isBodyRead() && in.hasRemaining()) {
                // Of a request without a body, its end is mostly there.
                nextEvent();
            }
            SharedReader reader = decoder.isBodyRead() && !in.hasRemaining() ? server.sharedReader() : null;
            if (reader != null && share(reader)) {
                isBusy = false;
                return;
            }
        } catch (IOException e) {
            isGone = true;
        }
        detached.expectRest();
        server.startThread(this);
    }

    /** What the end of the request before has left to be read; false when the connection is to be closed. */
    boolean readOn() throws IOException {
        boolean isNext = readRest();
        giveBack();
        isBusy = in.hasRemaining();
        return isNext;
    }

    private void begin(RequestExchange exchange) {
        writing.lock();
        try {
            current = exchange;
            writer.beginRequest();
            understandsGoingAway = exchange.offers("going-away");
            wantsTimes = exchange.offers("times");
            wantsProcess = exchange.offers("process");
        } finally {
            writing.unlock();
        }
    }

    /** Reads what is left of the body of a request that was answered; false when the connection is to be closed. */
    private boolean readRest() throws IOException {
        long dropped = 0;
        while (!decoder.isBodyRead()) {
            RequestDecoder.Event event = awaitEvent();
            if (event == null || event == RequestDecoder.Event.ABORT || dropped > DROPPED) {
                return false;
            }
            if (event == RequestDecoder.Event.BODY) {
                dropped += decoder.skipBody(in);
            }
        }
        return true;
    }

    /** The next event that concerns a request, or null at the end of the stream. Management is answered on the way. */
    private RequestDecoder.Event awaitEvent() throws IOException {
        while (true) {
            RequestDecoder.Event event = nextEvent();
            if (event != RequestDecoder.Event.MORE) {
                return event;
            }
            if (!fill()) {
                return null;
            }
        }
    }

    private RequestDecoder.Event nextEvent() throws IOException {
        while (true) {
            RequestDecoder.Event event = decoder.next(in);
            switch (event) {
                case GET_VALUES:
                case UNKNOWN_TYPE:
                case SECOND_REQUEST:
                case UNKNOWN_ROLE:
                    answer(event);
                    break;
                default:
                    return event;
            }
        }
    }

    private void answer(RequestDecoder.Event event) throws IOException {
        writing.lock();
        try {
            if (event == RequestDecoder.Event.GET_VALUES) {
                writer.values(values(decoder.management()));
            } else if (event == RequestDecoder.Event.UNKNOWN_TYPE) {
                writer.unknownType(decoder.otherType());
            } else if (event == RequestDecoder.Event.SECOND_REQUEST) {
                writer.end(decoder.otherId(), 0, Records.CANT_MPX_CONN, false);
            } else {
                writer.end(decoder.otherId(), 0, Records.UNKNOWN_ROLE, false);
            }
            writer.send();
        } finally {
            writing.unlock();
        }
    }

    /** Answers GET_VALUES (FastCGI 1.0, section 4.1): of the names asked for, those that are known. */
    private byte[] values(byte[] asked) throws ProtocolException {
        Map<String, String> names = Parameters.parse(asked).asMap();
        ByteBuffer content = ByteBuffer.allocate(256);
        value(names, content, "FCGI_MAX_CONNS", Integer.toString(server.connectionLimit()));
        value(names, content, "FCGI_MAX_REQS", Integer.toString(server.connectionLimit()));
        value(names, content, "FCGI_MPXS_CONNS", "0");
        byte[] bytes = new byte[content.position()];
        content.flip();
        content.get(bytes);
        return bytes;
    }

    private static void value(Map<String, String> asked, ByteBuffer content, String name, String value) {
        if (asked.containsKey(name)) {
            content.put((byte) name.length()).put((byte) value.length());
            content.put(name.getBytes(StandardCharsets.ISO_8859_1));
            content.put(value.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Waits for bytes; false at the end of the stream. */
    private boolean fill() throws IOException {
        if (large == null && decoder.bodyExpected() > INPUT) {
            borrow();
        }
        if (isWatched()) {
            return detached.fill();
        }
        int count = shared == null ? 0 : fillNow();
        if (count == 0) {
            if (handled != null) {
                isSlow = true;
            }
            leaveShared();
            count = fillNow();
        }
        return count >= 0;
    }

    /** Goes on in a large buffer, which takes a whole record in one read. */
    private void borrow() {
        large = server.largeBuffers().take();
        large.put(in).flip();
        in = large;
    }

    /**
     * Goes back to the small buffer, unless more than it takes is left of what comes after the request, or a thread of the
     * application still reads: the buffer must not become another connection's under it.
     */
    private void giveBack() {
        if (large == null || !reading.tryLock()) {
            return;
        }
        try {
            if (large.remaining() <= INPUT) {
                small.clear();
                small.put(large).flip();
                in = small;
                server.largeBuffers().give(large);
                large = null;
            }
        } finally {
            reading.unlock();
        }
    }

    /** Reads once; waits if the channel blocks. */
    int fillNow() throws IOException {
        in.compact();
        int count;
        try {
            count = read();
        } finally {
            in.flip();
        }
        if (count > 0) {
            isBusy = true;
        }
        return count;
    }

    private int read() throws IOException {
        RequestWork work = enterSocket();
        try {
            return channel.read(in);
        } finally {
            if (work != null) {
                work.leaveSocket();
            }
        }
    }

    /** Keeps interrupts from the socket; what it returned, if anything, is to leave it. */
    private RequestWork enterSocket() {
        RequestExchange exchange = handled;
        RequestWork work = exchange == null ? null : exchange.work();
        return work != null && work.enterSocket() ? work : null;
    }

    /** The socket, for the writer. */
    private final class Output implements WritableByteChannel {

        @Override
        public int write(ByteBuffer source) throws IOException {
            RequestWork work = enterSocket();
            try {
                int count = channel.write(source);
                if (count == 0 && shared != null && !isWatched()) {
                    leaveShared();
                    count = channel.write(source);
                }
                return count;
            } finally {
                if (work != null) {
                    work.leaveSocket();
                }
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** For {@link RequestExchange#read}: as that, with 0 when nothing is there and waiting was not wanted. */
    int readBody(RequestExchange exchange, ByteBuffer target, boolean isWaiting) throws IOException {
        reading.lock();
        try {
            while (!decoder.isBodyRead()) {
                requireHandled(exchange);
                RequestDecoder.Event event = nextEvent();
                if (event == RequestDecoder.Event.BODY) {
                    return decoder.takeBody(in, target);
                }
                if (event == RequestDecoder.Event.ABORT) {
                    isGone = true;
                    throw new ClientGoneException("the client has gone", null);
                }
                if (event == RequestDecoder.Event.MORE) {
                    exchange.askForBody();
                }
                if (event == RequestDecoder.Event.MORE && (isGone || !(isWaiting ? fill() : fillAvailable()))) {
                    if (!isWaiting && !isGone) {
                        return 0;
                    }
                    isGone = true;
                    throw new ClientGoneException("the client has gone before the end of the request body", null);
                }
            }
            return -1;
        } catch (InterruptedIOException e) {
            // Nothing of the stream was lost.
            throw e;
        } catch (ProtocolException | ClientGoneException e) {
            isGone = true;
            throw e;
        } catch (IOException e) {
            isGone = true;
            throw new ClientGoneException("the connection of the request broke: " + e.getMessage(), e);
        } finally {
            reading.unlock();
        }
    }

    /** A thread that reads for a request that is over must not get anything of the next one. */
    private void requireHandled(RequestExchange exchange) throws InterruptedIOException {
        if (handled != exchange) {
            throw new InterruptedIOException("the request is over");
        }
    }

    /** Takes what has come without waiting; false when that is nothing. */
    private boolean fillAvailable() throws IOException {
        mode.lock();
        try {
            channel.configureBlocking(false);
            in.compact();
            try {
                int count = read();
                isGone |= count < 0;
                return count > 0;
            } finally {
                in.flip();
                if (shared == null && !isWatched()) {
                    channel.configureBlocking(true);
                }
            }
        } finally {
            mode.unlock();
        }
    }

    /** Takes what has come, as far as there is room, and tells whether the end of the stream was behind it. */
    boolean isClosedByClient(RequestExchange exchange) {
        if (!reading.tryLock()) {
            // Somebody waits for more of the body, and will be told.
            return isGone;
        }
        try {
            // Somebody who waits for the client to take more will be told too; the channel's mode cannot change meanwhile.
            if (handled == exchange && writing.tryLock()) {
                try {
                    lookForEnd(exchange);
                } finally {
                    writing.unlock();
                }
            }
        } finally {
            reading.unlock();
        }
        return isGone;
    }

    private void lookForEnd(RequestExchange exchange) {
        try {
            while (!isGone && in.remaining() < in.capacity() && fillAvailable()) {
                // The end comes after what was sent before it.
            }
            if (!isGone && in.remaining() == in.capacity()) {
                exchange.probe();
            }
        } catch (IOException e) {
            isGone = true;
        }
    }

    @SuppressWarnings("LockNotBeforeTry") // Nothing is done under it: the other's end is waited for.
    @Override
    public void await() throws IOException {
        if (isWatched()) {
            detached.awaitRoom();
            return;
        }
        mode.lock();
        mode.unlock();
    }

    // ------------------------------------------------- for detached requests

    void detach(RequestExchange exchange, DetachedRequest request) {
        try {
            detachment().begin(exchange, request);
        } catch (IOException e) {
            throw new IllegalStateException("a request cannot be answered asynchronously: " + e.getMessage(), e);
        }
    }

    void resume(RequestExchange exchange, Exchange.Work work) {
        detached.resume(exchange, work);
    }

    void overdue() {
        detached.overdue();
    }

    void parkAgain() {
        detached.park();
    }

    void stopWatching() throws IOException {
        if (detached != null) {
            detached.unwatch();
        }
    }

    /** Whether something of the response waits to be sent, for nobody; the lock for writing is held. */
    boolean hasKept() {
        return writer.hasKept();
    }

    /** The current request ends with the connection; the lock for writing is held. */
    void breakOff() {
        current = null;
        decoder.answered();
        isGone = true;
    }

    @Override
    public void kept() {
        Detachment here = detached;
        if (here != null) {
            here.noteKept();
        }
    }

    boolean isWatched() {
        Detachment here = detached;
        return here != null && here.isWatched();
    }

    /** See {@link DetachedConnections}: something has come; false: try again, somebody reads. */
    boolean arrived() {
        return detached.arrived();
    }

    /** The socket may take more; false: try again, somebody writes. */
    boolean hasRoom() {
        return detached.hasRoom();
    }

    void tick() {
        detached.tick();
    }

    /** The buffer of what has come, under the lock for reading. */
    ByteBuffer in() {
        return in;
    }

    /** What comes next in that buffer, under the lock for reading. */
    RequestDecoder.Event peek() throws IOException {
        return nextEvent();
    }

    /** Waits for nothing; the lock for writing is held. */
    RecordWriter rawWriter() {
        return writer;
    }

    boolean isShared() {
        return shared != null;
    }

    void noteGone() {
        isGone = true;
    }

    boolean isBodyRead() throws IOException {
        if (!reading.tryLock()) {
            // Somebody waits for more of it.
            return false;
        }
        try {
            // The end often lies in the buffer already, behind the parameters of a request without body.
            if (!decoder.isBodyRead() && in.hasRemaining() && nextEvent() == RequestDecoder.Event.ABORT) {
                isGone = true;
            }
            return decoder.isBodyRead();
        } finally {
            reading.unlock();
        }
    }

    int bodyAvailable() {
        if (!reading.tryLock()) {
            return 0;
        }
        try {
            return decoder.bodyAvailable(in);
        } finally {
            reading.unlock();
        }
    }

    /** Whether the request has trailer fields, once its body has been read. */
    boolean hasTrailers() {
        reading.lock();
        try {
            return decoder.trailersLength() > 0;
        } finally {
            reading.unlock();
        }
    }

    /** Those fields. */
    List<Map.Entry<String, String>> trailers(List<String> leftOut) {
        reading.lock();
        try {
            return TrailerFields.parse(decoder.trailers(), decoder.trailersLength(), leftOut);
        } finally {
            reading.unlock();
        }
    }

    boolean isGone() {
        return isGone;
    }

    /** The writer, for the current exchange under the lock. */
    RecordWriter writer(RequestExchange exchange) throws IOException {
        if (current != exchange) {
            throw new IOException("the request is over; nothing can be written to it any more");
        }
        return writer;
    }

    /** Notes that writing failed: the peer has gone. */
    ClientGoneException gone(IOException e) {
        isGone = true;
        return new ClientGoneException("the client has gone: " + e.getMessage(), e);
    }

    /** Ends the current request; the lock is held. */
    void end(int appStatus, int protocolStatus, boolean withStdout) throws IOException {
        int id = decoder.requestId();
        current = null;
        decoder.answered();
        if (wantsProcess) {
            noteAnswered();
            writer.end(id, appStatus, protocolStatus, withStdout, server.handler().process(), otherRequests());
        } else {
            writer.end(id, appStatus, protocolStatus, withStdout);
        }
        if (server.isDraining()) {
            goingAway();
        } else if (isLast && understandsGoingAway) {
            // In the same write as the end, so that the client does not take the connection for its next request.
            writer.goingAway();
        }
        writer.send();
    }

    /** Else a client that sends its next request at once would find this one still counted. */
    private void noteAnswered() {
        RequestExchange exchange = handled;
        if (exchange != null && exchange.isWorking() && Thread.currentThread().equals(exchange.thread())) {
            exchange.markAnswered();
            server.handler().answered();
        }
    }

    /** What this process has to do beside the request that is about to end; one that was not begun is in no count. */
    private int otherRequests() {
        RequestExchange exchange = handled;
        boolean isCounted = exchange != null && exchange.isWorking() && !exchange.isAnswered();
        return Math.max(0, Math.min(MOST_TOLD, server.handler().load() - (isCounted ? 1 : 0)));
    }

    /** Ends the current request; from here on the channel is no FastCGI, and not ours to close. The lock is held. */
    UpgradedConnection upgrade() throws IOException {
        if (in.hasRemaining()) {
            throw new ProtocolException("more than a request before the answer to its upgrade");
        }
        leaveShared();
        int id = decoder.requestId();
        current = null;
        decoder.answered();
        writer.end(id, 0, Records.REQUEST_COMPLETE, true);
        writer.send();
        isUpgraded = true;
        return server.upgraded(channel);
    }

    /** The request was not for this process. Over a connection that has served, only its load was asked for. */
    void notForUs() {
        if (isFirst) {
            server.anotherIsSought();
        }
    }

    private void goingAway() throws IOException {
        if (understandsGoingAway && !isGoingAwaySaid) {
            isGoingAwaySaid = true;
            writer.goingAway();
            server.goingAwaySaid();
        }
    }

    /** Tells an idle connection that the daemon drains; one that is in use is told after its request. */
    void sayGoingAway() {
        // Whoever holds the lock for longer is answering a request, and says it at the end.
        if (!tryWriting()) {
            return;
        }
        try {
            if (current == null && !isClosing && !isUpgraded) {
                goingAway();
                writer.send();
            }
        } catch (IOException e) {
            isGone = true;
        } finally {
            writing.unlock();
        }
    }

    boolean wantsTimes() {
        return wantsTimes;
    }

    /** The request that is being answered, or null. */
    RequestExchange handled() {
        return handled;
    }

    void markStuck() {
        isStuck = true;
    }

    /** Takes the lock unless somebody has it for longer. */
    boolean tryWriting() {
        try {
            return writing.tryLock(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether a request has begun to arrive or is being answered, by a thread that may still end. */
    boolean isBusy() {
        return isBusy && !isStuck;
    }

    /** Whether anybody could still send a request. */
    boolean isOpen() {
        return !isClosing;
    }

    void close() {
        isClosing = true;
        if (isUpgraded) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be sent, and the descriptor is free either way.
            isGone = true;
        }
        SharedReader reader = shared;
        if (reader != null) {
            // No thread of its own would find out.
            reader.wakeup();
            server.closed(this);
        }
        if (isDetached()) {
            detached.gone();
        }
    }
}
