package org.jsgid.supervisor.policy;

import java.time.Duration;

/**
 * Keeps a limit that is too low from renewing a group's processes for ever: a process must have served for a while
 * before CPU time or memory renew it, and for twice as long each time that its predecessor did not last. Knows no clock.
 */
public final class RenewalPace {

    /** Service that a process is left in any case. */
    public static final Duration LEAST = Duration.ofSeconds(10);

    /** The most that it is left. */
    public static final Duration MOST = Duration.ofMinutes(10);

    private Duration needed = LEAST;

    /** Whether a process that has served so long may be renewed. */
    public boolean allows(Duration served) {
        return served.compareTo(needed) >= 0;
    }

    /**
     * A process is renewed that had served so long.
     *
     * @return whether that was too short to be of use, so that the limit is likely too low
     */
    public boolean renewed(Duration served) {
        if (served.compareTo(needed.multipliedBy(3)) >= 0) {
            needed = LEAST;
            return false;
        }
        needed = needed.multipliedBy(2);
        if (needed.compareTo(MOST) > 0) {
            needed = MOST;
        }
        return true;
    }

    /** How long the next process is left. */
    public Duration needed() {
        return needed;
    }
}
