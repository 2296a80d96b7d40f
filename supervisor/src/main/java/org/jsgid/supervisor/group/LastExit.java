package org.jsgid.supervisor.group;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.process.ExitReason;

/**
 * How the last process of a group ended that was not told to.
 *
 * @param pid its pid
 * @param reason how and why
 * @param lastLines the last lines that it printed
 * @param crashFile where the JVM's crash file is kept, when it wrote one
 * @param heapDump where its heap dump is, when it wrote one
 * @param at when
 */
public record LastExit(
        long pid,
        ExitReason reason,
        List<String> lastLines,
        Optional<Path> crashFile,
        Optional<Path> heapDump,
        Instant at) {

    /** Copies its collections. */
    public LastExit {
        lastLines = List.copyOf(lastLines);
    }
}
