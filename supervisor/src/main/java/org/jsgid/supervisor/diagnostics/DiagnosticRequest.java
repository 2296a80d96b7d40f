package org.jsgid.supervisor.diagnostics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks of the JVMs of a group. Options are those of {@code CONTROL.md}: their values are text, and those
 * that are only there or not have the value {@code yes}.
 *
 * @param kind what
 * @param process of which process: its number in the group, or its pid; empty: of all
 * @param limit how long a JVM may take; empty: what is usual for this kind
 * @param options how
 * @param arguments the diagnostic command and its arguments; of {@code jcmd} only
 */
public record DiagnosticRequest(
        DiagnosticKind kind,
        Optional<String> process,
        Optional<Duration> limit,
        Map<String, String> options,
        List<String> arguments) {

    /** Copies its collections. */
    public DiagnosticRequest {
        options = Map.copyOf(options);
        arguments = List.copyOf(arguments);
    }

    /** Whether an option is set. */
    public boolean has(String option) {
        return options.containsKey(option);
    }

    /** The value of an option. */
    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name)).filter(value -> !value.isEmpty());
    }

    /** Whether the answer is a file. */
    public boolean wantsFile() {
        return kind.makesFile() || (kind == DiagnosticKind.JFR_STOP && has("file"));
    }
}
