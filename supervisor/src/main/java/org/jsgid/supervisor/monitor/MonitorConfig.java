package org.jsgid.supervisor.monitor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * What the module wrote for one monitor.
 *
 * @param instance which Apache
 * @param jdk what its groups run on
 * @param errorLog Apache's error log, when it is a file
 * @param apacheUid who connects to the groups' sockets
 * @param apachePid Apache's parent; 0 when the module did not say
 * @param startConcurrency JVMs that may start at a time
 * @param cacheDir {@code JsgiCacheDir}; absent: the module is of a version that does not say
 * @param archiveAfter how long a daemon has served when an archive is made of it; zero: none is
 * @param groups its groups
 */
public record MonitorConfig(
        String instance,
        GroupDefinition.Jdk jdk,
        Optional<Path> errorLog,
        int apacheUid,
        int apachePid,
        int startConcurrency,
        Optional<Path> cacheDir,
        Duration archiveAfter,
        List<GroupDefinition> groups) {

    /** Copies its collections. */
    public MonitorConfig {
        groups = List.copyOf(groups);
    }
}
