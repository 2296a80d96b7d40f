package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One request to one monitor over its control socket: a JSON object on a line each way (CONTROL.md). */
final class ControlClient implements AutoCloseable {
    private static final List<String> PARTS =
            List.of("progress", "result", "error", "process", "output", "file", "content");

    private static final int LONGEST_LINE = 64 << 20;
    /** Between two tries to connect to a monitor whose socket is full of connections that it has not accepted. */
    private static final long RETRY_MILLIS = 100;

    /**
     * How long a monitor may be silent.
     *
     * @param slow after so long a person wants to know what is waited for; not more than limit
     * @param limit after so long it is taken to hang
     */
    record Patience(Duration slow, Duration limit) {}

    private final SocketChannel channel;
    private final Selector selector;
    private final Patience patience;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();
    private Runnable slow;

    private ControlClient(SocketChannel channel, Selector selector, Patience patience, Runnable slow) {
        this.channel = channel;
        this.selector = selector;
        this.patience = patience;
        this.slow = slow;
    }

    /**
     * Sends a request and waits for the reply that ends it.
     *
     * @param progress gets each line of progress
     * @param slow is run once when the monitor keeps the caller waiting
     * @return the object that holds {@code result} or {@code error}
     * @throws IOException when there is no monitor, or it breaks off, is silent for too long or sends what is no reply
     */
    static JsonObject ask(Path socket, JsonObject request, Patience patience, Consumer<String> progress, Runnable slow)
            throws IOException {
        return ask(socket, request, patience, progress, part -> {}, slow);
    }

    /**
     * The same for a request whose answer comes in parts.
     *
     * @param parts gets each line that is neither progress nor the end
     */
    static JsonObject ask(
            Path socket,
            JsonObject request,
            Patience patience,
            Consumer<String> progress,
            Consumer<JsonObject> parts,
            Runnable slow)
            throws IOException {
        try (ControlClient client = connect(socket, patience, slow)) {
            client.send(request);
            while (true) {
                JsonObject reply = client.receive();
                if (reply.has("progress")) {
                    progress.accept(Json.text(reply, "progress"));
                } else if (reply.has("result") || reply.has("error")) {
                    return reply;
                } else {
                    parts.accept(reply);
                }
            }
        }
    }

    /** A connection that never blocks: that to a monitor which hangs would, once enough others wait for it. */
    private static ControlClient connect(Path socket, Patience patience, Runnable slow) throws IOException {
        long end = System.nanoTime() + patience.limit().toNanos();
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                if (channel.connect(UnixDomainSocketAddress.of(socket))) {
                    return new ControlClient(channel, Selector.open(), patience, slow);
                }
                channel.close();
            } catch (IOException e) {
                channel.close();
                if (!String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
                    throw e;
                }
            }
            if (System.nanoTime() >= end) {
                throw new IOException("it accepted no connection for " + seconds(patience.limit()) + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
        }
    }

    private void send(JsonObject request) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((Json.line(request) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            if (channel.write(line) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private JsonObject receive() throws IOException {
        String line = readLine();
        try {
            JsonObject reply = JsonParser.parseString(line).getAsJsonObject();
            if (PARTS.stream().anyMatch(reply::has)) {
                return reply;
            }
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("its reply is not a JSON object", e);
        }
        throw new IOException("its reply has neither result nor error");
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < LONGEST_LINE) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            // As much as there is at once: there may be gigabytes of a file.
            int end = buffer.position();
            while (end < buffer.limit() && buffer.get(end) != '\n') {
                end++;
            }
            line.write(buffer.array(), buffer.position(), end - buffer.position());
            buffer.position(end);
            if (buffer.hasRemaining()) {
                buffer.get();
                return line.toString(StandardCharsets.UTF_8);
            }
        }
        throw new IOException("its reply is too long");
    }

    private void fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        while (count == 0) {
            await(SelectionKey.OP_READ);
            count = channel.read(buffer);
        }
        if (count < 0) {
            throw new IOException("it closed the connection without a reply");
        }
        buffer.flip();
    }

    private void await(int operation) throws IOException {
        channel.register(selector, operation);
        if (selector.select(patience.slow().toMillis()) == 0) {
            slow.run();
            slow = () -> {};
            // One millisecond at least: none would mean for ever.
            long rest = Math.max(1, patience.limit().minus(patience.slow()).toMillis());
            if (selector.select(rest) == 0) {
                throw new IOException("it was silent for " + seconds(patience.limit()) + " s");
            }
        }
        selector.selectedKeys().clear();
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.toSeconds()));
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
