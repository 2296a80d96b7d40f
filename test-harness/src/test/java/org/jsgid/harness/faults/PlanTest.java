package org.jsgid.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void aSeedGivesTheSameSequenceAgain() {
        assertThat(Plan.of(7, HOUR, ALL)).isEqualTo(Plan.of(7, HOUR, ALL)).isNotEqualTo(Plan.of(8, HOUR, ALL));
    }

    @Test
    void aShorterSequenceIsTheBeginningOfALongerOne() {
        List<Plan.Step> shorter = Plan.of(7, Duration.ofMinutes(2), ALL);

        assertThat(shorter)
                .hasSizeGreaterThan(25)
                .isEqualTo(Plan.of(7, HOUR, ALL).subList(0, shorter.size()));
    }

    @Test
    void everyKindComesAndNoOtherThanAllowed() {
        assertThat(Plan.of(1, HOUR, ALL)).extracting(Plan.Step::kind).containsAll(ALL);
        assertThat(Plan.of(1, HOUR, EnumSet.of(FaultKind.GRACEFUL, FaultKind.RESTART)))
                .extracting(Plan.Step::kind)
                .containsOnly(FaultKind.GRACEFUL, FaultKind.RESTART);
    }

    @Test
    void stepsKeepTheirBounds() {
        List<Plan.Step> steps = Plan.of(3, HOUR, ALL);

        assertThat(steps).allSatisfy(step -> {
            assertThat(step.at()).isBetween(0L, HOUR.toMillis());
            assertThat(step.pick()).isBetween(0.0, 1.0);
            assertThat(step.millis()).isBetween(300L, 20_000L);
            assertThat(step.target()).isNotEqualTo(Target.STATIC);
        });
        assertThat(steps).extracting(Plan.Step::at).isSorted();
    }
}
