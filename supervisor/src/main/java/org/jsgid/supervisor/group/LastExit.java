package org.jsgid.supervisor.group;

import java.time.Instant;
import java.util.List;
import org.jsgid.supervisor.process.ExitReason;

/**
 * How the last process of a group ended that was not told to.
 *
 * @param pid its pid
 * @param reason how and why
 * @param lastLines the last lines that it printed
 * @param at when
 */
public record LastExit(long pid, ExitReason reason, List<String> lastLines, Instant at) {

    /** Copies its collections. */
    public LastExit {
        lastLines = List.copyOf(lastLines);
    }
}
