package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.ErrorPage;
import org.jsgid.daemon.MicroClock;
import org.jsgid.daemon.ProcessId;

/** An {@link Exchange} on a {@link FcgiConnection}. One is made for each request. */
public final class RequestExchange implements Exchange {

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String STATUS = "Status";
    /** A header that an application calls Status, which to readers of CGI is none. */
    private static final String STATUS_HEADER = "Jsgi-Header-Status";

    private static final String STATUS_OK = "Status: 200 OK\r\n";
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String SENDFILE = "X-Sendfile";
    /** A variable that we set, whatever the client of the socket sent under that name. */
    private static final String QUEUE_TIME = "JSGI_QUEUE_TIME";

    private final FcgiConnection connection;
    private final int id;
    private final Parameters parameters;

    /** The header block while it is open; the connection's own, used by one exchange after another. */
    private byte[] head;

    private int headLength;
    private boolean isCommitted;
    /** The usual status, which is what none means. */
    private boolean isStatusLeftOut;

    /** 101: nothing but {@link #upgrade} may follow. */
    private boolean isSwitching;

    private boolean isHeadSent;
    private volatile boolean isEnded;
    private long bytesWritten;
    /** What Content-Length says, or -1. */
    private long declared = -1;

    /** The status says that there is no body, whatever Content-Length says. */
    private boolean isBodiless;

    /** The web server sends a file in place of the body (X-Sendfile): what Content-Length says is about that. */
    private boolean isBodyElsewhere;

    private boolean isExcessTold;
    /** Trailer fields as lines, or null: none. */
    private StringBuilder trailers;
    /** Whether the client waits to be asked for the body is settled, one way or the other. */
    private boolean isAsked;

    private List<Map.Entry<String, String>> requestTrailers;
    private long queueStart = -1;
    private final long arrivedMicros = MicroClock.micros();
    private long queueMicros;
    private Map<String, String> map;

    private volatile RequestWork work;
    /** When the first work for it began. Written before {@link #work}. */
    private long beganNanos;
    /** {@link #detach} was called. */
    private boolean isToBeDetached;
    /** Whether it outlives the call to its handler is decided. */
    private boolean isSettled;

    private volatile boolean isDetached;
    /** The piece of work that ended last has not ended the request. */
    private volatile boolean isToGoOn;
    /** A detached request is over. Guarded by this. */
    private boolean isOver;

    private volatile boolean isTimedOut;
    private volatile boolean isAnswered;

    RequestExchange(FcgiConnection connection, int id, Parameters parameters, byte[] head) {
        this.connection = connection;
        this.id = id;
        this.parameters = parameters;
        this.head = head;
    }

    @Override
    public Map<String, String> parameters() {
        if (map == null) {
            Map<String, String> all = parameters.asMap();
            all.put(QUEUE_TIME, Long.toString(queueMicros));
            map = Collections.unmodifiableMap(all);
        }
        return map;
    }

    @Override
    public void eachParameter(ParameterReader reader) {
        parameters.each((name, value) -> {
            if (!name.equals(QUEUE_TIME)) {
                reader.parameter(name, value);
            }
        });
        reader.parameter(QUEUE_TIME, Long.toString(queueMicros));
    }

    @Override
    public String parameter(String name) {
        return name.equals(QUEUE_TIME) ? Long.toString(queueMicros) : parameters.get(name);
    }

    /** Microseconds between the arrival of the request at the web server and the beginning of the work. */
    public long queueMicros() {
        return queueMicros;
    }

    /** The calling thread begins to answer: the request's time in the queue is over, its time to run begins. */
    public void beginWork() {
        long start = queueStartMicros();
        // A clock that is ahead of ours must not make it negative.
        queueMicros = Math.max(0, MicroClock.micros() - (start == 0 ? arrivedMicros : start));
        RequestWork begun = new RequestWork();
        beganNanos = begun.startNanos;
        work = begun;
        CurrentExchange.set(this);
    }

    /** The thread that began has done what it can; from here on it is not interrupted for this request any more. */
    public void endWork() {
        CurrentExchange.clear();
        RequestWork begun = work;
        if (begun != null) {
            begun.end();
        }
        settle();
    }

