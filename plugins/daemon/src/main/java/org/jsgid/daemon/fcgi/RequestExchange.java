package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jsgid.daemon.DaemonLog;

/** An {@link Exchange} on a {@link FcgiConnection}. One is made for each request. */
public final class RequestExchange implements Exchange {

    private static final String STATUS_OK = "Status: 200 OK\r\n";

    private final FcgiConnection connection;
    private final int id;
    private final Parameters parameters;

    /** The header block while it is open; the connection's own, used by one exchange after another. */
    private byte[] head;

    private int headLength;
    private boolean isCommitted;
    /** The usual status, which is what none means. */
    private boolean isStatusLeftOut;

    private boolean isHeadSent;
    private volatile boolean isEnded;
    private long bytesWritten;
    private long queueStart = -1;

    RequestExchange(FcgiConnection connection, int id, Parameters parameters, byte[] head) {
        this.connection = connection;
        this.id = id;
        this.parameters = parameters;
        this.head = head;
    }

    @Override
    public Map<String, String> parameters() {
        return parameters.asMap();
    }

    @Override
    public String parameter(String name) {
        return parameters.get(name);
    }

    /** Whether a parameter has exactly this ASCII value; makes no string of it. */
    public boolean isParameter(String name, String value) {
        return parameters.is(name, value);
    }

    boolean offers(String extension) {
        if (parameters.is("JSGI_EXTENSIONS", extension)) {
            return true;
        }
        String offered = parameters.get("JSGI_EXTENSIONS");
        return offered != null && (" " + offered + " ").contains(" " + extension + " ");
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        requireOpen();
        return target.hasRemaining() ? connection.readBody(target, true) : 0;
    }

    @Override
    public int readAvailable(ByteBuffer target) throws IOException {
        requireOpen();
        return target.hasRemaining() ? connection.readBody(target, false) : 0;
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
        } catch (ProtocolException e) {
            // The next read tells.
            return false;
        }
    }

    /** Whether the client is known to have gone. */
    public boolean isClientGone() {
        return connection.isGone();
    }

    @Override
    public void commit(int status, String reason) throws IOException {
        connection.writing.lock();
        try {
            requireOpen();
            if (isCommitted) {
                throw new IllegalStateException("the response is committed");
            }
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("not the status of a response: " + status);
            }
            isCommitted = true;
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
            if (name.equalsIgnoreCase("Status")) {
                return;
            }
            if (isStatusLeftOut && name.equalsIgnoreCase("Location") && !value.startsWith("/")) {
                // Without a status this line would mean a redirect: RFC 3875, section 6.2.3.
                isStatusLeftOut = false;
                append(STATUS_OK);
            }
            append(name);
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

    /** Moves the header block into the buffer; the lock is held. */
    private RecordWriter writerAfterHead() throws IOException {
        RecordWriter writer = connection.writer(this);
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
            int count = source.remaining();
            RecordWriter writer = writerAfterHead();
            writer.stdout(id, source);
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
            writer.stdout(id, source, offset, length);
            bytesWritten += length;
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
            isHeadSent = false;
            headLength = 0;
            bytesWritten = 0;
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
            writerAfterHead();
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

    @Override
    public void abort() {
        end(1, Records.REQUEST_COMPLETE);
    }

    /** Ends a request that was not begun since too many wait: the client gets 503. */
    public void overloaded() {
        end(0, Records.OVERLOADED);
    }

    private void end(int appStatus, int protocolStatus) {
        connection.writing.lock();
        try {
            if (!isEnded) {
                if (isCommitted) {
                    reset();
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

    /** Whether the request is over. */
    public boolean isEnded() {
        return isEnded;
    }

    @Override
    public void log(String line) {
        byte[] text = line.endsWith("\n")
                ? line.getBytes(StandardCharsets.UTF_8)
                : (line + "\n").getBytes(StandardCharsets.UTF_8);
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
