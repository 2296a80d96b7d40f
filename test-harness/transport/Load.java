import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Load for {@code EchoServer}: {@code java Load.java SOCKET PID REQUESTS CONNECTIONS}. Every connection is used for some
 * hundred requests of 1 to 70,000 bytes. One in eight then ends in the middle of a request, one in eight with an answer
 * unread, one in eight is closed for writing before the answer to its last request is read, which must come nevertheless;
 * the others are closed at rest. Prints one line of figures; the exit status is 0 only when every answer that was waited for
 * came and was right, and when the server has as many descriptors and threads at the end as after its first connection.
 */
public final class Load {

    private static final int LARGEST = 70_000;
    private static final int REQUESTS_OF_A_CONNECTION = 300;

    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(60);

    private static final LongAdder ANSWERS = new LongAdder();
    private static final LongAdder ABORTED = new LongAdder();
    private static final LongAdder UNREAD = new LongAdder();
    private static final LongAdder HALF_CLOSED = new LongAdder();
    private static final LongAdder CONNECTIONS = new LongAdder();
    private static final LongAdder WRONG = new LongAdder();

    private Load() {}

    public static void main(String[] arguments) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(arguments[0]);
        Path server = Path.of("/proc", arguments[1]);
        long requests = Long.parseLong(arguments[2]);
        int width = Integer.parseInt(arguments[3]);
        warm(address);
        settle(server, Integer.MAX_VALUE, Integer.MAX_VALUE);
        int descriptors = count(server, "fd");
        int threads = count(server, "task");

        long start = System.nanoTime();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            long seed = i;
            Thread client = new Thread(() -> run(address, new SplittableRandom(seed), requests / width));
            clients.add(client);
            client.start();
        }
        int mostDescriptors = descriptors;
        for (Thread client : clients) {
            while (client.isAlive()) {
                client.join(500);
                mostDescriptors = Math.max(mostDescriptors, count(server, "fd"));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        settle(server, descriptors, threads);
        int descriptorsAfter = count(server, "fd");
        int threadsAfter = count(server, "task");
        System.out.printf(
                "%d answers on %d connections (%d ended in the middle, %d unread, %d half-closed) in %.1f s, %.0f per second;"
                        + " wrong or missing %d; descriptors %d, at most %d, then %d; threads %d, then %d; resident %s%n",
                ANSWERS.sum(),
                CONNECTIONS.sum(),
                ABORTED.sum(),
                UNREAD.sum(),
                HALF_CLOSED.sum(),
                seconds,
                ANSWERS.sum() / seconds,
                WRONG.sum(),
                descriptors,
                mostDescriptors,
                descriptorsAfter,
                threads,
                threadsAfter,
                resident(server));
        System.exit(WRONG.sum() == 0 && descriptorsAfter <= descriptors && threadsAfter <= threads ? 0 : 1);
    }

    private static void warm(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(address);
            exchange(channel, new SplittableRandom(0), ByteBuffer.allocate(4 + LARGEST));
        }
    }

    private static void run(UnixDomainSocketAddress address, SplittableRandom random, long requests) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4 + LARGEST);
        long left = requests;
        while (left > 0) {
            long now = Math.min(left, 1 + random.nextInt(REQUESTS_OF_A_CONNECTION));
            left -= now;
            CONNECTIONS.increment();
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(address);
                for (long i = 1; i < now; i++) {
                    exchange(channel, random, buffer);
                }
                last(channel, random, buffer);
            } catch (IOException e) {
                WRONG.increment();
                System.err.println("connection broke: " + e);
            }
        }
    }

    private static void last(SocketChannel channel, SplittableRandom random, ByteBuffer buffer) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> {
                fill(random, buffer);
                buffer.limit(Math.max(1, buffer.limit() / 2));
                write(channel, buffer);
                ABORTED.increment();
            }
            case 1 -> {
                fill(random, buffer);
                write(channel, buffer);
                UNREAD.increment();
            }
            case 2 -> {
                byte seed = fill(random, buffer);
                int length = buffer.getInt(0);
                write(channel, buffer);
                channel.shutdownOutput();
                check(channel, buffer, length, seed);
                buffer.clear().limit(1);
                if (channel.read(buffer) >= 0) {
                    throw new IOException("more than the answer after the end of requests");
                }
                HALF_CLOSED.increment();
            }
            default -> exchange(channel, random, buffer);
        }
    }

    private static void exchange(SocketChannel channel, SplittableRandom random, ByteBuffer buffer) throws IOException {
        byte seed = fill(random, buffer);
        int length = buffer.getInt(0);
        write(channel, buffer);
        check(channel, buffer, length, seed);
    }

    /** A request; most are small, as requests are. Returns what its bytes begin with. */
    private static byte fill(SplittableRandom random, ByteBuffer buffer) {
        int length = 1 + (random.nextInt(50) == 0 ? random.nextInt(LARGEST) : random.nextInt(400));
        byte seed = (byte) random.nextInt();
        buffer.clear();
        buffer.putInt(length);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) (seed + i));
        }
        buffer.flip();
        return seed;
    }

    private static void check(SocketChannel channel, ByteBuffer buffer, int length, byte seed) throws IOException {
        buffer.clear().limit(4 + length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the answer broke off after " + buffer.position() + " of " + (4 + length) + " bytes");
            }
        }
        boolean right = buffer.getInt(0) == length;
        for (int i = 0; i < length && right; i++) {
            right = buffer.get(4 + i) == (byte) (seed + i);
        }
        if (right) {
            ANSWERS.increment();
        } else {
            WRONG.increment();
        }
    }

    private static void write(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Waits until the server has no more than that, or as long as is reasonable. */
    private static void settle(Path server, int descriptors, int threads) throws Exception {
        long deadline = System.nanoTime() + SETTLES_WITHIN.toNanos();
        int before = -1;
        int now = count(server, "fd") + count(server, "task");
        while (System.nanoTime() < deadline
                && (now != before || count(server, "fd") > descriptors || count(server, "task") > threads)) {
            new ProcessBuilder("sleep", "0.3").start().waitFor();
            before = now;
            now = count(server, "fd") + count(server, "task");
        }
    }

    private static int count(Path server, String folder) throws IOException {
        try (Stream<Path> entries = Files.list(server.resolve(folder))) {
            return (int) entries.count();
        }
    }

    private static String resident(Path server) throws IOException {
        return Files.readAllLines(server.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.substring("VmRSS:".length()).strip())
                .findFirst()
                .orElse("");
    }
}