    /** Does a piece of work for a detached request, on the calling thread. */
    public void work(Exchange.Work piece) {
        work = new RequestWork();
        CurrentExchange.set(this);
        isAnswered = false;
        boolean isDone = false;
        try {
            piece.run();
            isDone = true;
        } catch (IOException e) {
            connection.failed(e);
        } finally {
            if (!isDone) {
                abort();
            }
            endWork();
            isToGoOn = !isEnded;
            // It may have been left set.
            Thread.interrupted();
        }
    }

    /** After each {@link #work}. */
    public void afterWork() {
        if (isToGoOn) {
            connection.parkAgain();
            return;
        }
        connection.goOn(this);
        synchronized (this) {
            isOver = true;
            notifyAll();
        }
    }

    /** Whether the piece of work that has ended has not ended the request. */
    public boolean isToGoOn() {
        return isToGoOn;
    }

    /** The call to the handler is about to end, or has ended: decides, once, whether the request goes on without it. */
    boolean settle() {
        if (!isSettled) {
            isSettled = true;
            isToGoOn = isToBeDetached && !isEnded;
            isDetached = isToGoOn;
        }
        return isDetached;
    }

    /** Whether the request outlives the call to its handler, and that has come to its end. */
    public boolean isDetached() {
        return isDetached;
    }

    @Override
    public void detach(DetachedRequest request) {
        connection.detach(this, request);
        isToBeDetached = true;
    }

    @Override
    public void resume(Exchange.Work piece) {
        connection.resume(this, piece);
    }

    @Override
    public void awaitReadable() throws IOException {
        requireOpen();
        connection.detachment().awaitReadable();
    }

    @Override
    public void setWaiting(boolean isWaiting) throws IOException {
        if (!isWaiting) {
            Detachment detachment = connection.detachment();
            if (!detachment.isWatched()) {
                detachment.tryWatch(this, Detachment.LOCK_MILLIS);
            }
        }
        connection.writing.lock();
        try {
            requireOpen();
            connection.writer(this).keep(!isWaiting);
        } finally {
            connection.writing.unlock();
        }
    }

