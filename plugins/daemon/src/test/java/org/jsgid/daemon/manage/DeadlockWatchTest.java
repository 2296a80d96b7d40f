package org.jsgid.daemon.manage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlockWatchTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    /** Ticks while requests end all the time, and says how often something was found within so many seconds. */
    private static int found(DeadlockWatch watch, int seconds, long longest) {
        int count = 0;
        for (int second = 1; second <= seconds; second++) {
            count += watch.tick(second, 5, longest) == null ? 0 : 1;
        }
        return count;
    }

    @Test
    void twoThreadsThatHoldLocksAreFoundAlthoughOtherRequestsEnd() throws Exception {
        ReentrantLock first = new ReentrantLock();
        ReentrantLock second = new ReentrantLock();
        Thread one = new Thread(() -> both(first, second), "deadlocked-one");
        Thread two = new Thread(() -> both(second, first), "deadlocked-two");
        one.start();
        two.start();
        while (!first.hasQueuedThreads() || !second.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
        DeadlockWatch watch = new DeadlockWatch();
        assertThat(found(watch, 30, TimeUnit.SECONDS.toNanos(1))).as("no request is long").isZero();

        String threads = watch.tick(100, 5, LONG);
        assertThat(threads).contains("deadlocked-one waits for", "deadlocked-two waits for", "ReentrantLock");
        assertThat(watch.details())
                .contains("deadlocked-one waits for", "of deadlocked-two")
                .contains(DeadlockWatchTest.class.getName() + ".both(")
                .contains("- holds java.util.concurrent.locks.ReentrantLock");

        assertThat(found(watch, 20, LONG)).as("told again every five seconds").isEqualTo(4);
        assertThat(watch.details()).as("with its stacks once").isNull();

        one.interrupt();
        one.join();
        two.join();
        assertThat(found(watch, 20, LONG)).isZero();
    }

    private final CountDownLatch holding = new CountDownLatch(2);

    private void both(ReentrantLock mine, ReentrantLock other) {
        mine.lock();
        try {
            holding.countDown();
            holding.await();
            other.lockInterruptibly();
            other.unlock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mine.unlock();
        }
    }
}
