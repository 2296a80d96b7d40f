package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jsgid.daemon.fcgi.RequestDecoder.Event;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {

    private static final byte[] TWO_REQUESTS = new TestingRecords()
            .begin(1, true)
            .record(4, 1, TestingRecords.pairs(Map.of("A", "b".repeat(300))), 5)
            .record(4, 1, new byte[0], 3)
            .record(5, 1, "hello".getBytes(StandardCharsets.UTF_8), 3)
            .record(77, 1, new byte[] {9, 9, 9}, 1)
            .record(5, 9, new byte[] {9}, 0)
            .stdin(1, " world")
            .stdinEnd(1)
            .record(9, 0, new byte[] {14, 0, 'F', 'C', 'G', 'I', '_', 'M', 'A', 'X', '_', 'C', 'O', 'N', 'N', 'S'}, 0)
            .begin(2, false)
            .params(2, Map.of("C", "d"))
            .stdinEnd(2)
            .bytes();

    private static final List<String> WHAT_THEY_MEAN = List.of(
            "REQUEST 1 kept A=300 bytes",
            "BODY hello world",
            "BODY_END",
            "GET_VALUES 16",
            "REQUEST 2 closed C=1 bytes",
            "BODY_END");

    @Test
    void readsRequestsOneAfterAnother() throws Exception {
        assertThat(decode(TWO_REQUESTS, TWO_REQUESTS.length)).isEqualTo(WHAT_THEY_MEAN);
    }

    @Test
    void readsTheSameHoweverTheBytesArrive() throws Exception {
        for (int piece = 1; piece < 40; piece++) {
            assertThat(decode(TWO_REQUESTS, piece)).as("%d bytes at a time", piece).isEqualTo(WHAT_THEY_MEAN);
        }
    }

    @Test
    void waitsForMoreWhereverTheBytesEnd() throws Exception {
        for (int length = 0; length < TWO_REQUESTS.length; length++) {
            List<String> events = decode(Arrays.copyOf(TWO_REQUESTS, length), length);
            List<String> start = new ArrayList<>(WHAT_THEY_MEAN.subList(0, Math.min(events.size(), 6)));
            if (!events.isEmpty() && events.get(events.size() - 1).startsWith("BODY ")) {
                start.set(events.size() - 1, events.get(events.size() - 1));
                assertThat("BODY hello world").startsWith(events.get(events.size() - 1));
            }
            assertThat(events).as("the first %d bytes", length).isEqualTo(start);
        }
    }

    /** Decodes as a connection does, answering each request at its body's end. */
    private static List<String> decode(byte[] bytes, int piece) throws ProtocolException {
        RequestDecoder decoder = new RequestDecoder();
        List<String> events = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(FcgiConnection.INPUT).limit(0);
        int at = 0;
        while (true) {
            Event event = decoder.next(in);
            if (event != Event.BODY && event != Event.MORE && body.size() > 0) {
                events.add("BODY " + body);
                body.reset();
            }
            switch (event) {
                case MORE -> {
                    if (at == bytes.length) {
                        if (body.size() > 0) {
                            events.add("BODY " + body);
                        }
                        return events;
                    }
                    int count = Math.min(piece, bytes.length - at);
                    in.compact().put(bytes, at, count).flip();
                    at += count;
                }
                case REQUEST -> {
                    Map<String, String> all =
                            Parameters.parse(decoder.params()).asMap();
                    events.add("REQUEST " + decoder.requestId() + (decoder.isKeepConnection() ? " kept " : " closed ")
                            + all.keySet().iterator().next() + "="
                            + all.values().iterator().next().length() + " bytes");
                }
                case BODY -> {
                    ByteBuffer target = ByteBuffer.allocate(3);
                    assertThat(decoder.takeBody(in, target)).isPositive();
                    body.write(target.array(), 0, target.position());
                }
                case BODY_END -> {
                    events.add("BODY_END");
                    decoder.answered();
                }
                case GET_VALUES -> events.add("GET_VALUES " + decoder.management().length);
                default -> events.add(event.toString());
            }
        }
    }

    @Test
    void aSecondRequestBeforeTheFirstIsAnsweredIsTold() throws Exception {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.wrap(new TestingRecords()
                .begin(1, true)
                .params(1, Map.of("A", "b"))
                .begin(7, true)
                .params(7, Map.of("X", "y"))
                .stdinEnd(7)
                .stdin(1, "x")
                .bytes());

        assertThat(decoder.next(in)).isEqualTo(Event.REQUEST);
        assertThat(decoder.next(in)).isEqualTo(Event.SECOND_REQUEST);
        assertThat(decoder.otherId()).isEqualTo(7);
        assertThat(decoder.next(in)).isEqualTo(Event.BODY);
        assertThat(decoder.requestId()).isEqualTo(1);
    }

    @Test
    void aRequestMayBeginWhenTheLastWasAnsweredBeforeItsBodyEnded() throws Exception {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.wrap(new TestingRecords()
                .begin(1, true)
                .params(1, Map.of())
                .begin(1, true)
                .params(1, Map.of("A", "second"))
                .bytes());

        assertThat(decoder.next(in)).isEqualTo(Event.REQUEST);
        decoder.answered();
        assertThat(decoder.next(in)).isEqualTo(Event.REQUEST);
        assertThat(Parameters.parse(decoder.params()).get("A")).isEqualTo("second");
    }

    @Test
    void tellsOfAnUnknownRoleAndSkipsWhatFollowsForIt() throws Exception {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.wrap(new TestingRecords()
                .begin(1, true)
                .params(1, Map.of())
                .stdinEnd(1)
                .record(1, 1, new byte[] {0, 3, 1, 0, 0, 0, 0, 0}, 0)
                .params(1, Map.of("A", "b"))
                .stdin(1, "x")
                .stdinEnd(1)
                .bytes());

        assertThat(decoder.next(in)).isEqualTo(Event.REQUEST);
        assertThat(decoder.next(in)).isEqualTo(Event.BODY_END);
        decoder.answered();
        assertThat(decoder.next(in)).isEqualTo(Event.UNKNOWN_ROLE);
        assertThat(decoder.next(in)).isEqualTo(Event.MORE);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void tellsOfAnAbortOfItsRequestOnly() throws Exception {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.wrap(new TestingRecords()
                .begin(1, true)
                .params(1, Map.of())
                .record(2, 8, new byte[0], 0)
                .record(2, 1, new byte[0], 0)
                .bytes());

        assertThat(decoder.next(in)).isEqualTo(Event.REQUEST);
        assertThat(decoder.next(in)).isEqualTo(Event.ABORT);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void tellsOfManagementRecordsOfUnknownTypes() throws Exception {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.wrap(new TestingRecords()
                .record(99, 0, new byte[] {1, 2, 3}, 2)
                .record(1, 0, new byte[8], 0)
                .record(55, 0, new byte[0], 0)
                .bytes());

        for (int type : new int[] {99, 1, 55}) {
            assertThat(decoder.next(in)).isEqualTo(Event.UNKNOWN_TYPE);
            assertThat(decoder.otherType()).isEqualTo(type);
        }
        assertThat(decoder.next(in)).isEqualTo(Event.MORE);
    }

    @Test
    void refusesWhatIsNotFastCgi() {
        refuses("version 71", "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.ISO_8859_1));
        refuses("BEGIN_REQUEST with 3", new TestingRecords().record(1, 1, new byte[3], 0).bytes());
        refuses("management", new TestingRecords().record(9, 0, new byte[5000], 0).bytes());
        refuses(
                "STDIN before",
                new TestingRecords().begin(1, true).stdin(1, "x").bytes());
        refuses(
                "PARAMS after",
                new TestingRecords()
                        .begin(1, true)
                        .params(1, Map.of())
                        .params(1, Map.of())
                        .bytes());
        refuses(
                "STDIN after",
                new TestingRecords()
                        .begin(1, true)
                        .params(1, Map.of())
                        .stdinEnd(1)
                        .stdin(1, "x")
                        .bytes());
    }

    @Test
    void refusesMoreThanOneMebibyteOfParameters() throws Exception {
        TestingRecords records = new TestingRecords().begin(1, true);
        byte[] content = new byte[65528];
        for (int i = 0; i < 16; i++) {
            records.record(4, 1, content, 0);
        }
        assertThat(drain(records.bytes())).isEqualTo(Event.MORE);
        records.record(4, 1, content, 0);
        assertThatThrownBy(() -> drain(records.bytes()))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("1048576");
    }

    private static void refuses(String message, byte[] bytes) {
        assertThatThrownBy(() -> drain(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(message);
    }

    private static Event drain(byte[] bytes) throws ProtocolException {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        for (int i = 0; i < 10; i++) {
            Event event = decoder.next(in);
            if (event == Event.MORE) {
                return event;
            }
            if (event == Event.BODY) {
                decoder.skipBody(in);
            }
        }
        throw new AssertionError("no end");
    }
}
