package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.faults.FaultRun;
import org.jsgid.harness.faults.Verdict;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two minutes of fault injection under load; {@code test-harness/faults} says what is done and how it is judged. The seed
 * is another one each time and is printed; {@code -Djsgid.faults.seed=S} takes that one, {@code -Djsgid.faults.seconds=N} makes
 * the sequence longer.
 */
@Tag("C5")
@Tag("C7")
@Tag("C8")
@Tag("alone")
class FaultsIT {

    private static Verdict verdict;

    @BeforeAll
    static void run() throws IOException {
        List<InstalledJdks.Jdk> jdks = FaultRun.usualJdks();
        assumeThat(jdks)
                .as("two JDKs of at least 17 are needed, among them are")
                .hasSize(2);
        long seed = Long.getLong("jsgid.faults.seed", new Random().nextInt(1_000_000));
        Duration length = Duration.ofSeconds(Integer.getInteger("jsgid.faults.seconds", 120));
        System.out.println("measured: fault injection of " + length.toSeconds() + " s with seed " + seed);
        verdict = FaultRun.run(seed, length, jdks, Path.of("target/faults/" + seed + ".log"));
        FaultRun.print(verdict).forEach(line -> System.out.println("measured: " + line));
    }

    @Test
    void everyRequestWasAnsweredOrRefusedOrItsOwnProcessWasKilledOrApacheCutIt() {
        assertThat(verdict.requests()).as("see " + verdict.journal()).isEmpty();
    }

    @Test
    void everyGroupRecoveredAndServesWhatWasDeployedLast() {
        assertThat(verdict.recovery()).as("see " + verdict.journal()).isEmpty();
    }

    @Test
    void noProcessDescriptorSocketRouteOrMemoryLeaked() {
        assertThat(verdict.leaks()).as("see " + verdict.journal()).isEmpty();
    }

    @Test
    void nothingCrashedThatWasNotKilled() {
        assertThat(verdict.crashes()).as("see " + verdict.journal()).isEmpty();
    }
}
