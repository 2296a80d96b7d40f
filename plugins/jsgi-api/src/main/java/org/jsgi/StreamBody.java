package org.jsgi;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/** Copies a stream; closed by the server also when the body is never written (HEAD). */
final class StreamBody implements Body, Closeable {

    private static final int PIECE = 16 * 1024;

    private final InputStream stream;

    StreamBody(InputStream stream) {
        this.stream = Objects.requireNonNull(stream, "stream");
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
            out.write(piece, 0, count);
            // The next read may wait for long; what we have belongs to the client by then.
            if (stream.available() == 0) {
                out.flush();
            }
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
