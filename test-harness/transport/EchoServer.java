import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * A server on a unix socket that uses its channels as the daemon does: accepts with a selector without blocking, and reads
 * and writes blocking, on a thread for each connection. A request is four bytes of length and as many more; the answer is the
 * same. Java 8.
 *
 * <p>{@code EchoServer inherited} listens on descriptor 0, {@code EchoServer junixsocket SOCKET} on a socket that it makes.
 * It prints a line when it listens, and ends when it is terminated.
 */
public final class EchoServer {

    private EchoServer() {}

    public static void main(String[] arguments) throws Exception {
        ServerSocketChannel listener;
        if (arguments[0].equals("inherited")) {
            listener = (ServerSocketChannel) System.inheritedChannel();
        } else {
            listener = AFUNIXServerSocketChannel.open();
            listener.bind(AFUNIXSocketAddress.of(new File(arguments[1])), 128);
        }
        listener.configureBlocking(false);
        Selector selector = listener.provider().openSelector();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        System.out.println("listening with " + listener.getClass().getName());
        AtomicInteger number = new AtomicInteger();
        while (true) {
            selector.select();
            selector.selectedKeys().clear();
            for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
                channel.configureBlocking(true);
                Thread thread = new Thread(new Connection(channel), "connection-" + number.incrementAndGet());
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** One connection, to its end. */
    private static final class Connection implements Runnable {
        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 17);

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void run() {
            try {
                while (read(0, 4) && read(4, buffer.getInt(0))) {
                    buffer.flip();
                    // Not a gathering write: junixsocket writes the first of several buffers only.
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                }
            } catch (IOException clientIsGone) {
                // What the load does on purpose. An answer that is lost otherwise, the client counts.
            } finally {
                close();
            }
        }

        private boolean read(int position, int length) throws IOException {
            buffer.limit(position + length).position(position);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    return false;
                }
            }
            return true;
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                System.out.println("close: " + e);
            }
        }
    }
}
