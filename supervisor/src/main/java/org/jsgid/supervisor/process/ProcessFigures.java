package org.jsgid.supervisor.process;

import java.util.Optional;

/** What the system knows about a process. */
public interface ProcessFigures {

    /**
     * Figures of one process.
     *
     * @param rssBytes resident size
     * @param cpuSeconds user and system time
     */
    record Figures(long rssBytes, double cpuSeconds) {}

    /** The figures of a process, empty when it is gone. */
    Optional<Figures> of(long pid);
}
