package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One connection, into which the test can look: what threads do at the same time. */
@Timeout(60)
class FcgiConnectionTest {

    private static final long PATIENCE_SECONDS = 50;

    @TempDir
    Path folder;

    private final AtomicReference<RequestHandler> handler = new AtomicReference<>();
    private ServerSocketChannel listener;
    private FcgiServer server;
    private TestingClient client;
    private FcgiConnection connection;

    @BeforeEach
    void connects() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        client = new TestingClient(address);
        connection = new FcgiConnection(newServer(), listener.accept(), "connection");
    }

    /** One that accepts nothing. */
    private FcgiServer newServer() throws IOException {
        ServerSocketChannel unused = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("unused")));
        server = new FcgiServer(unused, exchange -> handler.get().handle(exchange));
        server.allowDetaching();
        return server;
    }

    @AfterEach
    void closes() throws IOException {
        client.close();
        connection.close();
        server.close();
        listener.close();
    }

    private void serve(RequestHandler requestHandler) {
        handler.set(requestHandler);
        Thread thread = new Thread(connection, "connection");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime() - deadline).as("in time").isNegative();
                TimeUnit.MILLISECONDS.sleep(2);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Reads on a thread of its own, once; the result is what came, or how it failed. */
    private static CompletableFuture<String> readBeside(RequestExchange exchange) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            ByteBuffer target = ByteBuffer.allocate(1000);
            try {
                int count = exchange.read(target);
                target.flip();
                result.complete(count + " " + StandardCharsets.UTF_8.decode(target));
            } catch (IOException e) {
                result.complete("failed");
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    @Test
    void closesWhenAThreadOfTheApplicationStillReadsAfterTheEndOfItsRequest() throws Exception {
        AtomicReference<CompletableFuture<String>> read = new AtomicReference<>();
        serve(exchange -> {
            read.set(readBeside(exchange));
            until(connection.reading::isLocked);
            FcgiServerTest.text(exchange, "answered");
        });
        client.send(new TestingRecords()
                .begin(1, true)
                .params(1, TestingClient.params("/app"))
                .bytes());

        assertThat(client.answer().text()).isEqualTo("answered");
        assertThat(client.next()).isNull();
        assertThat(read.get().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("failed");
    }

    @Test
    void aThreadThatReadsTooLateGetsNothingOfTheNextRequest() throws Exception {
        AtomicReference<RequestExchange> former = new AtomicReference<>();
        serve(exchange -> {
            RequestExchange before = former.getAndSet(exchange);
            if (before != null) {
                // As a thread does that has found its request open just before that ended.
                assertThatThrownBy(() -> connection.readBody(before, ByteBuffer.allocate(100), true))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("over");
            }
            ByteBuffer body = ByteBuffer.allocate(100);
            while (exchange.read(body) >= 0) {
                // To its end.
            }
            body.flip();
            FcgiServerTest.text(exchange, StandardCharsets.UTF_8.decode(body).toString());
        });

        assertThat(client.request(TestingClient.params("/app"), "one").text()).isEqualTo("one");
        assertThat(client.request(TestingClient.params("/app"), "two").text()).isEqualTo("two");
    }

    /** Who waits. */
    private static final class Waiting implements DetachedRequest {
        final CountDownLatch isWritable = new CountDownLatch(1);

        @Override
        public void readable() {
            throw new AssertionError("nothing is to be read");
        }

        @Override
        public void writable() {
            isWritable.countDown();
        }

        @Override
        public void gone() {
            // At the end of the test.
        }

        @Override
        public void overdue() {
            throw new AssertionError("there is time");
        }

        @Override
        public void tick() {
            // Nothing has a time.
        }
    }

    /** A request that keeps what the client does not read. */
    private RequestExchange keepWithoutWaiting(Waiting waiting) throws Exception {
        CompletableFuture<RequestExchange> detached = new CompletableFuture<>();
        handler.set(exchange -> {
            exchange.detach(waiting);
            detached.complete(exchange);
        });
        serve(handler.get());
        client.send(new TestingRecords()
                .begin(1, true)
                .params(1, TestingClient.params("/app"))
                .stdinEnd(1)
                .bytes());
        RequestExchange exchange = detached.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        until(connection::isWatched);
        exchange.setWaiting(false);
        exchange.commit(200, null);
        while (!connection.hasKept()) {
            exchange.write(ByteBuffer.wrap(new byte[50_000]));
            exchange.flush();
        }
        return exchange;
    }

    @Test
    void roomIsLookedAtAgainWhenSomebodyElseHasTheLockJustThen() throws Exception {
        keepWithoutWaiting(new Waiting());
        CountDownLatch isLocked = new CountDownLatch(1);
        CountDownLatch mayUnlock = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            connection.writing.lock();
            try {
                isLocked.countDown();
                mayUnlock.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                connection.writing.unlock();
            }
        });
        other.start();
        isLocked.await();

        assertThat(connection.hasRoom()).isFalse();

        mayUnlock.countDown();
        other.join();
        assertThat(connection.hasRoom()).isTrue();
    }

    @Test
    void nobodyLooksAgainAndAgainWhileTheEndOfAResponseWaitsForTheClient() throws Exception {
        RequestExchange exchange = keepWithoutWaiting(new Waiting());
        assertThat(exchange.isWritable()).isFalse();
        Thread ends = new Thread(() -> {
            try {
                exchange.finish();
            } catch (IOException e) {
                // The client goes without having read it.
            }
        });
        ends.start();
        until(connection.writing::isLocked);

        until(connection::hasRoom);

        assertThat(ends.isAlive()).isTrue();
        client.close();
        ends.join();
    }

    @Test
    void isToldThatItMayWriteAgainWhenTheClientHasReadAll() throws Exception {
        Waiting waiting = new Waiting();
        RequestExchange exchange = keepWithoutWaiting(waiting);
        assertThat(exchange.isWritable()).isFalse();
        CompletableFuture<Integer> length = CompletableFuture.supplyAsync(() -> {
            try {
                return client.answer().body().length;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        assertThat(waiting.isWritable.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(exchange.isWritable()).isTrue();
        exchange.finish();

        assertThat(length.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo((int) exchange.bytesWritten());
    }
}
