package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Stands in for a monitor: a thread that answers JSON lines on a control socket as it was told. */
final class TestingMonitor implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Function<JsonObject, String> answer;
    private final List<JsonObject> requests = new CopyOnWriteArrayList<>();
    private final Thread thread;

    private TestingMonitor(ServerSocketChannel server, Function<JsonObject, String> answer) {
        this.server = server;
        this.answer = answer;
        this.thread = new Thread(this::serve, "testing-monitor");
    }

    /**
     * Starts one.
     *
     * @param answer the lines that a request gets, each ended by a line feed
     */
    static TestingMonitor start(Path runFolder, String profile, Function<JsonObject, String> answer)
            throws IOException {
        Path socket = Files.createDirectories(runFolder.resolve("control")).resolve(profile + ".sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        TestingMonitor monitor = new TestingMonitor(server, answer);
        monitor.thread.start();
        return monitor;
    }

    /** What it was asked, but for status. */
    List<String> commands() {
        return requests.stream()
                .filter(request -> !Json.text(request, "command").equals("status"))
                .map(Json::line)
                .toList();
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel peer = server.accept();
                    BufferedReader in = new BufferedReader(Channels.newReader(peer, StandardCharsets.UTF_8));
                    Writer out = Channels.newWriter(peer, StandardCharsets.UTF_8)) {
                JsonObject request = JsonParser.parseString(in.readLine()).getAsJsonObject();
                requests.add(request);
                out.write(answer.apply(request));
                out.flush();
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException peerGone) {
                // The next one is served all the same.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
