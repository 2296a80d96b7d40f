package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.Optional;

/**
 * That one process is to be replaced by another of the same generation.
 *
 * @param why for people: completes "renewed because …"
 * @param isUrgent whether it does not serve as it should, so that it comes before those that only are due
 * @param within for its requests when the other one is ready; absent: the group's graceful timeout
 */
public record ProcessRenewal(String why, boolean isUrgent, Optional<Duration> within) {

    /** It is due, and serves until the other one is ready. */
    public static ProcessRenewal because(String why) {
        return new ProcessRenewal(why, false, Optional.empty());
    }

    /** It does not serve as it should. */
    public static ProcessRenewal urgent(String why) {
        return new ProcessRenewal(why, true, Optional.empty());
    }

    /** The same with another time for its requests. */
    public ProcessRenewal within(Duration time) {
        return new ProcessRenewal(why, isUrgent, Optional.of(time));
    }
}
