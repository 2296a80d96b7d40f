package org.jsgid.daemon.fcgi;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A FastCGI client on one connection. Reads with a deadline: nothing waits for ever. */
public final class TestingClient implements Closeable {

    private static final int PATIENCE_SECONDS = Integer.getInteger("jsgid.test.patience", 30);

    private final SocketChannel channel;
    private final DataInputStream in;

    /** Connects. */
    public TestingClient(SocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        in = new DataInputStream(Channels.newInputStream(channel));
    }

    /** One record as received. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Received(int type, int id, byte[] content) {
        /** The content as text. */
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    /**
     * A response up to its END_REQUEST.
     *
     * @param process the number of the process as it says there
     * @param load how many other requests it has, as it says there
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Answer(
            String head, byte[] body, String errors, int appStatus, int protocolStatus, int process, int load) {
        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Parameters of a GET for an application, and these. */
    public static Map<String, String> params(String file, String... namesAndValues) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put("REQUEST_METHOD", "GET");
        params.put("REQUEST_URI", "/x");
        params.put("SCRIPT_NAME", "");
        params.put("PATH_INFO", "/x");
        params.put("QUERY_STRING", "");
        params.put("REMOTE_ADDR", "192.0.2.1");
        params.put("SCRIPT_FILENAME", file);
        params.put("JSGI_EXTENSIONS", "going-away");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return params;
    }

    /** Sends bytes. */
    public void send(byte[] bytes) throws IOException {
        // Not by a stream of Channels: it shares a lock with the one that reads.
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    /** Sends a whole request with that body and reads the answer. */
    public Answer request(Map<String, String> params, String body) throws IOException {
        TestingRecords records = new TestingRecords().begin(1, true).params(1, params);
        if (!body.isEmpty()) {
            records.stdin(1, body);
        }
        send(records.stdinEnd(1).bytes());
        return answer();
    }

    /** A GET. */
    public Answer get(String file, String... namesAndValues) throws IOException {
        return request(params(file, namesAndValues), "");
    }

    /** The next record, or null at the end of the connection. */
    public Received next() throws IOException {
        return soon(this::read);
    }

    private Received read() throws IOException {
        try {
            int version = in.readUnsignedByte();
            if (version != 1) {
                throw new IOException("version " + version);
            }
            int type = in.readUnsignedByte();
            int id = in.readUnsignedShort();
            byte[] content = new byte[in.readUnsignedShort()];
            int padding = in.readUnsignedByte();
            in.readUnsignedByte();
            in.readFully(content);
            in.skipNBytes(padding);
            return new Received(type, id, content);
        } catch (EOFException e) {
            return null;
        }
    }

    /** So many bytes that are no record, or fewer at the end of the connection. */
    public byte[] bytes(int count) throws IOException {
        return soon(() -> in.readNBytes(count));
    }

    /** Sends nothing more. */
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** Reads up to END_REQUEST. */
    public Answer answer() throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        StringBuilder errors = new StringBuilder();
        while (true) {
            Received record = next();
            if (record == null) {
                throw new EOFException("the connection was closed after " + output.size() + " bytes of a response");
            }
            switch (record.type()) {
                case Records.STDOUT -> output.writeBytes(record.content());
                case Records.STDERR -> errors.append(record.text());
                case Records.END_REQUEST -> {
                    return answer(output.toByteArray(), errors.toString(), record.content());
                }
                default -> throw new IOException("a record of type " + record.type() + " within a response");
            }
        }
    }

    private static Answer answer(byte[] output, String errors, byte[] end) {
        String all = new String(output, StandardCharsets.ISO_8859_1);
        int headEnd = all.indexOf("\r\n\r\n");
        int bodyStart = headEnd < 0 ? output.length : headEnd + 4;
        return new Answer(
                headEnd < 0 ? all : all.substring(0, headEnd),
                java.util.Arrays.copyOfRange(output, bodyStart, output.length),
                errors,
                ByteBuffer.wrap(end).getInt(),
                end[4],
                Byte.toUnsignedInt(end[5]),
                Short.toUnsignedInt(ByteBuffer.wrap(end).getShort(6)));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T soon(Reading<T> reading) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(reading.read());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new IOException("nothing came within " + PATIENCE_SECONDS + " s", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
