package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.RequestQueue.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestQueueTest {

    @Test
    void admitsAsManyAsThereAreThreads() {
        RequestQueue queue = new RequestQueue(2, 0, 1);

        assertThat(queue.enter(0)).isEqualTo(Outcome.ADMITTED);
        assertThat(queue.enter(0)).isEqualTo(Outcome.ADMITTED);
        assertThat(queue.active()).isEqualTo(2);
        assertThat(queue.enter(0)).isEqualTo(Outcome.LATE);
        queue.leave();
        assertThat(queue.enter(0)).isEqualTo(Outcome.ADMITTED);
        assertThat(queue.requests()).isEqualTo(4);
    }

    @Test
    void countsTheTimeThatWasSpentBeforeItCameHere() {
        RequestQueue queue = new RequestQueue(1, 0, 5);

        assertThat(queue.enter(MicroClock.micros() - 6_000_000)).isEqualTo(Outcome.LATE);
        assertThat(queue.enter(MicroClock.micros() - 4_000_000)).isEqualTo(Outcome.ADMITTED);
        assertThat(queue.active()).isEqualTo(1);
    }

    @Test
    void aClockThatIsAheadDoesNotLengthenTheWait() {
        RequestQueue queue = new RequestQueue(1, 0, 1);
        queue.enter(0);

        long start = System.nanoTime();
        assertThat(queue.enter(MicroClock.micros() + 3_600_000_000L)).isEqualTo(Outcome.LATE);
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
    }

    @Test
    void tellsHowManyWaitAndForHowLong() throws Exception {
        RequestQueue queue = new RequestQueue(1, 5, 0);
        assertThat(queue.oldestWaitingMillis()).isZero();
        queue.enter(0);
        CompletableFuture<Outcome> waiting = CompletableFuture.supplyAsync(() -> queue.enter(0));
        while (queue.oldestWaitingMillis() < 5) {
            Thread.onSpinWait();
        }
        assertThat(queue.waiting()).isEqualTo(1);

        queue.leave();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(Outcome.ADMITTED_LATE);
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void isIdleSinceTheLastRequestEndedAndNotWhileOneRuns() {
        RequestQueue queue = new RequestQueue(1, 0, 1);
        queue.enter(0);
        long start = System.nanoTime();
        while (System.nanoTime() - start < 20_000_000) {
            Thread.onSpinWait();
        }
        assertThat(queue.idleMillis()).isZero();

        long end = System.nanoTime();
        queue.leave();
        while (queue.idleMillis() < 5) {
            Thread.onSpinWait();
        }
        assertThat(System.nanoTime() - end).isGreaterThan(5_000_000);
    }

    @Test
    void refusesInTimeWhateverTheClockOfTheWebServerSays() {
        RequestQueue queue = new RequestQueue(1, 0, 2);
        queue.enter(0);

        long start = System.nanoTime();
        assertThat(queue.enter(MicroClock.micros() - 1_500_000)).isEqualTo(Outcome.LATE);
        assertThat(System.nanoTime() - start)
                .as("half a second was left")
                .isBetween(TimeUnit.MILLISECONDS.toNanos(450), TimeUnit.SECONDS.toNanos(10));
    }
}
