package org.jsgid.supervisor.process;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes what a daemon prints, hands on each line and keeps the last ones. Bounded whatever is printed: a longer line
 * is handed on in pieces. Written and read by several threads.
 */
public final class LineBuffer {

    /** Lines kept. */
    public static final int KEPT = 50;

    /** Bytes of one line; what is longer becomes several. */
    public static final int LONGEST = 4096;

    private final Deque<String> last = new ArrayDeque<>();
    private final Consumer<String> eachLine;

    /** Hands each line to a consumer, which is called by one thread at a time. */
    public LineBuffer(Consumer<String> eachLine) {
        this.eachLine = eachLine;
    }

    /** The last lines, oldest first. */
    public synchronized List<String> lastLines() {
        return List.copyOf(last);
    }

    /** A stream into this buffer; each source needs its own, so that their lines do not mix. */
    public OutputStream newStream() {
        return new Source();
    }

    private synchronized void add(String line) {
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(line);
        eachLine.accept(line);
    }

    private final class Source extends OutputStream {
        private final byte[] line = new byte[LONGEST];
        private int length;

        @Override
        public void write(int b) {
            synchronized (LineBuffer.this) {
                if (b == '\n') {
                    end();
                    return;
                }
                if (length == LONGEST) {
                    end();
                }
                line[length++] = (byte) b;
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            synchronized (LineBuffer.this) {
                writeAll(bytes, offset, count);
            }
        }

        private void writeAll(byte[] bytes, int offset, int count) {
            for (int i = offset; i < offset + count; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void close() {
            synchronized (LineBuffer.this) {
                if (length > 0) {
                    end();
                }
            }
        }

        private void end() {
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            add(new String(line, 0, length, StandardCharsets.UTF_8));
            length = 0;
        }
    }
}
