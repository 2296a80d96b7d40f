package org.jsgid.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.log.ServerLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a peer may use of the monitor, whoever it is. */
@Timeout(60)
class ControlServerTest {

    private static final ControlServer.Limits IMPATIENT = new ControlServer.Limits(Duration.ofMillis(300), 3, 3, 3);
    private static final ControlServer.Limits PATIENT = new ControlServer.Limits(Duration.ofMinutes(1), 3, 3, 3);

    @TempDir
    Path folder;

    private final BlockingQueue<Boolean> sent = new LinkedBlockingQueue<>();
    private final List<SocketChannel> open = new ArrayList<>();
    private ControlServer server;
    private Path socket;

    @BeforeEach
    void place() {
        socket = folder.resolve("control.sock");
    }

    @AfterEach
    void closeAll() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
        server.close();
    }

    private void serve(ControlServer.Limits limits) throws IOException {
        long own = ((Integer) Files.getAttribute(folder, "unix:uid")).longValue();
        server = new ControlServer(
                socket,
                (line, peer, reply) -> sent.add(reply.send(line.equals("much") ? "x".repeat(16 << 20) : "so: " + line)),
                new PeerPolicy(own, 33),
                limits,
                ServerLog.about("test"));
        server.start();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(channel);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static void say(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** What comes until the text's end, or until the other side closes. */
    private static String hear(SocketChannel channel, String end) throws IOException {
        StringBuilder heard = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try {
            while (!heard.toString().endsWith(end) && channel.read(buffer) >= 0) {
                heard.append(StandardCharsets.UTF_8.decode(buffer.flip()));
                buffer.clear();
            }
        } catch (IOException e) {
            // Closed with something unread: a reset is an end as well.
            heard.append("");
        }
        return heard.toString();
    }

    @Test
    void everyLineIsAnswered() throws IOException {
        serve(PATIENT);
        SocketChannel peer = connect();

        say(peer, "one\ntw");
        assertThat(hear(peer, "\n")).isEqualTo("so: one\n");
        say(peer, "o\n");
        assertThat(hear(peer, "\n")).isEqualTo("so: two\n");
    }

    @Test
    void theSocketIsOpenToAllAndRemovedWithTheServer() throws IOException {
        serve(PATIENT);

        assertThat((int) Files.getAttribute(socket, "unix:mode") & 0777).isEqualTo(0666);
        server.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void silenceEndsAConnection() throws IOException {
        serve(IMPATIENT);

        assertThat(hear(connect(), "\n")).isEmpty();
    }

    @Test
    void aRequestThatComesByteByByteEndsItToo() throws Exception {
        serve(IMPATIENT);
        SocketChannel peer = connect();
        Thread dribble = new Thread(() -> {
            try {
                while (true) {
                    say(peer, "x");
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // The server has closed it, which is what was to be seen.
                Thread.currentThread().interrupt();
            }
        });
        dribble.start();

        assertThat(hear(peer, "\n")).isEmpty();
        dribble.join();
    }

    @Test
    void aReplyThatNobodyReadsIsGivenUp() throws Exception {
        serve(IMPATIENT);
        SocketChannel peer = connect();

        say(peer, "much\n");

        assertThat(sent.poll(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAtOnceUntilOneEnds() throws Exception {
        serve(PATIENT);
        List<SocketChannel> idle = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SocketChannel peer = connect();
            say(peer, "hello\n");
            assertThat(hear(peer, "\n")).isEqualTo("so: hello\n");
            idle.add(peer);
        }

        assertThat(hear(connect(), "\n")).isEmpty();

        idle.get(0).close();
        String answer = "";
        for (long end = System.nanoTime() + 30_000_000_000L; answer.isEmpty() && System.nanoTime() < end; ) {
            SocketChannel peer = connect();
            try {
                say(peer, "again\n");
                answer = hear(peer, "\n");
            } catch (IOException e) {
                // Closed before it was written to: the place is not free yet.
                answer = "";
            }
        }
        assertThat(answer).isEqualTo("so: again\n");
    }

    @Test
    void aLineWithoutEndAndWhatIsNoTextEndTheConnection() throws IOException {
        serve(PATIENT);
        SocketChannel endless = connect();
        try {
            for (int i = 0; i < 20; i++) {
                say(endless, "x".repeat(8192));
            }
        } catch (IOException e) {
            // Closed while it was still being written.
            assertThat(e).isInstanceOf(IOException.class);
        }
        assertThat(hear(endless, "\n")).isEmpty();
        SocketChannel binary = connect();
        say(binary, "\u00ff\u00fe\n");
        assertThat(hear(binary, "\n")).isEmpty();
        SocketChannel good = connect();
        say(good, "still\n");
        assertThat(hear(good, "\n")).isEqualTo("so: still\n");
    }
}
