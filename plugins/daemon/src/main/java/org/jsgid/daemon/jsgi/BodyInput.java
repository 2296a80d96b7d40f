package org.jsgid.daemon.jsgi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jsgid.daemon.fcgi.RequestExchange;

/** The request's body as a stream. */
final class BodyInput extends InputStream {

    private final RequestExchange exchange;
    private boolean isClosed;

    BodyInput(RequestExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (isClosed) {
            throw new IOException("the stream is closed");
        }
        return exchange.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public int available() {
        return isClosed ? 0 : exchange.available();
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
