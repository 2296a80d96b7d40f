package org.jsgid.supervisor.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    /** Gives the bytes in pieces of one size, as a socket may. */
    private static InputStream inPieces(String text, int size) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(size, length));
            }
        };
    }

    @Test
    void readsLinesHoweverTheyArrive() throws IOException {
        for (int size = 1; size < 12; size++) {
            LineReader reader = new LineReader(inPieces("one\n\nzwölf\n", size), 100);
            assertThat(reader.readLine()).isEqualTo("one");
            assertThat(reader.readLine()).isEmpty();
            assertThat(reader.readLine()).isEqualTo("zwölf");
            assertThat(reader.readLine()).isNull();
        }
    }

    @Test
    void dropsALineThatIsNotEnded() throws IOException {
        LineReader reader = new LineReader(inPieces("whole\nhal", 4), 100);
        assertThat(reader.readLine()).isEqualTo("whole");
        assertThat(reader.readLine()).isNull();
    }

    @Test
    void takesTheLongestLineAndRefusesALongerOne() throws IOException {
        String longest = "x".repeat(2000);
        assertThat(new LineReader(inPieces(longest + "\n", 700), 2000).readLine())
                .isEqualTo(longest);
        for (int size : new int[] {1, 512, 5000}) {
            LineReader reader = new LineReader(inPieces(longest + "x\n", size), 2000);
            assertThatThrownBy(reader::readLine).isInstanceOf(MalformedLineException.class);
        }
    }

    @Test
    void refusesWhatIsNotUtf8() {
        LineReader reader = new LineReader(new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n'}), 100);
        assertThatThrownBy(reader::readLine).isInstanceOf(MalformedLineException.class);
    }
}
