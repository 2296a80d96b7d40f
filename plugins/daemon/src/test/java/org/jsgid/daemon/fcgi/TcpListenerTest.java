package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpListenerTest {

    private Selector selector;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private SocketChannel next(TcpListener listener) throws IOException {
        SocketChannel channel = listener.accept();
        while (channel == null) {
            selector.select(TimeUnit.SECONDS.toMillis(1));
            selector.selectedKeys().clear();
            channel = listener.accept();
        }
        return channel;
    }

    @Test
    void acceptsAClientThatMayConnect() throws IOException {
        int port = freePort();
        TcpListener listener = new TcpListener("127.0.0.1:" + port, "127.0.0.1,::1");
        assertThat(listener.open(selector)).isZero();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                SocketChannel accepted = next(listener)) {
            assertThat(((InetSocketAddress) accepted.getRemoteAddress()).getPort()).isEqualTo(client.getLocalPort());
            assertThat(accepted.socket().getTcpNoDelay()).isTrue();
        } finally {
            listener.close();
        }
    }

    @Test
    void closesTheConnectionOfAnybodyElse() throws IOException {
        int port = freePort();
        TcpListener listener = new TcpListener("127.0.0.1:" + port, "192.0.2.1");
        listener.open(selector);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            selector.select(TimeUnit.SECONDS.toMillis(10));
            assertThat(listener.accept()).isNull();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } finally {
            listener.close();
        }
    }

    @Test
    void twoProcessesOfAUserListenOnOneAddress() throws IOException {
        int port = freePort();
        TcpListener old = new TcpListener("127.0.0.1:" + port, "any");
        TcpListener fresh = new TcpListener("127.0.0.1:" + port, "any");
        assertThat(old.open(selector)).isZero();
        assertThat(fresh.open(selector)).isZero();
        old.close();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                SocketChannel accepted = next(fresh)) {
            assertThat(accepted.isOpen()).isTrue();
            assertThat(client.isConnected()).isTrue();
        } finally {
            fresh.close();
        }
    }

    @Test
    void anAddressThatSomebodyElseHasIsTriedAgain() throws IOException {
        TcpListener listener;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener = new TcpListener("127.0.0.1:" + other.getLocalPort(), "any");
            assertThat(listener.open(selector)).isPositive();
            assertThat(listener.open(selector)).isPositive();
        }
        assertThat(listener.open(selector)).isZero();
        listener.close();
    }
}
