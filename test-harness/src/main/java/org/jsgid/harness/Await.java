package org.jsgid.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Waits for a condition, never for a time. All deadlines are multiplied by the system property {@code
 * jsgid.test.scale} (default 1), for slow machines.
 */
public final class Await {

    private static final double SCALE = Double.parseDouble(System.getProperty("jsgid.test.scale", "1"));
    private static final Duration STEP = Duration.ofMillis(20);

    /** Between looks at something that takes long: they must not take the processors from it. */
    private static final Duration LONG_STEP = Duration.ofMillis(60);

    private static final Duration LONG = Duration.ofSeconds(2);

    private Await() {}

    /** A duration multiplied by the scale of this run. */
    public static Duration scaled(Duration duration) {
        return Duration.ofMillis((long) (duration.toMillis() * SCALE));
    }

    /**
     * Waits until the condition holds.
     *
     * @param what completes the sentence "waited for …"
     * @throws AssertionError when the deadline passes first
     */
    public static void until(String what, Duration deadline, Callable<Boolean> condition) {
        value(what, deadline, condition, answer -> answer);
    }

    /**
     * Waits until the condition holds, and goes on without it when it has not by then.
     *
     * @return whether it holds
     */
    public static boolean atMost(Duration deadline, Callable<Boolean> condition) {
        long begin = System.nanoTime();
        do {
            try {
                if (condition.call()) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (Exception e) {
                // Asked again.
            }
            pause(begin);
        } while (System.nanoTime() - begin < scaled(deadline).toNanos());
        return false;
    }

    /**
     * Asks again and again until an answer is good. A probe that throws is asked again; the last answer or exception
     * is part of the message.
     *
     * @return the first good answer
     * @throws AssertionError when the deadline passes first
     */
    public static <T> T value(String what, Duration deadline, Callable<T> probe, Predicate<? super T> good) {
        Duration allowed = scaled(deadline);
        long begin = System.nanoTime();
        Object seen;
        Exception failure;
        do {
            try {
                T answer = probe.call();
                if (good.test(answer)) {
                    return answer;
                }
                seen = answer;
                failure = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            } catch (Exception e) {
                seen = e;
                failure = e;
            }
            pause(begin);
        } while (System.nanoTime() - begin < allowed.toNanos());
        throw new AssertionError("waited " + allowed.toMillis() + " ms for " + what + "; last seen: " + seen, failure);
    }

    private static void pause(long begin) {
        Duration step = System.nanoTime() - begin < LONG.toNanos() ? STEP : LONG_STEP;
        LockSupport.parkNanos(step.toNanos());
    }
}
