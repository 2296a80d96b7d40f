package org.jsgid.daemon.jsgi;

import java.io.IOException;
import java.io.OutputStream;
import org.jsgid.daemon.fcgi.RequestExchange;

/** The response's body as a stream. */
final class BodyOutput extends OutputStream {

    private final RequestExchange exchange;

    BodyOutput(RequestExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if ((offset | length | source.length - offset - length) < 0) {
            throw new IndexOutOfBoundsException(
                    "offset " + offset + ", length " + length + " of an array of " + source.length);
        }
        exchange.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
        exchange.flush();
    }
}
