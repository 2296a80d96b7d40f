package org.jsgid.plugin.spi;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start a daemon.
 *
 * @param executable absolute path of the program
 * @param arguments without argument 0
 * @param environment the whole environment of the daemon
 */
public record LaunchPlan(Path executable, List<String> arguments, Map<String, String> environment) {

    /** Copies its collections. */
    public LaunchPlan {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }
}
