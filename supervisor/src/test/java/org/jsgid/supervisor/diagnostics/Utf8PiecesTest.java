package org.jsgid.supervisor.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8PiecesTest {

    @Test
    void makesTheSameTextWhereverItIsDivided() {
        String text = "Thread \"größe-€-𝄞\" x";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at <= bytes.length; at++) {
            Utf8Pieces pieces = new Utf8Pieces();
            byte[] first = Arrays.copyOfRange(bytes, 0, at);
            byte[] second = Arrays.copyOfRange(bytes, at, bytes.length);
            assertThat(pieces.next(first) + pieces.next(second))
                    .as("divided at " + at)
                    .isEqualTo(text);
        }
    }

    @Test
    void putsAMarkInPlaceOfWhatIsNoUtf8() {
        assertThat(new Utf8Pieces().next(new byte[] {'a', (byte) 0xff, 'b'})).isEqualTo("a\ufffdb");
    }
}
