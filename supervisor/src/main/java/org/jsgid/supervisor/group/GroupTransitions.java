package org.jsgid.supervisor.group;

import static org.jsgid.supervisor.group.GroupState.BACKOFF;
import static org.jsgid.supervisor.group.GroupState.DRAINING;
import static org.jsgid.supervisor.group.GroupState.FAILED;
import static org.jsgid.supervisor.group.GroupState.READY;
import static org.jsgid.supervisor.group.GroupState.STARTING;
import static org.jsgid.supervisor.group.GroupState.STOPPED;

/** The table of a group's states. Pure. */
public final class GroupTransitions {

    private GroupTransitions() {}

    /**
     * The state after an event. An event that means nothing in a state leaves it: what daemons say may come late, and
     * must not bring a stopped group back to life.
     */
    public static GroupState after(GroupState state, GroupEvent event) {
        return switch (event) {
            case START -> state == READY ? READY : STARTING;
            case READY -> isRunning(state) ? READY : state;
            case LOST -> isRunning(state) ? STARTING : state;
            case BACK_OFF -> isRunning(state) ? BACKOFF : state;
            case DRAIN -> state == STOPPED ? STOPPED : DRAINING;
            case GONE -> state == DRAINING ? STOPPED : state;
            case CANNOT -> state == DRAINING || state == READY ? state : FAILED;
        };
    }

    private static boolean isRunning(GroupState state) {
        return switch (state) {
            case STARTING, READY, BACKOFF, STALE -> true;
            case DRAINING, STOPPED, FAILED, IDLE, NO_RUNTIME -> false;
        };
    }
}
