package org.jsgid.supervisor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.ArchiveUse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchivePolicyTest {

    private static final Duration AFTER = Duration.ofSeconds(10);

    private static ArchivePolicy.Known known(int number, boolean isThere, String... options) {
        return new ArchivePolicy.Known(ArchiveKind.AOT, true, List.of(options), number, isThere, Optional.empty());
    }

    @Test
    void theFirstProcessRecordsWhenThereIsNone() {
        assertThat(ArchivePolicy.decide(known(1, false)).mode()).isEqualTo(ArchiveUse.Mode.RECORD);
    }

    @Test
    void theOthersDoNot() {
        ArchivePolicy.Decision decision = ArchivePolicy.decide(known(2, false));
        assertThat(decision.mode()).isEqualTo(ArchiveUse.Mode.NONE);
        assertThat(decision.reason()).contains("process 1");
    }

    @Test
    void everyProcessUsesTheOneThatIsThere() {
        assertThat(ArchivePolicy.decide(known(1, true)).mode()).isEqualTo(ArchiveUse.Mode.USE);
        assertThat(ArchivePolicy.decide(known(7, true)).mode()).isEqualTo(ArchiveUse.Mode.USE);
    }

    @Test
    void aFailureIsNotTriedAgain() {
        ArchivePolicy.Decision decision = ArchivePolicy.decide(
                new ArchivePolicy.Known(ArchiveKind.AOT, true, List.of(), 1, true, Optional.of("the disk is full")));
        assertThat(decision).isEqualTo(new ArchivePolicy.Decision(ArchiveUse.Mode.NONE, "the disk is full"));
    }

    @Test
    void aJdkWithoutArchivesHasNone() {
        assertThat(ArchivePolicy.decide(
                                new ArchivePolicy.Known(ArchiveKind.NONE, true, List.of(), 1, false, Optional.empty()))
                        .mode())
                .isEqualTo(ArchiveUse.Mode.NONE);
        assertThat(ArchivePolicy.decide(new ArchivePolicy.Known(
                                ArchiveKind.DYNAMIC, false, List.of(), 1, false, Optional.empty()))
                        .mode())
                .isEqualTo(ArchiveUse.Mode.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xshare:off",
                "-XX:SharedArchiveFile=/srv/own.jsa",
                "-XX:ArchiveClassesAtExit=/srv/own.jsa",
                "-XX:+AutoCreateSharedArchive",
                "-XX:AOTCache=/srv/own.aot",
                "-XX:-UseSharedSpaces",
                "-javaagent:/srv/agent.jar",
                "-agentlib:jdwp=transport=dt_socket,server=y",
                "--patch-module=java.base=/srv/patch",
                "-Xbootclasspath/a:/srv/more.jar"
            })
    void anOptionThatSaysItselfWhatIsDoneIsLeftAlone(String option) {
        ArchivePolicy.Decision decision = ArchivePolicy.decide(known(1, true, "-Xmx1g", option));
        assertThat(decision.mode()).isEqualTo(ArchiveUse.Mode.NONE);
        assertThat(decision.reason()).contains(option);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx1g", "-XX:+UseG1GC", "-Dfoo=-Xshare:off", "--add-opens=java.base/java.io=ALL-UNNAMED"})
    void otherOptionsAreNotInTheWay(String option) {
        assertThat(ArchivePolicy.decide(known(1, false, option)).mode()).isEqualTo(ArchiveUse.Mode.RECORD);
    }

    @Test
    void itIsMadeInAQuietMomentAfterSomeService() {
        assertThat(ArchivePolicy.isTime(AFTER, AFTER, Duration.ofSeconds(1))).isTrue();
        assertThat(ArchivePolicy.isTime(AFTER.minusMillis(1), AFTER, Duration.ofSeconds(1)))
                .isFalse();
        assertThat(ArchivePolicy.isTime(AFTER, AFTER, Duration.ofMillis(100))).isFalse();
    }

    @Test
    void aBusyDaemonIsNotWaitedForForEver() {
        assertThat(ArchivePolicy.isTime(AFTER.plusSeconds(59), AFTER, Duration.ZERO))
                .isFalse();
        assertThat(ArchivePolicy.isTime(AFTER.plusSeconds(60), AFTER, Duration.ZERO))
                .isTrue();
    }

    @Test
    void theMakingRunWritesNoLogsAndOpensNoPorts() {
        assertThat(ArchivePolicy.ofMakingRun(List.of(
                        "-Xmx1g",
                        "-Xlog:gc:file=/srv/gc.log",
                        "-Dcom.sun.management.jmxremote.port=9010",
                        "-XX:StartFlightRecording=filename=/srv/x.jfr",
                        "-Dfoo=bar")))
                .containsExactly("-Xmx1g", "-Dfoo=bar");
    }

    @Test
    void aCrashBeforeItIsReadyAccusesTheArchive() {
        assertThat(ArchivePolicy.isSuspect(true, false, Optional.of("SIGSEGV"), true))
                .isTrue();
        assertThat(ArchivePolicy.isSuspect(false, false, Optional.empty(), true))
                .isTrue();
    }

    @Test
    void othersEndsDoNot() {
        assertThat(ArchivePolicy.isSuspect(true, true, Optional.of("SIGSEGV"), true))
                .isFalse();
        assertThat(ArchivePolicy.isSuspect(true, false, Optional.empty(), true)).isFalse();
        assertThat(ArchivePolicy.isSuspect(false, false, Optional.of("SIGKILL"), true))
                .isFalse();
        assertThat(ArchivePolicy.isSuspect(false, false, Optional.empty(), false))
                .isFalse();
    }
}
