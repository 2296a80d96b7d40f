package org.jsgi;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

final class BytesBody implements Body {

    private final byte[] bytes;

    BytesBody(byte[] bytes) {
        this.bytes = Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, bytes.length);
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