    @Override
    public boolean isWritable() throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            connection.writer(this);
            return connection.detachment().isWritable();
        } catch (IOException e) {
            throw isEnded ? e : connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    /** Whether the end of what the client sends means that it has gone. */
    boolean isEndTold() {
        return offers("going-away");
    }

    /** The thread that answers, or null: none has begun. */
    public Thread thread() {
        RequestWork begun = work;
        return begun == null ? null : begun.thread;
    }

    void markAnswered() {
        isAnswered = true;
    }

    /** Whether {@link RequestHandler#answered} was called for it. */
    public boolean isAnswered() {
        return isAnswered;
    }

    /** Whether a thread works for the request. */
    public boolean isWorking() {
        RequestWork begun = work;
        return begun != null && !begun.isOver();
    }

    /** How long the work has taken since it first began, in nanoseconds; 0 before. */
    public long workNanos() {
        return work == null ? 0 : System.nanoTime() - beganNanos;
    }

    /** How long the thread that works for the request has done so, in nanoseconds; 0 when none does. */
    public long threadNanos() {
        RequestWork begun = work;
        return begun == null || begun.isOver() ? 0 : System.nanoTime() - begun.startNanos;
    }

    /**
     * Interrupts the thread that answers, but not while it reads from or writes to the connection: then it is interrupted
     * as soon as it comes back from there.
     *
     * @return whether the interrupt has reached it, or it works for the request no more
     */
    public boolean interrupt() {
        RequestWork begun = work;
        if (isDetached && !isWorking()) {
            connection.overdue();
            return true;
        }
        return begun == null || begun.interrupt();
    }

    /** Waits until the thread has ended its work; false when it has not after so long. */
    public boolean awaitEndOfWork(long millis) throws InterruptedException {
        RequestWork begun = work;
        if (isDetached) {
            return awaitEnd(millis);
        }
        return begun == null || begun.awaitEnd(millis);
    }

    /** Waits until the thread has ended its work. */
    public void awaitEndOfWork() throws InterruptedException {
        RequestWork begun = work;
        if (begun != null) {
            begun.awaitEnd();
        }
    }

    private synchronized boolean awaitEnd(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!isOver) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left + 1_000_000);
        }
        return true;
    }

    RequestWork work() {
        return work;
    }

    /** Notes that the request has taken longer than it may. */
    public void markTimedOut() {
        isTimedOut = true;
    }

    @Override
    public boolean isTimedOut() {
        return isTimedOut;
    }

    /** The thread that answers has not ended although it should have: nothing waits for it any more. */
    public void markStuck() {
        connection.markStuck();
    }

    /**
     * Ends the request in place of the thread that should, and closes the connection: 504 when nothing has been sent, else
     * the response breaks off.
     *
     * @param reason for the error log of the request's virtual host; where the response had begun, for the daemon's log
     */
    public void timeOut(String reason) {
        if (!connection.tryWriting()) {
            // Somebody is writing and waits for the client to read: the response has begun.
            isEnded = true;
            connection.close();
            DaemonLog.plain(reason);
            return;
        }
        try {
            if (!isEnded) {
                connection.writer(this).stderr(id, (reason + "\n").getBytes(StandardCharsets.UTF_8));
                connection.isLast = true;
                end(1, Records.REQUEST_COMPLETE);
            }
        } catch (IOException e) {
            connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
        connection.close();
    }

    /** Whether a parameter has exactly this ASCII value; makes no string of it. */
    public boolean isParameter(String name, String value) {
        return parameters.is(name, value);
    }

    boolean offers(String extension) {
        return parameters.hasWord("JSGI_EXTENSIONS", extension);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        requireOpen();
        return target.hasRemaining() ? connection.readBody(this, target, true) : 0;
    }

    @Override
    public int readAvailable(ByteBuffer target) throws IOException {
        requireOpen();
        return target.hasRemaining() ? connection.readBody(this, target, false) : 0;
    }

    /** The application wants a body of which nothing has come: a client that waits to be asked for it is. */
    void askForBody() throws IOException {
        if (!isAsked) {
            isAsked = true;
            String expectation = parameters.get("HTTP_EXPECT");
            if (expectation != null && expectation.equalsIgnoreCase("100-continue")) {
                sendInterim(100, Collections.<Map.Entry<String, String>>emptyList(), true);
            }
        }
    }

    @Override
    public boolean acceptsInterim() {
        return offers("interim");
    }

    @Override
    public void interim(int status, List<Map.Entry<String, String>> headers) throws IOException {
        if (status < 100 || status > 199 || status == 101) {
            throw new IllegalArgumentException("not the status of an informational response: " + status);
        }
        isAsked |= status == 100;
        sendInterim(status, headers, false);
    }

    /** Sends it; too late is it for one that nobody insists on when the final response has begun. */
    private void sendInterim(int status, List<Map.Entry<String, String>> headers, boolean isOptional)
            throws IOException {
        StringBuilder lines = new StringBuilder(64);
        lines.append("Status: ").append(status).append(' ').append(StatusReason.of(status)).append("\r\n");
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey();
            HeaderText.check(name, header.getValue());
            if (!HeaderText.isOfConnection(name)
                    && !name.equalsIgnoreCase("Content-Length")
                    && !name.equalsIgnoreCase("Trailer")
                    && !name.equalsIgnoreCase("Status")) {
                lines.append(name).append(": ").append(header.getValue()).append("\r\n");
            }
        }
        byte[] content = bytes(lines.append("\r\n"));
        if (content.length > Records.MAX_CONTENT) {
            throw new IllegalArgumentException("an informational response of " + content.length + " bytes; at most "
                    + Records.MAX_CONTENT + " can be sent");
        }
        connection.writing.lock();
        try {
            requireOpen();
            if (isHeadSent) {
                if (isOptional) {
                    return;
                }
                throw new IllegalStateException("an informational response comes before the final one");
            }
            if (acceptsInterim()) {
                connection.writer(this).interim(id, content, content.length);
            }
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw isEnded ? e : connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    /** Lines of fields as bytes: ISO-8859-1, or UTF-8 where that is not enough. */
    private static byte[] bytes(StringBuilder lines) {
        String text = lines.toString();
        return text.getBytes(HeaderText.isLatin(text) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    @Override
    public List<Map.Entry<String, String>> requestTrailers() {
        if (requestTrailers == null && !isEnded && isRequestBodyRead() && connection.hasTrailers()) {
            List<String> leftOut = new ArrayList<>(0);
            requestTrailers = connection.trailers(leftOut);
            for (String what : leftOut) {
                log("JSGID0522: A trailer field of the request was left out: " + what + ".");
            }
        }
        return requestTrailers == null ? Collections.<Map.Entry<String, String>>emptyList() : requestTrailers;
    }

    /**
     * Makes sure that a field may be in a trailer section.
     *
     * @throws IllegalArgumentException when it may not: it frames, routes, authenticates or describes the content
     */
    public static void requireTrailer(String name) {
        if (!TrailerFields.isAllowed(name)) {
            throw new IllegalArgumentException(name + " has no place behind the body (RFC 9110, section 6.5.1)");
        }
    }

    @Override
    public boolean acceptsTrailers() {
        return offers("trailers");
    }

    @Override
    public void trailer(String name, String value) throws IOException {
        HeaderText.check(name, value);
        requireTrailer(name);
        connection.writing.lock();
        try {
            requireOpen();
            if (!acceptsTrailers()) {
                return;
            }
            StringBuilder lines = trailers == null ? new StringBuilder() : trailers;
            int before = lines.length();
            lines.append(name).append(": ").append(value).append("\r\n");
            if (bytes(lines).length > TrailerFields.MAX) {
                lines.setLength(before);
                throw new IllegalArgumentException("trailer fields of more than " + TrailerFields.MAX + " bytes");
            }
            trailers = lines;
        } finally {
            connection.writing.unlock();
        }
    }

    @Override
    public int available() {
        return isEnded ? 0 : connection.bodyAvailable();
    }

    @Override
    public boolean isRequestBodyRead() {
        if (isEnded) {
            return true;
        }
        try {
            return connection.isBodyRead();
        } catch (IOException e) {
            // The next read tells.
            return false;
        }
    }

    /** Whether the client is known to have gone. */
    public boolean isClientGone() {
        return connection.isGone();
    }

    /** A client that does not know our extensions may close its side when it has sent all, and still read. */
    @Override
    public boolean isAbandoned() {
        return !isEnded && offers("going-away") && connection.isClosedByClient(this);
    }

    /** Finds out by writing whether the peer is there, when what it sent fills our buffer; the lock is held. */
    void probe() throws IOException {
        if (!isEnded) {
            connection.writer(this).probe(id);
        }
    }

    @Override
    public void commit(int status, String reason) throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            if (isCommitted) {
                throw new IllegalStateException("the response is committed");
            }
            boolean isUpgrade = status == SWITCHING_PROTOCOLS && isUpgradeOffered();
            if (!isUpgrade && (status < 200 || status > 599)) {
                throw new IllegalArgumentException("not the status of a response: " + status);
            }
            isCommitted = true;
            isBodiless = status == 204 || status == 304;
            isSwitching = isUpgrade;
            appendTimes();
            isStatusLeftOut = status == 200 && reason == null;
            if (isStatusLeftOut) {
                return;
            }
            append("Status: ");
            append((char) ('0' + status / 100));
            append((char) ('0' + status / 10 % 10));
            append((char) ('0' + status % 10));
            append(' ');
            appendReason(reason == null || reason.isEmpty() ? StatusReason.of(status) : reason);
            endLine();
        } finally {
            connection.writing.unlock();
        }
    }

    /** For the module's notes; first in the block, so that it finds them without looking (PROTOCOL.md, Times). */
    private void appendTimes() {
        if (connection.wantsTimes()) {
            append("Jsgi-Queue-Time: ");
            append(Long.toString(queueMicros));
            endLine();
            append("Jsgi-Pid: ");
            append(ProcessId.get());
            endLine();
        }
    }

    private void appendReason(String reason) {
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            // RFC 9110 section 15.1: the phrase may be anything, and a client ignores it.
            append(c >= ' ' && c <= '~' ? c : ' ');
        }
    }

    @Override
    public void header(String name, String value) throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            if (!isCommitted || isHeadSent) {
                throw new IllegalStateException("headers are added between commit and the first body byte");
            }
            HeaderText.check(name, value);
            boolean isProtocol = isSwitching && name.equalsIgnoreCase("Upgrade");
            if (HeaderText.isOfConnection(name) && !isProtocol) {
                return;
            }
            boolean isCalledStatus = name.length() == STATUS.length() && name.equalsIgnoreCase(STATUS);
            if (isCalledStatus && !offers("status-header")) {
                return;
            }
            if (name.length() == CONTENT_LENGTH.length() && name.equalsIgnoreCase(CONTENT_LENGTH) && !declare(value)) {
                return;
            }
            if (name.length() == SENDFILE.length() && name.equalsIgnoreCase(SENDFILE)) {
                isBodyElsewhere = true;
            }
            if (isStatusLeftOut && name.equalsIgnoreCase("Location") && !value.startsWith("/")) {
                // Without a status this line would mean a redirect: RFC 3875, section 6.2.3.
                isStatusLeftOut = false;
                append(STATUS_OK);
            }
            append(isCalledStatus ? STATUS_HEADER : name);
            append(':');
            append(' ');
            if (HeaderText.isLatin(value)) {
                append(value);
            } else {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                reserve(bytes.length);
                System.arraycopy(bytes, 0, head, headLength, bytes.length);
                headLength += bytes.length;
            }
            endLine();
        } finally {
            connection.writing.unlock();
        }
    }

    /** Takes a Content-Length; false when it has been sent already. */
    private boolean declare(String value) {
        long length = HeaderText.length(value);
        if (declared >= 0 && declared != length) {
            // Whoever reads both reads two messages: RFC 9112, section 6.3.
            throw new IllegalArgumentException("two Content-Length, " + declared + " and " + length);
        }
        boolean isNew = declared < 0;
        declared = length;
        return isNew;
    }

    /** How many of so many bytes of the body the Content-Length has room for; the lock is held. */
    private int fitting(int length) throws IOException {
        if (declared < 0 || isBodyElsewhere || length <= declared - bytesWritten) {
            return length;
        }
        if (!isExcessTold) {
            isExcessTold = true;
            log("JSGID0523: The response is longer than its Content-Length of " + declared
                    + " bytes; the rest is dropped.");
        }
        return (int) (declared - bytesWritten);
    }

    private void append(String text) {
        int length = text.length();
        reserve(length);
        byte[] target = head;
        int at = headLength;
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) text.charAt(i);
        }
        headLength = at + length;
    }

    private void append(char c) {
        reserve(1);
        head[headLength++] = (byte) c;
    }

    private void endLine() {
        append('\r');
        append('\n');
    }

    private void reserve(int count) {
        if (headLength + count > head.length) {
            head = Arrays.copyOf(head, Math.max(2 * head.length, headLength + count));
        }
    }

    @Override
    public boolean isCommitted() {
        return isCommitted;
    }

    @Override
    public boolean isUpgradeOffered() {
        return offers("upgrade");
    }

    @Override
    public UpgradedConnection upgrade() throws IOException {
        if (!isSwitching || isHeadSent) {
            throw new IllegalStateException("an upgrade follows commit(101, null) and headers");
        }
        // The empty record at the end of the request's body belongs to FastCGI; what comes after it does not.
        ByteBuffer dropped = ByteBuffer.allocate(1024);
        while (connection.readBody(this, dropped, true) >= 0) {
            dropped.clear();
        }
        connection.stopWatching();
        connection.writing.lock();
        try {
            requireOpen();
            isSwitching = false;
            writerAfterHead();
            isEnded = true;
            return connection.upgrade();
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    /** Moves the header block into the buffer; the lock is held. */
    private RecordWriter writerAfterHead() throws IOException {
        RecordWriter writer = connection.writer(this);
        if (isSwitching) {
            throw new IllegalStateException("after a status of 101 nothing but upgrade() can follow");
        }
        if (!isHeadSent) {
            if (!isCommitted) {
                commit(200, null);
            }
            if (headLength == 0) {
                // A header block is never empty for a reader of CGI (RFC 3875, section 6.2).
                append(STATUS_OK);
            }
            endLine();
            isHeadSent = true;
            writer.stdout(id, head, 0, headLength);
        }
        return writer;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            RecordWriter writer = writerAfterHead();
            int limit = source.limit();
            int count = fitting(source.remaining());
            source.limit(source.position() + count);
            try {
                writer.stdout(id, source);
            } finally {
                source.limit(limit);
            }
            source.position(limit);
            bytesWritten += count;
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw isEnded ? e : connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    /** As {@link #write(ByteBuffer)}. */
    public void write(byte[] source, int offset, int length) throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            RecordWriter writer = writerAfterHead();
            int count = fitting(length);
            writer.stdout(id, source, offset, count);
            bytesWritten += count;
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw isEnded ? e : connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            writerAfterHead().send();
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw isEnded ? e : connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    @Override
    public long bytesWritten() {
        return bytesWritten;
    }

    /**
     * Forgets a response of which nothing has been sent, so that another can take its place.
     *
     * @return false when something of it is on its way already
     */
    public boolean reset() {
        connection.writing.lock();
        try {
            if (isEnded || (isHeadSent && connection.writer(this).hasSent())) {
                return false;
            }
            connection.writer(this).drop();
            isCommitted = false;
            isSwitching = false;
            isHeadSent = false;
            headLength = 0;
            bytesWritten = 0;
            declared = -1;
            trailers = null;
            return true;
        } catch (IOException over) {
            return false;
        } finally {
            connection.writing.unlock();
        }
    }

    @Override
    public void finish() throws IOException {
        connection.writing.lock();
        try {
            if (isEnded) {
                return;
            }
            RecordWriter writer = writerAfterHead();
            if (bytesWritten < declared && hasBody()) {
                throw new IllegalStateException("the response has " + bytesWritten
                        + " bytes, fewer than its Content-Length of " + declared);
            }
            if (trailers != null) {
                byte[] content = bytes(trailers);
                writer.trailers(id, content, content.length);
            }
            writer.keep(false);
            isEnded = true;
            connection.end(0, Records.REQUEST_COMPLETE, true);
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    /**
     * Whether a response with a Content-Length has that many bytes: not the answer to HEAD, not a 304, not one whose body
     * is a file.
     */
    private boolean hasBody() {
        return !isBodiless && !isBodyElsewhere && !isParameter("REQUEST_METHOD", "HEAD");
    }

    @Override
    public void abort() {
        end(1, Records.REQUEST_COMPLETE);
    }

    /** Ends a request that was not begun since too many wait: the client gets 503. */
    public void overloaded() {
        end(0, Records.OVERLOADED);
    }

    /** Ends a request that is for another process of the group; nothing of it was begun. */
    public void wrongProcess() {
        connection.notForUs();
        end(0, Records.WRONG_PROCESS);
    }

    /** The process that the request is for: its number, 0: any, -1: none, so that the answer only tells who we are. */
    public int wantedProcess() {
        String wanted = offers("process") ? parameters.get("JSGI_PROCESS") : null;
        if (wanted == null || wanted.isEmpty()) {
            return 0;
        }
        try {
            int number = Integer.parseInt(wanted);
            return number > 0 ? number : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void end(int appStatus, int protocolStatus) {
        connection.writing.lock();
        try {
            if (!isEnded) {
                if (connection.hasKept()) {
                    // Nobody reads it; the end of the connection tells.
                    isEnded = true;
                    connection.breakOff();
                    return;
                }
                boolean isNew = reset();
                if (isNew && isTimedOut) {
                    answerTimedOut();
                    return;
                }
                isEnded = true;
                connection.end(appStatus, protocolStatus, false);
            }
        } catch (IOException e) {
            connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
    }

    /** The lock is held, and nothing has been sent. */
    private void answerTimedOut() throws IOException {
        byte[] page = ErrorPage.page(
                504,
                "Gateway Timeout",
                "The application took longer to answer than it may (JsgiRequestTimeout).",
                "");
        commit(504, null);
        header("Content-Type", "text/html; charset=utf-8");
        header("Cache-Control", "no-store");
        header("Content-Length", Integer.toString(page.length));
        if (!isParameter("REQUEST_METHOD", "HEAD")) {
            write(page, 0, page.length);
        }
        finish();
    }

    /** Whether the request is over. */
    public boolean isEnded() {
        return isEnded;
    }

    @Override
    public void log(Severity severity, String line) {
        String lines = line.endsWith("\n") ? line : line + "\n";
        byte[] text = (offers("levels") ? severity.mark(lines) : lines).getBytes(StandardCharsets.UTF_8);
        connection.writing.lock();
        try {
            if (!isEnded) {
                connection.writer(this).stderr(id, text);
                return;
            }
        } catch (IOException e) {
            connection.gone(e);
        } finally {
            connection.writing.unlock();
        }
        DaemonLog.plain(line);
    }

    @Override
    public long queueStartMicros() {
        if (queueStart < 0) {
            queueStart = number(parameters.get("JSGI_QUEUE_START"));
        }
        return queueStart;
    }

    private static long number(String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void requireOpen() throws IOException {
        if (isEnded) {
            throw new IOException("the request is over");
        }
    }
}
