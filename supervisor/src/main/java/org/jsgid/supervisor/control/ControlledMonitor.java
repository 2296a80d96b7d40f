package org.jsgid.supervisor.control;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.process.GroupDefinition;

/** A monitor as the control socket sees it. Used on the event loop only. */
public interface ControlledMonitor {

    /** Its configured groups. */
    Collection<DaemonGroup> groups();

    /** All groups, those on their way out included. */
    Collection<DaemonGroup> allGroups();

    /** A configured group. */
    Optional<DaemonGroup> group(String name);

    /** What its groups run on. */
    GroupDefinition.Jdk jdk();

    /** Apache's error log, where it logs to as well; empty when that is no file. */
    Optional<Path> errorLog();

    /** When it started. */
    Instant startedAt();

    /** Whether it is ending. */
    boolean isStopping();
}
