package org.jsgi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The body of a response: something that writes itself once, on the thread that handles the request, after {@link
 * Application#handle} has returned.
 */
@FunctionalInterface
public interface Body {

    /**
     * Writes the body. Writes are gathered; {@link OutputStream#flush()} sends to the client at once what was written so
     * far. A client that has gone makes the next write fail with an {@link IOException}, which should be let through.
     * The stream need not be closed and is not to be used after the method has returned.
     *
     * @throws Exception ends the response as a broken one, which the client can tell from a complete one
     */
    void writeTo(OutputStream out) throws Exception;

    /** The exact number of bytes that {@link #writeTo} writes, or -1 when it is not known. */
    default long length() {
        return -1;
    }

    /** These bytes. The array is not copied and must not be changed any more. */
    static Body of(byte[] bytes) {
        return new BytesBody(bytes);
    }

    /** This text in UTF-8. */
    static Body of(String text) {
        return new BytesBody(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What this stream gives; each piece is sent when the stream has nothing more at once. It is closed at the end. */
    static Body of(InputStream stream) {
        return new StreamBody(stream);
    }
}
