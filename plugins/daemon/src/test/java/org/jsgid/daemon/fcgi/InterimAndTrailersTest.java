package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Informational responses, trailers, lengths, and looking whether the client is there. */
class InterimAndTrailersTest {

    private static final Map.Entry<String, String> LINK = Map.entry("Link", "</a.css>");

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
        server = new FcgiServer(listener, exchange -> handler.get().handle(exchange));
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        listener.close();
    }

    private static Map<String, String> params(String... namesAndValues) {
        Map<String, String> params = new HashMap<>();
        params.put("JSGI_EXTENSIONS", "going-away interim trailers");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return params;
    }

    private static String body(RequestExchange exchange) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(100);
        StringBuilder body = new StringBuilder();
        while (exchange.read(target) >= 0) {
            target.flip();
            body.append(StandardCharsets.US_ASCII.decode(target));
            target.clear();
        }
        return body.toString();
    }

    private static void answer(RequestExchange exchange, String text) throws IOException {
        exchange.commit(200, null);
        exchange.header("Content-Type", "text/plain");
        exchange.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        exchange.finish();
    }

    private static void assertRecord(TestingClient client, int type, String content) throws IOException {
        TestingClient.Received record = client.next();
        assertThat(record.text()).isEqualTo(content);
        assertThat(record.type()).isEqualTo(type);
    }

    @Test
    void hintsGoBeforeTheResponseAndAnErrorCanStillTakeItsPlace() throws Exception {
        handler.set(exchange -> {
            exchange.interim(103, List.of(LINK, Map.entry("Connection", "close"), Map.entry("Content-Length", "7")));
            exchange.commit(200, null);
            exchange.write(ByteBuffer.wrap(new byte[] {'x'}));
            assertThat(exchange.reset()).isTrue();
            answer(exchange, "instead");
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params())
                    .stdinEnd(1)
                    .bytes());
            assertRecord(client, Records.INTERIM, "Status: 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("instead");
        }
    }

    @Test
    void aClientThatDoesNotKnowHintsGetsNone() throws Exception {
        handler.set(exchange -> {
            exchange.interim(103, List.of(LINK));
            exchange.trailer("X-After", "y");
            answer(exchange, exchange.acceptsInterim() + " " + exchange.acceptsTrailers());
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/app").text()).isEqualTo("false false");
        }
    }

    @Test
    void hintsCannotBeMoreThanHintsNorComeAfterTheResponse() throws Exception {
        handler.set(exchange -> {
            assertThatThrownBy(() -> exchange.interim(101, List.of())).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> exchange.interim(200, List.of())).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> exchange.interim(103, List.of(Map.entry("X", "a\r\nB: c"))))
                    .isInstanceOf(IllegalArgumentException.class);
            exchange.commit(200, null);
            exchange.flush();
            assertThatThrownBy(() -> exchange.interim(103, List.of(LINK))).isInstanceOf(IllegalStateException.class);
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params())
                    .stdinEnd(1)
                    .bytes());
            assertThat(client.answer().appStatus()).isZero();
        }
    }

    @Test
    void aBodyThatIsNotThereYetIsAskedForOnce() throws Exception {
        handler.set(exchange -> answer(exchange, body(exchange)));
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params("HTTP_EXPECT", "100-Continue"))
                    .bytes());
            assertRecord(client, Records.INTERIM, "Status: 100 Continue\r\n\r\n");
            client.send(new TestingRecords().stdin(1, "one").bytes());
            client.send(new TestingRecords().stdin(1, " two").stdinEnd(1).bytes());
            assertThat(client.answer().text()).isEqualTo("one two");

            // Nobody asks for a body that is there already.
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params("HTTP_EXPECT", "100-continue"))
                    .stdin(1, "three")
                    .stdinEnd(1)
                    .bytes());
            assertThat(client.answer().text()).isEqualTo("three");
        }
    }

    @Test
    void aBodyIsNotAskedForWhenNobodyReadsItOrTheResponseHasBegun() throws Exception {
        CountDownLatch isSent = new CountDownLatch(1);
        handler.set(exchange -> {
            exchange.commit(200, null);
            if (exchange.parameter("READS") != null) {
                exchange.flush();
                isSent.countDown();
                body(exchange);
            }
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params("HTTP_EXPECT", "100-continue", "READS", "1"))
                    .bytes());
            assertThat(isSent.await(30, TimeUnit.SECONDS)).isTrue();
            client.send(new TestingRecords().stdin(1, "late").stdinEnd(1).bytes());
            assertThat(client.answer().appStatus()).isZero();

            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params("HTTP_EXPECT", "100-continue"))
                    .bytes());
            assertThat(client.answer().appStatus()).isZero();
        }
    }

    @Test
    void trailersOfTheRequestAreThereWhenItsBodyIsRead() throws Exception {
        handler.set(exchange -> {
            String before = exchange.requestTrailers() + " ";
            String body = body(exchange);
            answer(exchange, before + body + " " + exchange.requestTrailers());
        });
        try (TestingClient client = new TestingClient(address)) {
            byte[] fields = "X-A: 1\r\nHost: evil\r\nno field\r\nx-b:\t two \r\nA B: c\r\nX-C: \0\r\nX-D:\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1);
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params())
                    .stdin(1, "body")
                    .record(Records.TRAILERS, 1, Arrays.copyOf(fields, 10), 3)
                    .record(Records.TRAILERS, 1, Arrays.copyOfRange(fields, 10, fields.length), 0)
                    .stdinEnd(1)
                    .bytes());
            TestingClient.Answer answer = client.answer();
            assertThat(answer.text()).isEqualTo("[] body [X-A=1, x-b=two, X-D=]");
            assertThat(answer.errors().split("\n")).hasSize(4).allMatch(line -> line.startsWith("JSGID0522: "));

            assertThat(client.request(params(), "next").text())
                    .as("those of one request are not the next one's")
                    .isEqualTo("[] next []");
        }
    }

    @Test
    void trailersWithoutEndAreRefused() throws Exception {
        handler.set(exchange -> answer(exchange, body(exchange)));
        try (TestingClient client = new TestingClient(address)) {
            byte[] records = new TestingRecords()
                    .begin(1, true)
                    .params(1, params())
                    .record(Records.TRAILERS, 1, new byte[60_000], 0)
                    .record(Records.TRAILERS, 1, new byte[6_000], 0)
                    .bytes();
            // The length of the second tells; bytes that nobody reads would reset the connection.
            client.send(Arrays.copyOf(records, records.length - 6_000));
            assertThat(client.next().type()).isEqualTo(Records.END_REQUEST);
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void anyBytesAsTrailersEndInFieldsOrNothing() {
        Random random = new Random(4);
        String alphabet = "ab:\r\n \t\0\u007f\u00e4-";
        for (int i = 0; i < 20_000; i++) {
            byte[] content = new byte[random.nextInt(30)];
            for (int k = 0; k < content.length; k++) {
                content[k] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            for (Map.Entry<String, String> field : TrailerFields.parse(content, content.length, new ArrayList<>())) {
                HeaderText.check(field.getKey(), field.getValue());
                assertThat(field.getValue()).isEqualTo(field.getValue().strip());
            }
        }
    }

    @Test
    void trailersOfTheResponseAreBehindItsBody() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            exchange.write(ByteBuffer.wrap(new byte[] {'x'}));
            exchange.trailer("X-After", "y");
            exchange.trailer("x-after", "\u20ac");
            for (String wrong : new String[] {"Content-Length", "a b", "", "Trailer"}) {
                assertThatThrownBy(() -> exchange.trailer(wrong, "1")).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> exchange.trailer("X", "a\nb")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> exchange.trailer("X", "a".repeat(70_000)))
                    .isInstanceOf(IllegalArgumentException.class);
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, params())
                    .stdinEnd(1)
                    .bytes());
            assertRecord(client, Records.STDOUT, "Status: 200 OK\r\n\r\nx");
            assertRecord(client, Records.TRAILERS, "X-After: y\r\nx-after: \u20ac\r\n");
            assertThat(client.next().content()).isEmpty();
            assertThat(client.next().type()).isEqualTo(Records.END_REQUEST);
        }
    }

    @Test
    void namesOfTrailersAreAllowedAsTheModuleAllowsThem() throws Exception {
        int count = 0;
        for (String line : Files.readAllLines(SharedVectorsTest.FOLDER.resolve("trailers.txt"))) {
            String[] words = line.split(" ", 2);
            if (words[0].equals("allowed") || words[0].equals("forbidden")) {
                assertThat(TrailerFields.isAllowed(words[1])).as(line).isEqualTo(words[0].equals("allowed"));
                count++;
            }
        }
        assertThat(count).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1 ", "0x1", "1,1", "9999999999999999999", "\u0661"})
    void aLengthThatIsNoNumberIsNotSent(String length) throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            assertThatThrownBy(() -> exchange.header("content-length", length))
                    .isInstanceOf(IllegalArgumentException.class);
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.get("/app").head()).isEqualTo("Status: 200 OK");
        }
    }

    @Test
    void framingIsNotTheApplicationsAndLengthsAreTrue() throws Exception {
        handler.set(exchange -> {
            exchange.commit(200, null);
            exchange.header("Transfer-Encoding", "chunked");
            exchange.header("Connection", "close");
            exchange.header("Keep-Alive", "1");
            exchange.header("TE", "trailers");
            exchange.header("Proxy-Connection", "close");
            exchange.header("Content-Length", "3");
            exchange.header("Content-Length", "3");
            assertThatThrownBy(() -> exchange.header("Content-Length", "4"))
                    .isInstanceOf(IllegalArgumentException.class);
            exchange.write(ByteBuffer.wrap(new byte[] {'a', 'b'}));
            assertThatThrownBy(exchange::finish).isInstanceOf(IllegalStateException.class);
            exchange.write("cdef".getBytes(StandardCharsets.US_ASCII), 0, 4);
            exchange.write(ByteBuffer.wrap(new byte[] {'g'}));
            exchange.finish();
        });
        try (TestingClient client = new TestingClient(address)) {
            TestingClient.Answer answer = client.get("/app");
            assertThat(answer.head()).isEqualTo("Content-Length: 3");
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.errors()).startsWith("JSGID0523: ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 100_000})
    void aRequestThatOnlyWaitsFindsOutThatItsClientHasGone(int unread) throws Exception {
        BlockingQueue<Boolean> seen = new ArrayBlockingQueue<>(1);
        CountDownLatch isGoing = new CountDownLatch(1);
        handler.set(exchange -> {
            assertThat(exchange.isAbandoned()).isFalse();
            isGoing.countDown();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            boolean isAbandoned = false;
            while (!isAbandoned && System.nanoTime() < deadline) {
                isAbandoned = exchange.isAbandoned();
            }
            seen.add(isAbandoned);
        });
        try (TestingClient client = new TestingClient(address)) {
            TestingRecords records = new TestingRecords().begin(1, true).params(1, params());
            for (int left = unread; left > 0; left -= 10_000) {
                records.stdin(1, "b".repeat(Math.min(left, 10_000)));
            }
            client.send(records.bytes());
            assertThat(isGoing.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(seen.poll(40, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void lookingForTheClientTakesNothingOfTheBody() throws Exception {
        handler.set(exchange -> {
            for (int i = 0; i < 100; i++) {
                assertThat(exchange.isAbandoned()).isFalse();
            }
            answer(exchange, body(exchange));
        });
        try (TestingClient client = new TestingClient(address)) {
            assertThat(client.request(params(), "the body").text()).isEqualTo("the body");
        }
    }
}
