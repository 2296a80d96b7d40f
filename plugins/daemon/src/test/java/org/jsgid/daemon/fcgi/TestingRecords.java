package org.jsgid.daemon.fcgi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes the bytes that a FastCGI client sends. */
public final class TestingRecords {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A record. */
    public TestingRecords record(int type, int id, byte[] content, int padding) {
        bytes.write(1);
        bytes.write(type);
        bytes.write(id >> 8);
        bytes.write(id);
        bytes.write(content.length >> 8);
        bytes.write(content.length);
        bytes.write(padding);
        bytes.write(0);
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[padding]);
        return this;
    }

    /** BEGIN_REQUEST for a Responder. */
    public TestingRecords begin(int id, boolean isKept) {
        return record(1, id, new byte[] {0, 1, (byte) (isKept ? 1 : 0), 0, 0, 0, 0, 0}, 0);
    }

    /** All parameters, and their end. */
    public TestingRecords params(int id, Map<String, String> params) {
        byte[] pairs = pairs(params);
        for (int at = 0; at < pairs.length; at += 65535) {
            record(4, id, java.util.Arrays.copyOfRange(pairs, at, Math.min(pairs.length, at + 65535)), 0);
        }
        return record(4, id, new byte[0], 0);
    }

    /** Body bytes. */
    public TestingRecords stdin(int id, String text) {
        return record(5, id, text.getBytes(StandardCharsets.UTF_8), 0);
    }

    /** The end of the body. */
    public TestingRecords stdinEnd(int id) {
        return record(5, id, new byte[0], 0);
    }

    /** What was added. */
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    static byte[] pairs(Map<String, String> params) {
        ByteArrayOutputStream pairs = new ByteArrayOutputStream();
        params.forEach((name, value) -> {
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
            length(pairs, nameBytes.length);
            length(pairs, valueBytes.length);
            pairs.writeBytes(nameBytes);
            pairs.writeBytes(valueBytes);
        });
        return pairs.toByteArray();
    }

    private static void length(ByteArrayOutputStream pairs, int length) {
        if (length < 128) {
            pairs.write(length);
        } else {
            pairs.write(length >> 24 | 0x80);
            pairs.write(length >> 16);
            pairs.write(length >> 8);
            pairs.write(length);
        }
    }
}
