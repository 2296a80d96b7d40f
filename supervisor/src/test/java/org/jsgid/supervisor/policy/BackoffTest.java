package org.jsgid.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static List<Long> crashes(Backoff backoff, int count) {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            delays.add(backoff.crashed(Duration.ZERO).toSeconds());
        }
        return delays;
    }

    @Test
    void firstCrashCostsNothingAndFurtherOnesDoubleUpToTheCap() {
        assertThat(crashes(new Backoff(), 10)).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void goodServiceMakesUpForCrashes() {
        Backoff backoff = new Backoff();
        crashes(backoff, 4);
        assertThat(backoff.crashed(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.crashed(Duration.ofMinutes(10))).isEqualTo(Duration.ZERO);
    }

    @Test
    void resetForgetsCrashes() {
        Backoff backoff = new Backoff();
        crashes(backoff, 4);
        backoff.reset();
        assertThat(backoff.crashed(Duration.ZERO)).isEqualTo(Duration.ZERO);
    }
}
