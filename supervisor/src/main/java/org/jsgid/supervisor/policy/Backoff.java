package org.jsgid.supervisor.policy;

import java.time.Duration;

/**
 * How long to wait before a crashed daemon is started again. The first crash costs nothing; one that follows soon
 * doubles the wait up to a cap; good service makes up for crashes. Knows no clock: it is told how long a daemon served.
 */
public final class Backoff {

    /** The longest wait. */
    public static final Duration CAP = Duration.ofSeconds(60);

    /** Service that makes up for one crash. */
    public static final Duration GOOD_SERVICE = Duration.ofSeconds(30);

    private static final int HIGHEST_SCORE = 8;

    /** The first wait. */
    private static final Duration BASE = Duration.ofSeconds(1);

    private int score;

    /** A back-off without crashes. */
    public Backoff() {}

    /**
     * Notes a crash.
     *
     * @param served how long the daemon had been ready; zero when it never was
     * @return how long to wait before the next start; zero: start at once
     */
    public Duration crashed(Duration served) {
        long forgiven = served.dividedBy(GOOD_SERVICE);
        score = (int) Math.max(0, score - forgiven);
        Duration delay = score == 0 ? Duration.ZERO : doubled(score - 1);
        score = Math.min(score + 1, HIGHEST_SCORE);
        return delay;
    }

    /** Forgets all crashes: something changed, so the past says nothing about the next start. */
    public void reset() {
        score = 0;
    }

    private Duration doubled(int times) {
        Duration delay = BASE.multipliedBy(1L << times);
        return delay.compareTo(CAP) > 0 ? CAP : delay;
    }
}
