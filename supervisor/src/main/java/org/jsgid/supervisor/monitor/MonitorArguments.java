package org.jsgid.supervisor.monitor;

import java.nio.file.Path;

/**
 * The monitor's command line.
 *
 * @param runFolder {@code --run-dir}
 * @param profile {@code --profile}
 */
record MonitorArguments(Path runFolder, String profile) {

    /** Reads the arguments; anything else than what {@code CONTROL.md} says is an error. */
    static MonitorArguments parse(String[] arguments) {
        Path runFolder = null;
        String profile = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--run-dir" -> runFolder = Path.of(arguments[i + 1]).toAbsolutePath();
                case "--profile" -> profile = arguments[i + 1];
                default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
            }
        }
        if (runFolder == null || profile == null || arguments.length != 4) {
            throw new IllegalArgumentException("usage: --run-dir RUN --profile PROFILE");
        }
        return new MonitorArguments(runFolder, profile);
    }
}
