package org.jsgid.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void givesTheFirstGoodAnswer() {
        AtomicInteger asked = new AtomicInteger();

        assertThat(Await.value("three", Duration.ofSeconds(5), asked::incrementAndGet, answer -> answer == 3))
                .isEqualTo(3);
    }

    @Test
    void asksAgainWhenTheProbeThrows() {
        AtomicInteger asked = new AtomicInteger();

        Await.until("the third try", Duration.ofSeconds(5), () -> {
            if (asked.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
            return true;
        });

        assertThat(asked).hasValue(3);
    }

    @Test
    void tellsWhatWasSeenLastWhenTheDeadlinePasses() {
        assertThatThrownBy(() -> Await.value("a miracle", Duration.ofMillis(50), () -> "rain", "sun"::equals))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a miracle")
                .hasMessageContaining("last seen: rain");
    }
}
