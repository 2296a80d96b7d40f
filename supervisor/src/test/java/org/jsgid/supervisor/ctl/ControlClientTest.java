package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A monitor that hangs keeps nobody waiting for ever. */
@SuppressWarnings("try") // a socket only has to be there
class ControlClientTest {
    private static final ControlClient.Patience LITTLE =
            new ControlClient.Patience(Duration.ofMillis(50), Duration.ofMillis(300));

    @TempDir
    Path folder;

    private final List<String> slow = new ArrayList<>();

    @Test
    void givesUpAMonitorThatReadsNothing() throws IOException {
        try (ServerSocketChannel server = listener(8)) {
            assertThatThrownBy(this::ask).isInstanceOf(IOException.class).hasMessage("it was silent for 1 s");
        }
        assertThat(slow).hasSize(1);
    }

    @Test
    void givesUpAMonitorWhoseSocketIsFull() throws IOException {
        List<SocketChannel> others = new ArrayList<>();
        try (ServerSocketChannel server = listener(1)) {
            // As many as the queue takes: one more than it is made for.
            for (int i = 0; i < 2; i++) {
                others.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
            }

            assertThatThrownBy(this::ask)
                    .isInstanceOf(IOException.class)
                    .hasMessage("it accepted no connection for 1 s");
        } finally {
            for (SocketChannel other : others) {
                other.close();
            }
        }
    }

    @Test
    void saysOnceThatItWaitsAndTakesALateReply() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        try (TestingMonitor monitor = TestingMonitor.start(folder, "slow", request -> {
            await(late);
            return "{\"result\":{}}\n";
        })) {
            JsonObject reply = ControlClient.ask(
                    folder.resolve("control/slow.sock"),
                    new JsonObject(),
                    new ControlClient.Patience(Duration.ofMillis(10), Duration.ofSeconds(30)),
                    progress -> {},
                    () -> {
                        slow.add("told");
                        late.countDown();
                    });

            assertThat(reply.has("result")).isTrue();
        }
        assertThat(slow).hasSize(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonObject ask() throws IOException {
        return ControlClient.ask(socket(), new JsonObject(), LITTLE, progress -> {}, () -> slow.add("told"));
    }

    private Path socket() {
        return folder.resolve("x.sock");
    }

    private ServerSocketChannel listener(int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()), backlog);
        return server;
    }
}
