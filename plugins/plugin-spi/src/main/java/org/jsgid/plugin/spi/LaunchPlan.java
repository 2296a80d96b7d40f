package org.jsgid.plugin.spi;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How to start a daemon.
 *
 * @param executable absolute path of the program
 * @param options of the JVM; with {@code -version} behind them it ends at once, and says whether it takes them
 * @param program class path and main class
 * @param environment the whole environment of the daemon
 */
public record LaunchPlan(Path executable, List<String> options, List<String> program, Map<String, String> environment) {

    /** Copies its collections. */
    public LaunchPlan {
        options = List.copyOf(options);
        program = List.copyOf(program);
        environment = Map.copyOf(environment);
    }

    /** All arguments, without argument 0. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(program);
        return arguments;
    }
}
