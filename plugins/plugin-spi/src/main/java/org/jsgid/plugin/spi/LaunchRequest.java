package org.jsgid.plugin.spi;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a plugin is told about a daemon to be started.
 *
 * @param group the daemon group's name
 * @param jsgidHome the installed image; {@code lib/daemon} below it holds the daemon runtime
 * @param javaHome the JDK
 * @param feature its feature version
 * @param threads most requests at a time
 * @param maxHeapBytes heap limit, or 0 when none was set
 * @param processors processors the daemon may count on
 * @param temporaryFolder for {@code java.io.tmpdir}
 * @param profileOptions options of the JDK profile, before the group's
 * @param groupOptions {@code JsgiJavaOptions}; they come last and win
 * @param environment {@code JsgiEnvironment} and what the monitor adds
 */
public record LaunchRequest(
        String group,
        Path jsgidHome,
        Path javaHome,
        int feature,
        int threads,
        long maxHeapBytes,
        int processors,
        Path temporaryFolder,
        List<String> profileOptions,
        List<String> groupOptions,
        Map<String, String> environment) {

    /** Copies its collections. */
    public LaunchRequest {
        profileOptions = List.copyOf(profileOptions);
        groupOptions = List.copyOf(groupOptions);
        environment = Map.copyOf(environment);
    }
}
