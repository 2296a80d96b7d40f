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
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FcgiServerTest {

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path folder;

    private final AtomicReference<RequestHandler> handler = new AtomicReference<>();
    private UnixDomainSocketAddress address;
    private ServerSocketChannel listener;
    private FcgiServer server;

    @BeforeEach
    void start() throws IOException {
        address = UnixDomainSocketAddress.of(folder.resolve("s"));
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        server = newServer(listener, exchange -> handler.get().handle(exchange));
        server.start();
    }

    FcgiServer newServer(ServerSocketChannel socket, RequestHandler requestHandler) throws IOException {
        return new FcgiServer(socket, requestHandler);
    }

    final void answerWith(RequestHandler requestHandler) {
        handler.set(requestHandler);
    }

    final TestingClient connect() throws IOException {
        return new TestingClient(address);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        listener.close();
    }

    static void text(RequestExchange exchange, String text) throws IOException {
        exchange.commit(200, null);
        exchange.header("Content-Type", "text/plain");
        exchange.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        exchange.finish();
    }

    @Test
    void answersRequestsOneAfterAnotherOnOneConnection() throws Exception {
        handler.set(exchange -> text(exchange, exchange.parameter("N")));
        try (TestingClient client = new TestingClient(address)) {
            for (int i = 0; i < 50; i++) {
                TestingClient.Answer answer = client.get("/app", "N", "number " + i);
                assertThat(answer.head()).isEqualTo("Content-Type: text/plain");
                assertThat(answer.text()).isEqualTo("number " + i);
                assertThat(answer.appStatus()).isZero();
                assertThat(answer.protocolStatus()).isZero();
            }
        }
    }

    @Test
    void tellsTheTimeInTheQueueAndItsProcessToClientsThatUnderstand() throws Exception {
        handler.set(exchange -> {
            exchange.beginWork();
            text(exchange, exchange.parameter("JSGI_QUEUE_TIME") + " " + exchange.parameters().get("JSGI_QUEUE_TIME"));
        });
        long start = System.currentTimeMillis() * 1000 - 2_000_000;
        try (TestingClient client = new TestingClient(address)) {
            TestingClient.Answer answer = client.get(
                    "/app",
                    "JSGI_EXTENSIONS",
                    "going-away times",
                    "JSGI_QUEUE_START",
                    Long.toString(start),
                    "JSGI_QUEUE_TIME",
                    "forged");
            String[] head = answer.head().split("\r\n", -1);
            assertThat(head).hasSize(3);
            assertThat(head[0]).matches("Jsgi-Queue-Time: \\d+");
            assertThat(head[1]).isEqualTo("Jsgi-Pid: " + ProcessHandle.current().pid());
            assertThat(head[2]).isEqualTo("Content-Type: text/plain");
            String queued = head[0].substring("Jsgi-Queue-Time: ".length());
            assertThat(Long.parseLong(queued)).isBetween(2_000_000L, 60_000_000L);
            assertThat(answer.text()).isEqualTo(queued + " " + queued);

            assertThat(client.get("/app", "JSGI_EXTENSIONS", "going-away timestamps").head())
                    .isEqualTo("Content-Type: text/plain");
        }
    }

    @Test
    void closesAConnectionThatIsNotToBeKept() throws Exception {
        handler.set(exchange -> text(exchange, "x"));
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, false)
                    .params(1, Map.of())
                    .stdinEnd(1)
                    .bytes());
            assertThat(client.answer().text()).isEqualTo("x");
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void givesTheBodyAsItComes() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            ByteBuffer piece = ByteBuffer.allocate(100);
            while (exchange.read(piece) >= 0) {
                piece.flip();
                exchange.write(piece);
                exchange.flush();
                piece.clear();
            }
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, Map.of())
                    .stdin(1, "one")
                    .bytes());
            // Sent while the body is still open.
            assertThat(client.next().text()).isEqualTo("Status: 200 OK\r\n\r\none");
            client.send(new TestingRecords().stdin(1, "two").bytes());
            assertThat(client.next().text()).isEqualTo("two");
            client.send(new TestingRecords().stdinEnd(1).bytes());
            assertThat(client.answer().protocolStatus()).isZero();
        }
    }

    @Test
    void recordsOfFullLengthAreGivenAsTheyAreAndTheNextRequestIsBehindThem() throws Exception {
        handler.set(exchange -> {
            CRC32 sum = new CRC32();
            ByteBuffer piece = ByteBuffer.allocate(10_000);
            while (exchange.read(piece) >= 0) {
                piece.flip();
                sum.update(piece);
                piece.clear();
            }
            text(exchange, Long.toHexString(sum.getValue()));
        });
        byte[] record = new byte[65535];
        for (int i = 0; i < record.length; i++) {
            record[i] = (byte) (i * 7 + i / 253);
        }
        TestingRecords requests = new TestingRecords();
        CRC32 expected = new CRC32();
        for (int i = 0; i < 4; i++) {
            expected.update(record);
        }
        for (int request = 0; request < 3; request++) {
            requests.begin(1, true).params(1, Map.of());
            for (int i = 0; i < 4; i++) {
                requests.record(5, 1, record, i);
            }
            requests.stdinEnd(1);
        }
        try (TestingClient client = new TestingClient(address)) {
            client.send(requests.bytes());
            for (int request = 0; request < 3; request++) {
                assertThat(client.answer().text()).isEqualTo(Long.toHexString(expected.getValue()));
            }
        }
    }

    @Test
    void eightMebibytesThatTheApplicationIgnoresDoNotStopEightFromComingBack() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            exchange.write(ByteBuffer.allocate(8 * MEBIBYTE));
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            TestingRecords body = new TestingRecords().begin(1, true).params(1, Map.of());
            for (int i = 0; i < 256; i++) {
                body.record(5, 1, new byte[32 * 1024], 0);
            }
            byte[] bytes = body.stdinEnd(1).bytes();
            Thread sender = new Thread(() -> {
                try {
                    client.send(bytes);
                } catch (IOException closed) {
                    // As PROTOCOL.md says: the daemon reads a part of the rest, then closes.
                    assertThat(closed).isNotNull();
                }
            });
            sender.start();
            assertThat(client.answer().body()).hasSize(8 * MEBIBYTE);
            sender.join();
        }
    }

    @Test
    void aSmallBodyThatNobodyReadIsDroppedAndTheConnectionLivesOn() throws Exception {
        handler.set(exchange -> text(exchange, "x"));
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.request(TestingClient.params("/a"), "unread ".repeat(5000)).text())
                    .isEqualTo("x");
            assertThat(client.get("/a").text()).isEqualTo("x");
        }
    }

    @Test
    void anAbortMakesTheNextReadFail() throws Exception {
        BlockingQueue<Object> result = new ArrayBlockingQueue<>(1);
        handler.set(exchange -> {
            try {
                exchange.read(ByteBuffer.allocate(10));
                result.add("no failure");
            } catch (IOException e) {
                result.add(e);
                throw e;
            }
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, Map.of())
                    .record(2, 1, new byte[0], 0)
                    .bytes());
            assertThat(result.poll(30, TimeUnit.SECONDS)).isInstanceOf(ClientGoneException.class);
        }
    }

    @Test
    void aClosedConnectionMakesReadsAndWritesFail() throws Exception {
        BlockingQueue<Object> result = new ArrayBlockingQueue<>(2);
        CountDownLatch isClosed = new CountDownLatch(1);
        handler.set(exchange -> {
            await(isClosed);
            result.add(failure(() -> exchange.read(ByteBuffer.allocate(10))));
            result.add(failure(() -> exchange.write(ByteBuffer.allocate(MEBIBYTE))));
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords().begin(1, true).params(1, Map.of()).bytes());
        }
        isClosed.countDown();
        assertThat(result.poll(30, TimeUnit.SECONDS)).isInstanceOf(ClientGoneException.class);
        assertThat(result.poll(30, TimeUnit.SECONDS)).isInstanceOf(ClientGoneException.class);
    }

    private interface Failing {
        void run() throws IOException;
    }

    private static Object failure(Failing action) {
        try {
            action.run();
            return "no failure";
        } catch (IOException e) {
            return e;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLateWriteOfOneRequestDoesNotReachTheNext() throws Exception {
        AtomicReference<RequestExchange> first = new AtomicReference<>();
        handler.set(exchange -> {
            if (first.compareAndSet(null, exchange)) {
                text(exchange, "first");
                return;
            }
            exchange.commit(200, null);
            assertThatThrownBy(() -> first.get().write(ByteBuffer.wrap(new byte[9])))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> first.get().flush()).isInstanceOf(IOException.class);
            first.get().finish();
            first.get().abort();
            exchange.write(ByteBuffer.wrap("second".getBytes(StandardCharsets.UTF_8)));
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/a").text()).isEqualTo("first");
            assertThat(client.get("/a").text()).isEqualTo("second");
        }
    }

    @Test
    void aHandlerThatDoesNotAnswerIsAnAbort() throws Exception {
        handler.set(exchange -> {});
        try (TestingClient client = new TestingClient(address)) {
            TestingClient.Answer answer = client.get("/a");
            assertThat(answer.appStatus()).isEqualTo(1);
            assertThat(answer.head()).isEmpty();
        }
    }

    @Test
    void headersCannotEndTheirLine() throws Exception {
        BlockingQueue<String> refused = new ArrayBlockingQueue<>(10);
        handler.set(exchange -> {
            exchange.commit(302, "Found\r\nX: y");
            String[][] bad = {{"A", "b\r\nC: d"}, {"A", "b\nC: d"}, {"A\r\nC", "d"}, {"A:", "b"}, {"", "b"}};
            for (String[] header : bad) {
                try {
                    exchange.header(header[0], header[1]);
                } catch (IllegalArgumentException e) {
                    refused.add(e.getMessage());
                }
            }
            exchange.header("Status", "500 No");
            exchange.header("Set-Cookie", "a=ü");
            exchange.header("Set-Cookie", "b=2");
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            TestingClient.Answer answer = client.get("/a");
            assertThat(answer.head())
                    .isEqualTo("Status: 302 Found  X: y\r\nSet-Cookie: a=ü\r\nSet-Cookie: b=2");
            assertThat(refused).hasSize(5);
        }
    }

    @Test
    void aHeaderCalledStatusIsNotTakenForTheStatus() throws Exception {
        handler.set(exchange -> {
            exchange.commit(404, null);
            exchange.header("status", "lost");
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/a").head()).isEqualTo("Status: 404 Not Found");
            assertThat(client.get("/a", "JSGI_EXTENSIONS", "status-header").head())
                    .isEqualTo("Status: 404 Not Found\r\nJsgi-Header-Status: lost");
        }
    }

    @Test
    void a200WithALocationElsewhereStaysA200() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            exchange.header("Location", exchange.parameter("QUERY_STRING"));
            exchange.header("Location", exchange.parameter("QUERY_STRING"));
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/a", "QUERY_STRING", "http://b.example/").head())
                    .isEqualTo("Status: 200 OK\r\nLocation: http://b.example/\r\nLocation: http://b.example/");
            // A path is what the server answers from, for which there must be no status.
            assertThat(client.get("/a", "QUERY_STRING", "/b").head()).isEqualTo("Location: /b\r\nLocation: /b");
        }
    }

    @Test
    void aResponseThatBreaksOffAfterItsFirstBytesIsNotComplete() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            exchange.write(ByteBuffer.wrap(new byte[10]));
            exchange.flush();
            assertThat(exchange.reset()).isFalse();
            exchange.abort();
        });
        try (TestingClient client = new TestingClient(address)) {
            TestingClient.Answer answer = client.get("/a");
            assertThat(answer.body()).hasSize(10);
            assertThat(answer.appStatus()).isEqualTo(1);
        }
    }

    @Test
    void aResponseOfWhichNothingIsSentCanBeReplaced() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            exchange.write(ByteBuffer.wrap(new byte[1000]));
            exchange.log("why");
            assertThat(exchange.reset()).isTrue();
            exchange.commit(500, null);
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            TestingClient.Answer answer = client.get("/a");
            assertThat(answer.head()).isEqualTo("Status: 500 Internal Server Error");
            assertThat(answer.body()).isEmpty();
            assertThat(answer.errors()).isEqualTo("why\n");
            assertThat(answer.appStatus()).isZero();
        }
    }

    @Test
    void answersManagementRecords() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            Map<String, String> asked = new java.util.LinkedHashMap<>();
            asked.put("FCGI_MPXS_CONNS", "");
            asked.put("FCGI_MAX_CONNS", "");
            asked.put("OTHER", "");
            client.send(new TestingRecords()
                    .record(9, 0, TestingRecords.pairs(asked), 0)
                    .bytes());
            TestingClient.Received values = client.next();
            assertThat(values.type()).isEqualTo(10);
            assertThat(Parameters.parse(values.content()).asMap())
                    .isEqualTo(Map.of("FCGI_MAX_CONNS", "1024", "FCGI_MPXS_CONNS", "0"));
            client.send(new TestingRecords().record(42, 0, new byte[0], 0).bytes());
            TestingClient.Received unknown = client.next();
            assertThat(unknown.type()).isEqualTo(11);
            assertThat(unknown.content()).startsWith(42);
        }
    }

    @Test
    void refusesASecondRequestAndAnswersTheFirst() throws Exception {
        handler.set(exchange -> {
            ByteBuffer body = ByteBuffer.allocate(10);
            exchange.read(body);
            text(exchange, "got " + body.position());
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, Map.of())
                    .begin(2, true)
                    .stdin(1, "abc")
                    .stdinEnd(1)
                    .bytes());
            TestingClient.Received refused = client.next();
            assertThat(refused.type()).isEqualTo(3);
            assertThat(refused.id()).isEqualTo(2);
            assertThat(refused.content()[4]).isEqualTo((byte) 1);
            assertThat(client.answer().text()).isEqualTo("got 3");
        }
    }

    @Test
    void closesTheConnectionOfAClientThatSpeaksAnotherProtocol() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void readsWhatIsThereWithoutWaiting() throws Exception {
        BlockingQueue<Integer> counts = new ArrayBlockingQueue<>(10);
        CountDownLatch isSent = new CountDownLatch(1);
        handler.set(exchange -> {
            ByteBuffer body = ByteBuffer.allocate(100);
            counts.add(exchange.readAvailable(body));
            await(isSent);
            int count = 0;
            while (count == 0) {
                count = exchange.readAvailable(body);
            }
            counts.add(count);
            counts.add(exchange.read(body));
            text(exchange, "done");
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords().begin(1, true).params(1, Map.of()).bytes());
            assertThat(counts.poll(30, TimeUnit.SECONDS)).isZero();
            client.send(new TestingRecords().stdin(1, "abc").bytes());
            isSent.countDown();
            assertThat(counts.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
            client.send(new TestingRecords().stdinEnd(1).bytes());
            assertThat(counts.poll(30, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(client.answer().text()).isEqualTo("done");
        }
    }

    @Test
    void knowsAtOnceThatARequestWithoutBodyHasNone() throws Exception {
        handler.set(exchange -> text(exchange, Boolean.toString(exchange.isRequestBodyRead())));
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/a").text()).isEqualTo("true");
        }
    }

    @Test
    void tellsIdleConnectionsThatItGoesAndServesWhatStillComes() throws Exception {
        handler.set(exchange -> text(exchange, "x"));
        try (TestingClient client = new TestingClient(address)) {
            client.get("/a");
            server.drain();
            assertThat(client.next().type()).isEqualTo(100);
            assertThat(client.get("/a").text()).isEqualTo("x");
            assertThat(server.isWithinGrace(TimeUnit.HOURS.toNanos(1))).isTrue();
        }
    }

    @Test
    void tellsABusyConnectionAfterItsRequest() throws Exception {
        CountDownLatch isDraining = new CountDownLatch(1);
        CountDownLatch isRunning = new CountDownLatch(1);
        handler.set(exchange -> {
            isRunning.countDown();
            await(isDraining);
            text(exchange, "x");
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, TestingClient.params("/a"))
                    .stdinEnd(1)
                    .bytes());
            await(isRunning);
            assertThat(server.isBusy()).isTrue();
            server.drain();
            isDraining.countDown();
            assertThat(client.answer().text()).isEqualTo("x");
            assertThat(client.next().type()).isEqualTo(100);
        }
    }

    @Test
    void saysNothingAboutGoingToAClientThatDidNotOfferIt() throws Exception {
        handler.set(exchange -> text(exchange, "x"));
        try (TestingClient client = new TestingClient(address)) {
            client.get("/a", "JSGI_EXTENSIONS", "other going-away-later");
            server.drain();
            assertThat(client.get("/a", "JSGI_EXTENSIONS", "").text()).isEqualTo("x");
            server.close();
            assertThat(client.next()).isNull();
        }
    }

    /** Sends a request for an upgrade, and answers with one that echoes. */
    private UpgradedConnection upgrade(TestingClient client) throws Exception {
        BlockingQueue<UpgradedConnection> upgraded = new ArrayBlockingQueue<>(1);
        handler.set(exchange -> {
            exchange.commit(101, null);
            exchange.header("Upgrade", "echo");
            exchange.header("Connection", "Upgrade");
            UpgradedConnection connection = exchange.upgrade();
            Thread echo = new Thread(() -> echo(connection));
            echo.setDaemon(true);
            echo.start();
            upgraded.add(connection);
        });
        TestingClient.Answer answer = client.get("/app", "JSGI_EXTENSIONS", "going-away upgrade");
        assertThat(answer.head()).isEqualTo("Status: 101 Switching Protocols\r\nUpgrade: echo");
        assertThat(answer.body()).isEmpty();
        assertThat(answer.appStatus()).isZero();
        assertThat(answer.protocolStatus()).isZero();
        return upgraded.poll(30, TimeUnit.SECONDS);
    }

    private static void echo(UpgradedConnection connection) {
        try (connection) {
            ByteBuffer piece = ByteBuffer.allocate(100);
            while (connection.channel().read(piece.clear()) >= 0) {
                connection.channel().write(piece.flip());
            }
        } catch (IOException e) {
            connection.close();
        }
    }

    @Test
    void anUpgradedConnectionIsTheApplicationsAndNoRequestAnyMore() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            upgrade(client);
            client.send("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(client.bytes(5)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
            eventually(() -> server.connections() == 0);
            assertThat(server.isBusy()).isFalse();
            assertThat(server.upgradedConnections()).isOne();
            // GOING_AWAY would be bytes of a protocol that knows none.
            server.drain();
            server.close();
            client.send("still".getBytes(StandardCharsets.UTF_8));
            assertThat(client.bytes(5)).asString(StandardCharsets.UTF_8).isEqualTo("still");
            client.shutdownOutput();
            assertThat(client.bytes(1)).isEmpty();
            eventually(() -> server.upgradedConnections() == 0);
        }
    }

    @Test
    void anUpgradedConnectionHasLastWordsBeforeItIsCut() throws Exception {
        try (TestingClient client = new TestingClient(address)) {
            UpgradedConnection connection = upgrade(client);
            connection.onDrain(() -> {
                throw new IllegalStateException("the first task fails");
            });
            connection.onDrain(() -> {
                try {
                    connection.channel().write(ByteBuffer.wrap("bye".getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(connection.isDraining()).isFalse();
            server.drainUpgraded();
            assertThat(connection.isDraining()).isTrue();
            assertThat(client.bytes(3)).asString(StandardCharsets.UTF_8).isEqualTo("bye");
            server.closeUpgraded(0);
            assertThat(client.bytes(1)).isEmpty();
            assertThat(server.upgradedConnections()).isZero();
        }
    }

    @Test
    void refusesAnUpgradeThatWasNotOfferedAndAnotherEndOfOneThatWas() throws Exception {
        BlockingQueue<Throwable> thrown = new ArrayBlockingQueue<>(2);
        handler.set(exchange -> {
            try {
                exchange.commit(101, null);
            } catch (IllegalArgumentException e) {
                thrown.add(e);
                text(exchange, "no");
                return;
            }
            try {
                exchange.write(ByteBuffer.allocate(1));
            } catch (IllegalStateException e) {
                thrown.add(e);
            }
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/app").text()).isEqualTo("no");
            assertThat(client.get("/app", "JSGI_EXTENSIONS", "upgrade").appStatus()).isOne();
            assertThat(thrown).hasSize(2);
        }
    }

    private static void eventually(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waiting took too long").isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
