package org.jsgid.supervisor.process;

import static org.jsgid.supervisor.process.DaemonState.DRAINING;
import static org.jsgid.supervisor.process.DaemonState.READY;
import static org.jsgid.supervisor.process.DaemonState.STARTING;
import static org.jsgid.supervisor.process.DaemonState.STOPPED;

/** The table of a daemon's states. Pure. */
public final class DaemonTransitions {

    private DaemonTransitions() {}

    /** The state after an event; a daemon only ever moves forward. */
    public static DaemonState after(DaemonState state, DaemonEvent event) {
        return switch (event) {
            case READY -> state == STARTING ? READY : state;
            case DRAIN -> state == STOPPED ? STOPPED : DRAINING;
            case EXIT -> STOPPED;
        };
    }
}
