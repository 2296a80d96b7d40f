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
import java.util.function.Consumer;

/** One request to one monitor over its control socket: a JSON object on a line each way (CONTROL.md). */
final class ControlClient implements AutoCloseable {
    private static final int LONGEST_LINE = 64 << 20;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();

    private ControlClient(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    /**
     * Sends a request and waits for the reply that ends it.
     *
     * @param limit how long the monitor may be silent; zero: for ever
     * @param progress gets each line of progress
     * @return the object that holds {@code result} or {@code error}
     * @throws IOException when there is no monitor, or it breaks off, is silent for too long or sends what is no reply
     */
    static JsonObject ask(Path socket, JsonObject request, Duration limit, Consumer<String> progress)
            throws IOException {
        try (ControlClient client = connect(socket)) {
            client.send(request, limit);
            while (true) {
                JsonObject reply = client.receive(limit);
                if (!reply.has("progress")) {
                    return reply;
                }
                progress.accept(Json.text(reply, "progress"));
            }
        }
    }

    private static ControlClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            return new ControlClient(channel, Selector.open());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void send(JsonObject request, Duration limit) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((Json.line(request) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            if (channel.write(line) == 0) {
                await(SelectionKey.OP_WRITE, limit);
            }
        }
    }

    private JsonObject receive(Duration limit) throws IOException {
        String line = readLine(limit);
        try {
            JsonObject reply = JsonParser.parseString(line).getAsJsonObject();
            if (reply.has("progress") || reply.has("result") || reply.has("error")) {
                return reply;
            }
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("its reply is not a JSON object", e);
        }
        throw new IOException("its reply has neither result nor error");
    }

    private String readLine(Duration limit) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < LONGEST_LINE) {
            if (!buffer.hasRemaining()) {
                fill(limit);
            }
            byte next = buffer.get();
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(next);
        }
        throw new IOException("its reply is too long");
    }

    private void fill(Duration limit) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        while (count == 0) {
            await(SelectionKey.OP_READ, limit);
            count = channel.read(buffer);
        }
        if (count < 0) {
            throw new IOException("it closed the connection without a reply");
        }
        buffer.flip();
    }

    private void await(int operation, Duration limit) throws IOException {
        channel.register(selector, operation);
        if (selector.select(limit.toMillis()) == 0) {
            throw new IOException("it was silent for " + limit.toSeconds() + " s");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
