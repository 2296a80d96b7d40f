package org.jsgid.daemon;

import java.time.Instant;

/** Microseconds since 1970, cheaply: the wall clock is read now and then, the time between by the monotonic clock. */
public final class MicroClock {

    private static volatile long offset = rebased();

    private MicroClock() {}

    /** Now. */
    public static long micros() {
        return offset + System.nanoTime() / 1000;
    }

    /** Follows the wall clock, which may have been set; called about once a second. */
    static void rebase() {
        offset = rebased();
    }

    private static long rebased() {
        Instant now = Instant.now();
        long micros = now.getEpochSecond() * 1_000_000L + now.getNano() / 1000;
        return micros - System.nanoTime() / 1000;
    }
}
