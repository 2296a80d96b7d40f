package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that outlive the call to their handler. */
@Timeout(60)
class DetachedRequestTest {

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path folder;

    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private UnixDomainSocketAddress address;
    private ServerSocketChannel listener;
    private FcgiServer server;

    @BeforeEach
    void start() throws IOException {
        address = UnixDomainSocketAddress.of(folder.resolve("s"));
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        server = newServer(listener, new Handler());
        server.allowDetaching();
        server.start();
    }

    FcgiServer newServer(ServerSocketChannel socket, RequestHandler handler) throws IOException {
        return new FcgiServer(socket, handler);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        listener.close();
    }

    /** A request that waits, and what it was told. */
    private static final class Waiting implements DetachedRequest {
        final RequestExchange exchange;
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        final CountDownLatch ticks = new CountDownLatch(2);

        Waiting(RequestExchange exchange) {
            this.exchange = exchange;
        }

        String told() throws InterruptedException {
            return told.poll(50, TimeUnit.SECONDS);
        }

        @Override
        public void readable() {
            told.add("readable");
        }

        @Override
        public void writable() {
            told.add("writable");
        }

        @Override
        public void gone() {
            told.add("gone");
        }

        @Override
        public void overdue() {
            told.add("overdue");
        }

        @Override
        public void tick() {
            ticks.countDown();
        }
    }

    /** Detaches those that ask for it. */
    private final class Handler implements RequestHandler {
        @Override
        public void handle(RequestExchange exchange) throws IOException {
            if (exchange.isParameter("WAIT", "1")) {
                Waiting request = new Waiting(exchange);
                exchange.detach(request);
                waiting.add(request);
            } else {
                FcgiServerTest.text(exchange, "at once");
            }
        }

        @Override
        public void resume(RequestExchange exchange, Exchange.Work work) {
            if (exchange.isParameter("THREAD", "none")) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            RequestHandler.super.resume(exchange, work);
        }
    }

    private Waiting send(TestingClient client, String body, String... parameters) throws Exception {
        java.util.Map<String, String> params = TestingClient.params("/app", parameters);
        params.put("WAIT", "1");
        client.send(new TestingRecords().begin(1, true).params(1, params).bytes());
        if (body == null) {
            client.send(new TestingRecords().stdinEnd(1).bytes());
        }
        return waiting.poll(50, TimeUnit.SECONDS);
    }

