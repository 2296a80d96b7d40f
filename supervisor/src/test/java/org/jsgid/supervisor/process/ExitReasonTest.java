package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExitReasonTest {

    private static final Map<Integer, String> LAUNCHER =
            LauncherStatuses.parse("/* text */\nJSGID_EXIT(231, DIRECTORY, \"the folder could not be entered\")\n");

    @Test
    void signalsAreSaidInWords() {
        ExitReason killed = ExitReason.of(137, LAUNCHER);
        assertThat(killed.signal()).contains("SIGKILL");
        assertThat(killed.status()).isEmpty();
        assertThat(killed.sentence()).contains("ended by SIGKILL").contains("lack of memory");
        assertThat(ExitReason.of(134, LAUNCHER).sentence()).contains("SIGABRT").contains("crashed");
        assertThat(ExitReason.of(128 + 40, LAUNCHER).signal()).contains("signal 40");
    }

    @Test
    void statusesOfTheJvmAndTheDaemonAreExplained() {
        assertThat(ExitReason.of(3, LAUNCHER).sentence()).contains("status 3").contains("JsgiMaxHeap");
        assertThat(ExitReason.of(75, LAUNCHER).sentence()).contains("graceful timeout");
        assertThat(ExitReason.of(42, LAUNCHER))
                .isEqualTo(new ExitReason(OptionalInt.of(42), Optional.empty(), "exited with status 42"));
    }

    @Test
    void statusesOfTheLauncherAreThoseOfItsTable() {
        assertThat(ExitReason.of(231, LAUNCHER).sentence()).contains("the folder could not be entered");
    }

    @Test
    void buildHasTheLaunchersTable() {
        assertThat(LauncherStatuses.load()).isNotEmpty().allSatisfy((status, meaning) -> {
            assertThat(status).isBetween(200, 255);
            assertThat(meaning).isNotBlank();
        });
    }
}
