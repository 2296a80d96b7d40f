package org.jsgid.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

class RecyclingTest {

    private static final long MIB = 1L << 20;
    private static final GroupDefinition.Limits NONE =
            new GroupDefinition.Limits(Duration.ZERO, 0, Duration.ZERO, 0, 0, 0);
    private static final GroupDefinition.Limits ALL =
            new GroupDefinition.Limits(Duration.ofSeconds(1000), 100, Duration.ofSeconds(50), 400 * MIB, 500 * MIB, 0);

    private static Optional<Recycling.Cause> cause(
            GroupDefinition.Limits limits, double share, long age, long requests, long cpu, long mib) {
        return new Recycling(limits, share)
                .decide(new Recycling.Figures(Duration.ofSeconds(age), requests, Duration.ofSeconds(cpu), mib * MIB))
                .map(Recycling.Reached::cause);
    }

    @Test
    void withoutLimitsAProcessIsKeptForEver() {
        assertThat(cause(NONE, 1, 1_000_000, 1_000_000, 1_000_000, 1_000_000)).isEmpty();
        assertThat(Recycling.isLimited(NONE)).isFalse();
    }

    @Test
    void eachLimitIsOneOfItsOwn() {
        assertThat(cause(ALL, 0, 999, 99, 49, 399)).isEmpty();
        assertThat(cause(ALL, 0, 1000, 0, 0, 0)).contains(Recycling.Cause.AGE);
        assertThat(cause(ALL, 0, 0, 100, 0, 0)).contains(Recycling.Cause.REQUESTS);
        assertThat(cause(ALL, 0, 0, 0, 50, 0)).contains(Recycling.Cause.CPU);
        assertThat(cause(ALL, 0, 0, 0, 0, 400)).contains(Recycling.Cause.MEMORY);
        assertThat(cause(ALL, 0, 0, 0, 0, 500)).contains(Recycling.Cause.MEMORY_HARD);
    }

    @Test
    void theGravestIsNamed() {
        assertThat(cause(ALL, 0, 1000, 100, 50, 500)).contains(Recycling.Cause.MEMORY_HARD);
    }

    @Test
    void ageAndRequestsAreReachedUpToATenthEarlierMemoryAndCpuAreNot() {
        assertThat(cause(ALL, 1, 900, 0, 0, 0)).contains(Recycling.Cause.AGE);
        assertThat(cause(ALL, 0.5, 949, 0, 0, 0)).isEmpty();
        assertThat(cause(ALL, 0.5, 950, 0, 0, 0)).contains(Recycling.Cause.AGE);
        assertThat(cause(ALL, 1, 0, 90, 0, 0)).contains(Recycling.Cause.REQUESTS);
        assertThat(cause(ALL, 0.5, 0, 94, 0, 0)).isEmpty();
        assertThat(cause(ALL, 1, 0, 0, 49, 499)).contains(Recycling.Cause.MEMORY);
    }

    @Test
    void aLimitOfOneRequestNeedsOne() {
        GroupDefinition.Limits one = new GroupDefinition.Limits(Duration.ZERO, 1, Duration.ZERO, 0, 0, 0);

        assertThat(cause(one, 1, 0, 0, 0, 0)).isEmpty();
        assertThat(cause(one, 1, 0, 1, 0, 0)).contains(Recycling.Cause.REQUESTS);
    }

    @Test
    void theReasonNamesFigureAndDirective() {
        assertThat(new Recycling(ALL, 0)
                        .decide(new Recycling.Figures(Duration.ZERO, 0, Duration.ZERO, 512 * MIB))
                        .orElseThrow()
                        .reason())
                .isEqualTo("its resident size is 512 MiB, and JsgiMemoryLimit allows at most 500 MiB");
    }

    @Test
    void onlyCpuAndMemoryNeedTheSystem() {
        assertThat(Recycling.needsSystemFigures(
                        new GroupDefinition.Limits(Duration.ofSeconds(1), 5, Duration.ZERO, 0, 0, 0)))
                .isFalse();
        assertThat(Recycling.needsSystemFigures(ALL)).isTrue();
    }
}
