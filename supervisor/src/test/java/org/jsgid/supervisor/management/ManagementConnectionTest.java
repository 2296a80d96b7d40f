package org.jsgid.supervisor.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketPair;

@Timeout(60)
class ManagementConnectionTest {

    /** More than a socket takes while nobody reads. */
    private static final String LONG = "x".repeat(4 * 1024 * 1024) + "\n";

    private AFUNIXSocketPair<AFUNIXSocketChannel> pair;
    private ManagementConnection connection;

    @BeforeEach
    void connect() throws IOException {
        pair = AFUNIXSelectorProvider.provider().openSocketChannelPair();
        connection = new ManagementConnection(pair.getSocket1().getFileDescriptor(), false);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    /** A daemon that is told to drain just when it gets its settings has to hear both. */
    @Test
    void aShortLineFollowsWhatAnotherThreadIsSending() throws Exception {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(LONG));
        InputStream daemon = Channels.newInputStream(pair.getSocket2());
        int first = daemon.read();

        assertThat(connection.trySend("drain seconds=9")).isTrue();
        assertThat(connection.trySend("report")).isTrue();
        assertThat(sent).isNotDone();

        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        heard.write(first);
        String all = LONG + "drain seconds=9\nreport\n";
        heard.writeBytes(daemon.readNBytes(all.length() - 1));
        assertThat(heard.toString(StandardCharsets.UTF_8).equals(all))
                .as("all lines come whole and in order")
                .isTrue();
        sent.get(10, TimeUnit.SECONDS);
    }

    @Test
    void toADaemonThatIsGoneNothingCanBeSent() throws IOException {
        pair.getSocket2().close();

        assertThat(connection.trySend("drain seconds=9")).isFalse();
    }

    private void send(String lines) {
        try {
            connection.send(lines);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
