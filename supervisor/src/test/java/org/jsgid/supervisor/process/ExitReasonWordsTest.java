package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitReasonWordsTest {

    private static final Map<Integer, String> LAUNCHER = Map.of(231, "the working directory could not be entered");

    @Test
    void explanationThatRepeatsWhatIsKnownReplacesIt() {
        ExitReason reason = ExitReason.of(231, LAUNCHER).because("the working directory could not be entered (/x)");
        assertThat(reason.sentence())
                .isEqualTo(
                        "did not become a JVM (launcher status 231): the working directory could not be entered (/x)");
        assertThat(reason.status()).hasValue(231);
    }

    @Test
    void otherExplanationIsAdded() {
        assertThat(ExitReason.of(137, LAUNCHER).because("silent for 60 s").sentence())
                .startsWith("ended by SIGKILL")
                .endsWith(": silent for 60 s");
        assertThat(ExitReason.of(137, LAUNCHER).signal()).hasValue("SIGKILL");
    }

    @Test
    void statusOfTheDaemonItselfIsToldInWords() {
        assertThat(ExitReason.of(3, LAUNCHER).sentence()).contains("status 3").contains("JsgiMaxHeap");
        assertThat(ExitReason.of(0, LAUNCHER).sentence()).contains("without a fault");
    }
}
