package org.jsgid.supervisor.control;

import java.util.List;
import org.jsgid.supervisor.diagnostics.DiagnosticRequest;

/** What somebody asks. */
public sealed interface ControlRequest {

    /** The groups it is about; empty: all. */
    List<String> groups();

    /** The status document. */
    record Status(List<String> groups) implements ControlRequest {
        /** Copies its collections. */
        public Status {
            groups = List.copyOf(groups);
        }
    }

    /** New processes; without {@code now}, without a failed request. */
    record Restart(List<String> groups, boolean now) implements ControlRequest {
        /** Copies its collections. */
        public Restart {
            groups = List.copyOf(groups);
        }
    }

    /** Start what is stopped. */
    record Start(List<String> groups) implements ControlRequest {
        /** Copies its collections. */
        public Start {
            groups = List.copyOf(groups);
        }
    }

    /** Stop, until somebody starts it. */
    record Stop(List<String> groups) implements ControlRequest {
        /** Copies its collections. */
        public Stop {
            groups = List.copyOf(groups);
        }
    }

    /** Something of the JVMs of a group, exactly one. */
    record Diagnose(List<String> groups, DiagnosticRequest diagnosis) implements ControlRequest {
        /** Copies its collections. */
        public Diagnose {
            groups = List.copyOf(groups);
        }
    }

    /**
     * The lines of the log that are about a group, exactly one.
     *
     * @param lines how many of those that are there
     * @param follow whether those that come are wanted too
     */
    record Logs(List<String> groups, int lines, boolean follow) implements ControlRequest {
        /** Copies its collections. */
        public Logs {
            groups = List.copyOf(groups);
        }
    }
}
