package org.jsgid.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RenewalPaceTest {

    private final RenewalPace pace = new RenewalPace();

    @Test
    void aProcessIsLeftTenSecondsInAnyCase() {
        assertThat(pace.allows(Duration.ofSeconds(9))).isFalse();
        assertThat(pace.allows(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void processesThatDoNotLastAreLeftTwiceAsLongEachTimeUpToTenMinutes() {
        for (int seconds = 10; seconds <= 320; seconds *= 2) {
            assertThat(pace.needed()).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(pace.renewed(pace.needed())).isTrue();
        }
        assertThat(pace.needed()).isEqualTo(Duration.ofMinutes(10));
        pace.renewed(pace.needed());
        assertThat(pace.needed()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void oneThatLastedBringsBackTheFirstPace() {
        pace.renewed(Duration.ofSeconds(10));

        assertThat(pace.renewed(Duration.ofHours(1))).isFalse();
        assertThat(pace.needed()).isEqualTo(Duration.ofSeconds(10));
    }
}
