package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordWriterTest {

    private static final LargeBuffers POOL = new LargeBuffers(4096, 1);

    private final List<byte[]> writes = new ArrayList<>();
    private int mostAtOnce = Integer.MAX_VALUE;
    private int blocked;

    private final WritableByteChannel channel = new WritableByteChannel() {
        @Override
        public int write(ByteBuffer source) {
            byte[] bytes = new byte[Math.min(source.remaining(), mostAtOnce)];
            source.get(bytes);
            writes.add(bytes);
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            throw new AssertionError("the writer does not own the channel");
        }
    };

    @Test
    void aSmallResponseIsOneWrite() throws Exception {
        RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> {});

        writer.stdout(1, "head\r\n\r\n".getBytes(StandardCharsets.UTF_8), 0, 8);
        writer.stdout(1, ByteBuffer.wrap("body".getBytes(StandardCharsets.UTF_8)));
        writer.end(1, 0, 0, true);
        writer.send();

        assertThat(writes).hasSize(1);
        assertThat(records()).containsExactly("6/1 12", "6/1 0", "3/1 8");
    }

    @Test
    void everySizeOfResponseArrivesWhole() throws Exception {
        for (int size = 0; size < 13_000; size += 7) {
            writes.clear();
            RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> {});
            byte[] body = new byte[size];
            writer.stdout(1, body, 0, size);
            writer.end(1, 0, 0, true);
            writer.goingAway();
            writer.send();

            int received = 0;
            List<String> records = records();
            for (String record : records.subList(0, records.size() - 3)) {
                assertThat(record).startsWith("6/1 ");
                received += Integer.parseInt(record.substring(4));
            }
            assertThat(received).as("%d bytes", size).isEqualTo(size);
            assertThat(records).endsWith("6/1 0", "3/1 8", "100/0 0");
        }
    }

    @Test
    void aResponseThatFitsIntoALargeBufferIsOneWrite() throws Exception {
        LargeBuffers pool = new LargeBuffers(80 * 1024, 1);
        RecordWriter writer = new RecordWriter(channel, 1024, pool, () -> {});

        writer.stdout(1, new byte[200], 0, 200);
        writer.stdout(1, ByteBuffer.allocate(65_536));
        writer.end(1, 0, 0, true);
        writer.send();

        assertThat(writes).hasSize(1);
        assertThat(records()).containsExactly("6/1 65535", "6/1 201", "6/1 0", "3/1 8");
    }

    @Test
    void aLargeBufferGoesBackWhenItWasSentOrDropped() throws Exception {
        LargeBuffers pool = new LargeBuffers(4096, 2);
        RecordWriter writer = new RecordWriter(channel, 1024, pool, () -> {});
        ByteBuffer buffer = pool.take();
        pool.give(buffer);

        writer.stdout(1, new byte[3000], 0, 3000);
        assertThat(pool.take()).isNotSameAs(buffer);
        writer.send();
        assertThat(pool.take()).isSameAs(buffer);
        pool.give(buffer);

        writer.stdout(1, new byte[3000], 0, 3000);
        writer.drop();
        assertThat(pool.take()).isSameAs(buffer);
    }

    @Test
    void errorLinesGoBeforeTheResponseThatIsStillInTheBuffer() throws Exception {
        RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> {});

        writer.stdout(1, new byte[5], 0, 5);
        writer.stderr(1, "one\n".getBytes(StandardCharsets.UTF_8));
        writer.stderr(1, "two\n".getBytes(StandardCharsets.UTF_8));
        writer.end(1, 0, 0, true);
        writer.send();

        assertThat(records()).containsExactly("7/1 8", "6/1 5", "6/1 0", "3/1 8");
    }

    @Test
    void aDroppedResponseLeavesNothing() throws Exception {
        RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> {});
        writer.beginRequest();

        writer.stdout(1, new byte[5], 0, 5);
        assertThat(writer.hasSent()).isFalse();
        writer.drop();
        writer.end(1, 1, 0, false);
        writer.send();

        assertThat(writer.hasSent()).isTrue();
        assertThat(records()).containsExactly("3/1 8");
    }

    @Test
    void nothingFollowsARecordThatWasCutOff() throws Exception {
        RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> {
            throw new InterruptedIOException("interrupted while writing");
        });
        writer.stdout(1, new byte[50], 0, 50);
        mostAtOnce = 0;
        assertThatThrownBy(writer::send).isInstanceOf(InterruptedIOException.class);
        mostAtOnce = Integer.MAX_VALUE;
        writes.clear();

        writer.end(1, 1, 0, false);

        assertThatThrownBy(writer::send).hasMessageContaining("cut off");
        assertThat(writes).isEmpty();
    }

    @Test
    void lookingWhetherTheClientIsThereDoesNotWaitForOneThatIsSlow() throws Exception {
        RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> blocked++);
        mostAtOnce = 0;

        writer.probe(1);
        writer.probe(1);

        assertThat(writer.hasKept()).isTrue();
        mostAtOnce = Integer.MAX_VALUE;
        writer.stdout(1, new byte[5], 0, 5);
        writer.send();
        writes.removeIf(bytes -> bytes.length == 0);
        assertThat(records()).containsExactly("7/1 0", "6/1 5");
        assertThat(blocked).isZero();
    }

    @Test
    void goesOnWhenTheChannelTakesLittleOrNothing() throws Exception {
        RecordWriter writer = new RecordWriter(channel, 1024, POOL, () -> {
            blocked++;
            mostAtOnce = 3;
        });
        mostAtOnce = 0;

        writer.stdout(1, new byte[50], 0, 50);
        writer.send();

        assertThat(records()).containsExactly("6/1 50");
        assertThat(blocked).isEqualTo(1);
    }

    /** Type, id and length of what was written. */
    private List<String> records() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        writes.forEach(all::writeBytes);
        ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
        List<String> records = new ArrayList<>();
        while (bytes.hasRemaining()) {
            assertThat(bytes.get()).isEqualTo((byte) 1);
            int type = bytes.get();
            int id = bytes.getShort();
            int length = bytes.getShort() & 0xffff;
            int padding = bytes.get();
            bytes.get();
            bytes.position(bytes.position() + length + padding);
            records.add(type + "/" + id + " " + length);
        }
        return records;
    }
}
