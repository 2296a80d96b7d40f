package org.jsgid.supervisor.group;

import static org.jsgid.supervisor.group.GroupState.BACKOFF;
import static org.jsgid.supervisor.group.GroupState.DRAINING;
import static org.jsgid.supervisor.group.GroupState.FAILED;
import static org.jsgid.supervisor.group.GroupState.IDLE;
import static org.jsgid.supervisor.group.GroupState.NO_RUNTIME;
import static org.jsgid.supervisor.group.GroupState.READY;
import static org.jsgid.supervisor.group.GroupState.STALE;
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
            case START -> serves(state) ? state : STARTING;
            case READY -> isRunning(state) && state != STALE ? READY : state;
            case LOST -> isRunning(state) ? STARTING : state;
            case BACK_OFF -> isRunning(state) ? BACKOFF : state;
            case DRAIN -> state == STOPPED ? STOPPED : DRAINING;
            case GONE -> state == DRAINING ? STOPPED : state;
            case CANNOT -> state == DRAINING || serves(state) ? state : FAILED;
            case IDLE -> state == STARTING || serves(state) ? IDLE : state;
            case STALE -> state == READY ? STALE : state;
            case FRESH -> state == STALE ? READY : state;
            case NO_JDK -> state == DRAINING || state == STOPPED ? state : NO_RUNTIME;
        };
    }

    private static boolean serves(GroupState state) {
        return state == READY || state == STALE;
    }

    private static boolean isRunning(GroupState state) {
        return switch (state) {
            case STARTING, READY, BACKOFF, STALE -> true;
            case DRAINING, STOPPED, FAILED, IDLE, NO_RUNTIME -> false;
        };
    }
}
