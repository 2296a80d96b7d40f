package org.jsgid.harness.faults;

import java.util.Set;

/**
 * What was done to the server, and when, in milliseconds of the journal.
 *
 * @param groups the groups whose daemons, monitor or files it concerns
 * @param daemons the daemons that it killed
 * @param child the child of Apache that it killed, or 0
 */
record Incident(FaultKind kind, long from, long to, Set<String> groups, Set<Long> daemons, long child) {

    /** Whether it takes processes away, so that a group may have nobody to serve for a while. */
    boolean takesCapacity() {
        return switch (kind) {
            case KILL_DAEMON, KILL_KEEPER, KILL_MONITOR, STOP_DAEMON, STOP_MONITOR -> true;
            default -> false;
        };
    }
}