    @Test
    void isAnsweredByAnotherThreadAndTheConnectionGoesOn() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            for (int i = 0; i < 200; i++) {
                String text = "answer " + i;
                Waiting request = send(client, null);
                request.exchange.resume(() -> FcgiServerTest.text(request.exchange, text));
                assertThat(client.answer().text()).isEqualTo(text);
                assertThat(client.get("/app").text()).isEqualTo("at once");
            }
        }
    }

    @Test
    void onlyTheThreadThatCallsTheHandlerMayBeginToWaitAndWorkComesAfterTheCall() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting request = send(client, null);
            AtomicReference<String> order = new AtomicReference<>("");
            CountDownLatch isBegun = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            request.exchange.resume(() -> {
                isBegun.countDown();
                awaitUninterruptibly(mayEnd);
                order.accumulateAndGet("first ", String::concat);
            });
            isBegun.await();
            request.exchange.resume(() -> {
                order.accumulateAndGet("second", String::concat);
                FcgiServerTest.text(request.exchange, order.get());
            });
            mayEnd.countDown();
            assertThat(client.answer().text()).isEqualTo("first second");
        }
    }

    @Test
    void workForARequestThatIsOverIsNotDoneForTheNextOne() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting former = send(client, null);
            former.exchange.resume(() -> FcgiServerTest.text(former.exchange, "former"));
            assertThat(client.answer().text()).isEqualTo("former");
            Waiting next = send(client, null);

            former.exchange.resume(() -> next.told.add("work of the former request"));
            next.exchange.resume(() -> FcgiServerTest.text(next.exchange, "next"));

            assertThat(client.answer().text()).isEqualTo("next");
            assertThat(next.told).isEmpty();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void moreMayWaitThanThereMayBeConnectionsWithThreads() throws Exception {
        List<TestingClient> clients = new ArrayList<>();
        try {
            List<Waiting> requests = new ArrayList<>();
            for (int i = 0; i < 1100; i++) {
                TestingClient client = new TestingClient(address);
                clients.add(client);
                requests.add(send(client, null));
            }
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("jsgid-connection-"))
                    .hasSizeLessThan(100);
            try (TestingClient other = new TestingClient(address)) {
                assertThat(other.get("/app").text()).isEqualTo("at once");
            }
            Waiting last = requests.get(1099);
            last.exchange.resume(() -> FcgiServerTest.text(last.exchange, "last"));
            assertThat(clients.get(1099).answer().text()).isEqualTo("last");
            assertThat(server.running()).hasSize(1099);
        } finally {
            for (TestingClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void oneRequestThatCannotGoOnLosesItsConnectionAndTheOthersWaitOn() throws Exception {
        try (TestingClient client = new TestingClient(address);
                TestingClient other = new TestingClient(address)) {
            Waiting request = send(other, null);
            Waiting lost = send(client, null, "THREAD", "none");
            lost.exchange.resume(() -> FcgiServerTest.text(lost.exchange, "never"));
            assertThat(client.next()).isNull();
            request.exchange.resume(() -> FcgiServerTest.text(request.exchange, "after all"));
            assertThat(other.answer().text()).isEqualTo("after all");
        }
    }

    @Test
    void isToldWhenTheClientHasGone() throws Exception {
        Waiting request;
        try (TestingClient client = new TestingClient(address)) {
            request = send(client, null);
        }
        assertThat(request.told()).isEqualTo("gone");
        request.exchange.resume(request.exchange::abort);
        awaitNoConnection();
    }

    @Test
    void isToldWhenTheClientHasGoneBehindABodyThatNobodyReads() throws Exception {
        Waiting request;
        try (TestingClient client = new TestingClient(address)) {
            request = send(client, "");
            client.send(new TestingRecords()
                    .record(Records.STDIN, 1, new byte[60000], 0)
                    .bytes());
        }
        assertThat(request.told()).isEqualTo("gone");
        request.exchange.resume(request.exchange::abort);
        awaitNoConnection();
    }

    private void awaitNoConnection() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
        while (server.connections() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void isToldWhenTheServerIsClosedAndHasTicks() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting request = send(client, null);
            assertThat(request.ticks.await(50, TimeUnit.SECONDS)).isTrue();
            request.exchange.interrupt();
            assertThat(request.told()).isEqualTo("overdue");
            server.close();
            assertThat(request.told()).isEqualTo("gone");
        }
    }

    @Test
    void isToldWhenThereIsSomethingToRead() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting request = send(client, "");
            ByteBuffer read = ByteBuffer.allocate(100);
            for (String piece : new String[] {"one ", "two ", "three"}) {
                assertThat(request.exchange.readAvailable(read)).isZero();
                request.exchange.awaitReadable();
                client.send(new TestingRecords().stdin(1, piece).bytes());
                assertThat(request.told()).isEqualTo("readable");
                assertThat(request.exchange.readAvailable(read)).isEqualTo(piece.length());
            }
            request.exchange.awaitReadable();
            client.send(new TestingRecords().stdinEnd(1).bytes());
            assertThat(request.told()).isEqualTo("readable");
            assertThat(request.exchange.readAvailable(read)).isEqualTo(-1);
            read.flip();
            String text = StandardCharsets.UTF_8.decode(read).toString();
            request.exchange.resume(() -> FcgiServerTest.text(request.exchange, text));
            assertThat(client.answer().text()).isEqualTo("one two three");
        }
    }

    @Test
    void aThreadOfItsOwnReadsAndWritesAsEver() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting request = send(client, "");
            Thread copies = new Thread(() -> copy(request.exchange));
            copies.start();
            byte[] sent = new byte[4 * MEBIBYTE];
            new java.util.Random(1).nextBytes(sent);
            Thread sends = new Thread(() -> sendBody(client, sent));
            sends.start();
            TestingClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo(sent);
            assertThat(answer.appStatus()).isZero();
            assertThat(client.get("/app").text()).isEqualTo("at once");
            copies.join();
            sends.join();
        }
    }

    private static void copy(RequestExchange exchange) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(100_000);
            exchange.commit(200, null);
            while (exchange.read(buffer) >= 0) {
                buffer.flip();
                exchange.write(buffer);
                buffer.clear();
            }
            exchange.resume(exchange::finish);
        } catch (IOException e) {
            exchange.resume(exchange::abort);
        }
    }

    private static void sendBody(TestingClient client, byte[] body) {
        try {
            for (int at = 0; at < body.length; at += 32768) {
                client.send(new TestingRecords()
                        .record(Records.STDIN, 1, java.util.Arrays.copyOfRange(body, at, at + 32768), 0)
                        .bytes());
            }
            client.send(new TestingRecords().stdinEnd(1).bytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void writingDoesNotWaitForAClientThatDoesNotReadAndIsToldWhenItHas() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting request = send(client, null);
            RequestExchange exchange = request.exchange;
            exchange.setWaiting(false);
            exchange.commit(200, null);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            byte number = 0;
            while (exchange.isWritable()) {
                byte[] block = new byte[100_000];
                java.util.Arrays.fill(block, number++);
                written.writeBytes(block);
                exchange.write(ByteBuffer.wrap(block));
            }
            exchange.write(ByteBuffer.wrap(new byte[MEBIBYTE]));
            written.writeBytes(new byte[MEBIBYTE]);
            exchange.flush();
            assertThat(request.told.peek()).isNull();
            Thread ends = new Thread(() -> {
                try {
                    assertThat(request.told()).isEqualTo("writable");
                    exchange.resume(exchange::finish);
                } catch (InterruptedException e) {
                    exchange.resume(exchange::abort);
                }
            });
            ends.start();
            TestingClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo(written.toByteArray());
            assertThat(answer.appStatus()).isZero();
            ends.join();
            assertThat(client.get("/app").text()).isEqualTo("at once");
        }
    }

    @Test
    void aResponseThatNobodyReadsCanBeBrokenOff() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Waiting request = send(client, null);
            RequestExchange exchange = request.exchange;
            exchange.setWaiting(false);
            exchange.commit(200, null);
            while (exchange.isWritable()) {
                exchange.write(ByteBuffer.wrap(new byte[100_000]));
            }
            exchange.resume(exchange::abort);
            awaitNoConnection();
        }
    }
}
