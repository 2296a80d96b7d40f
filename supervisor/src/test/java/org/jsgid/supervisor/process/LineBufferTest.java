package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBufferTest {

    private final List<String> seen = new ArrayList<>();
    private final LineBuffer buffer = new LineBuffer(seen::add);

    private static void write(OutputStream stream, String text) throws IOException {
        stream.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void handsOnWholeLinesOfEachSource() throws IOException {
        OutputStream out = buffer.newStream();
        OutputStream err = buffer.newStream();
        write(out, "be");
        write(err, "oops\r\n");
        write(out, "gin\nrest");
        assertThat(seen).containsExactly("oops", "begin");

        out.close();
        assertThat(seen).containsExactly("oops", "begin", "rest");
    }

    @Test
    void keepsTheLastLines() throws IOException {
        OutputStream out = buffer.newStream();
        for (int i = 0; i < 60; i++) {
            write(out, i + "\n");
        }
        assertThat(buffer.lastLines()).hasSize(50).startsWith("10").endsWith("59");
    }

    @Test
    void splitsALineWithoutEnd() throws IOException {
        write(buffer.newStream(), "x".repeat(3 * LineBuffer.LONGEST));
        assertThat(seen).hasSize(2).allSatisfy(line -> assertThat(line).hasSize(LineBuffer.LONGEST));
    }
}
