package org.jsgid.daemon.manage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementLineTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "a b=c%20\n\r\t\u007f", "größe €", "%", "100%25", "=", "\uD83D\uDE00"})
    void everyValueComesBack(String value) {
        String encoded =
                ManagementLine.of("word").with("a", value).with("n", 7).encode();
        ManagementLine line = ManagementLine.parse(encoded);

        assertThat(encoded).doesNotContain("\n").doesNotContain("\r");
        assertThat(line.word()).isEqualTo("word");
        assertThat(line.field("a")).isEqualTo(value);
        assertThat(line.number("n", 0)).isEqualTo(7);
    }

    @Test
    void readsTheExampleOfTheContract() {
        ManagementLine line = ManagementLine.parse(
                "group name=shop processes=2 multiprocess=yes threads=15 queue-limit=100 temporary=/run/a%20b home=/opt");

        assertThat(line.word()).isEqualTo("group");
        assertThat(line.field("temporary")).isEqualTo("/run/a b");
        assertThat(line.number("threads", 1)).isEqualTo(15);
        assertThat(line.field("absent")).isEmpty();
        assertThat(line.number("absent", 3)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "start", "start ", "start  x", "start =x y", "start a"})
    void partsThatAreNoFieldsAreIgnored(String text) {
        assertThat(ManagementLine.parse(text).field("x")).isEmpty();
    }

    @Test
    void cutsALineThatWouldBeTooLong() {
        String line = ManagementLine.of("rejected")
                .with("reason", "é\n".repeat(100_000))
                .encode();

        assertThat(line.length()).isLessThan(ManagementLine.MAX_LENGTH);
    }
}
