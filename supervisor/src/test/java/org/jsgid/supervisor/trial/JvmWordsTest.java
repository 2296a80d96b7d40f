package org.jsgid.supervisor.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JvmWordsTest {

    @Test
    void aRefusalIsWhatTheJvmSaidWithoutWhatItAlwaysSays() {
        String output = """
                Unrecognized VM option 'Foo'
                Did you mean '(+/-)Bar'?
                Error: Could not create the Java Virtual Machine.
                Error: A fatal exception has occurred. Program will exit.
                """;

        assertThat(JvmWords.refusal(1, output)).isEqualTo("Unrecognized VM option 'Foo' / Did you mean '(+/-)Bar'?");
    }

    @Test
    void aRefusalWithoutWordsNamesTheStatus() {
        assertThat(JvmWords.refusal(6, "\n \n")).isEqualTo("it printed nothing, and ended with status 6");
    }

    @Test
    void isOfBoundedLengthAndHasNoControlCharacters() {
        assertThat(JvmWords.refusal(1, "a\u001b[31mb\n")).isEqualTo("a [31mb");
        assertThat(JvmWords.refusal(1, "x".repeat(5000))).hasSizeLessThan(410);
    }

    @Test
    void findsTheWarningsOfAllVersions() {
        String output = """
                OpenJDK 64-Bit Server VM warning: Option UseConcMarkSweepGC was deprecated in version 9.0
                WARNING: A terminally deprecated method in sun.misc.Unsafe has been called
                [0.004s][warning][gc] -Xloggc is deprecated. Will use -Xlog:gc:x instead.
                [0.002s][info   ][gc] Using Serial
                openjdk version "21.0.1" 2023-10-17
                OpenJDK 64-Bit Server VM (build 21.0.1+12, mixed mode)
                """;

        assertThat(JvmWords.warnings(output))
                .hasSize(3)
                .anyMatch(line -> line.contains("UseConcMarkSweepGC"))
                .noneMatch(line -> line.contains("Using Serial"));
    }
}
