package org.jsgid.it.request;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A client of HTTP/2 for what other clients cannot do, such as trailers: one request on a connection of its own, without
 * TLS (RFC 9113). Header blocks that it gets are not decoded.
 */
final class Frames {

    static final int DATA = 0;
    static final int HEADERS = 1;

    private static final int SETTINGS = 4;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private Frames() {}

    /** A frame of the stream. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Frame(int type, boolean isLast, byte[] content) {}

    /** Sends a request and reads the frames of its stream up to the one that ends it. */
    static List<Frame> exchange(Socket socket, String method, String path, String body, Map<String, String> trailers)
            throws IOException {
        Conversation conversation = new Conversation(socket);
        conversation.head("http", method, path, Map.of(), body == null);
        if (body != null) {
            conversation.data(body, trailers.isEmpty());
        }
        if (!trailers.isEmpty()) {
            conversation.trailers(trailers);
        }
        List<Frame> frames = new ArrayList<>();
        while (frames.isEmpty() || !frames.get(frames.size() - 1).isLast()) {
            frames.add(conversation.next());
        }
        return frames;
    }

    /** One request, whose frames are sent and read as the test wants. */
    static final class Conversation {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Conversation(Socket socket) throws IOException {
            this.socket = socket;
            in = new DataInputStream(socket.getInputStream());
            // The preface has to come in one piece.
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        /** Begins. */
        void head(String scheme, String method, String path, Map<String, String> fields, boolean isLast)
                throws IOException {
            Map<String, String> head = new LinkedHashMap<>();
            head.put(":method", method);
            head.put(":scheme", scheme);
            head.put(":authority", "localhost:" + socket.getPort());
            head.put(":path", path);
            head.putAll(fields);
            out.writeBytes(PREFACE);
            write(out, SETTINGS, 0, 0, new byte[0]);
            write(out, HEADERS, END_HEADERS | (isLast ? END_STREAM : 0), 1, block(head));
            out.flush();
        }

        /** Sends a piece of the body. */
        void data(String text, boolean isLast) throws IOException {
            write(out, DATA, isLast ? END_STREAM : 0, 1, text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** Ends the request. */
        void trailers(Map<String, String> fields) throws IOException {
            write(out, HEADERS, END_HEADERS | END_STREAM, 1, block(fields));
            out.flush();
        }

        /** The next frame of the response. */
        Frame next() throws IOException {
            List<Frame> frames = new ArrayList<>();
            while (frames.isEmpty()) {
                Frames.next(in, out, frames);
            }
            return frames.get(0);
        }
    }

    /** The content of all DATA. */
    static String body(List<Frame> frames) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        frames.stream().filter(frame -> frame.type() == DATA).forEach(frame -> body.writeBytes(frame.content()));
        return body.toString(StandardCharsets.UTF_8);
    }

    private static void next(DataInputStream in, DataOutputStream out, List<Frame> frames) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] content = new byte[length];
        in.readFully(content);
        if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
            write(out, type, ACK, 0, type == PING ? content : new byte[0]);
            out.flush();
        } else if (type == GOAWAY || type == RST_STREAM) {
            throw new IOException("a frame of type " + type + " after " + frames);
        } else if (stream == 1 && (type == DATA || type == HEADERS)) {
            frames.add(new Frame(type, (flags & END_STREAM) != 0, content));
        }
    }

    private static void write(DataOutputStream out, int type, int flags, int stream, byte[] content)
            throws IOException {
        out.writeByte(content.length >> 16);
        out.writeShort(content.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(content);
    }

    /** Literal fields without indexing and without Huffman's code (RFC 7541, section 6.2.2), each shorter than 127. */
    private static byte[] block(Map<String, String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields.forEach((name, value) -> {
            block.write(0);
            block.write(name.length());
            block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            block.write(value.length());
            block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        });
        return block.toByteArray();
    }
}
