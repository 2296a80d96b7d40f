package org.jsgid.daemon;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jsgid.daemon.fcgi.CurrentExchange;
import org.jsgid.daemon.fcgi.Exchange;

/**
 * Standard output or error of the process, in which lines that the thread of a request prints begin with httpd's id of
 * the request, {@code [ID] }, as httpd's own lines about it do ({@code %L} in ErrorLogFormat).
 *
 * <p>Nothing is held back for the request's connection: whoever prints holds the lock of the stream, for which all
 * threads of the process would wait with it, and the last lines before a crash are kept by the monitor.
 */
final class RequestLines extends OutputStream {

    private static final int ID_MAX = 128;

    private final PrintStream target;
    private boolean isInLine;

    RequestLines(PrintStream target) {
        this.target = target;
    }

    /** Has what applications print go through it. {@link DaemonLog} keeps the stream that was there. */
    static void install() {
        DaemonLog.keep();
        System.setOut(new PrintStream(new RequestLines(System.out), true));
        System.setErr(new PrintStream(new RequestLines(System.err), true));
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        byte[] mark = mark();
        if (mark.length == 0) {
            target.write(bytes, offset, length);
        } else {
            ByteArrayOutputStream marked = new ByteArrayOutputStream(length + 2 * mark.length);
            boolean inLine = isInLine;
            for (int i = offset; i < offset + length; i++) {
                if (!inLine) {
                    marked.write(mark, 0, mark.length);
                }
                marked.write(bytes[i]);
                inLine = bytes[i] != '\n';
            }
            byte[] lines = marked.toByteArray();
            target.write(lines, 0, lines.length);
        }
        isInLine = bytes[offset + length - 1] != '\n';
    }

    @Override
    public void flush() {
        target.flush();
    }

    private static byte[] mark() {
        Exchange exchange = CurrentExchange.get();
        String id = exchange == null ? null : exchange.parameter("JSGI_REQUEST_ID");
        if (id == null || id.isEmpty() || id.length() > ID_MAX) {
            return new byte[0];
        }
        return ("[" + id.replaceAll("[^!-~]", "?") + "] ").getBytes(StandardCharsets.US_ASCII);
    }
}
