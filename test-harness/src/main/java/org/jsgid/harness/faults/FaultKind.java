package org.jsgid.harness.faults;

/** What is done to the server. */
enum FaultKind {
    /** SIGKILL to a daemon. */
    KILL_DAEMON(3),
    /** SIGKILL to the keeper of a daemon, which ends the daemon as well. */
    KILL_KEEPER(2),
    /** SIGKILL to a monitor. */
    KILL_MONITOR(2),
    /** SIGKILL to a child of Apache. */
    KILL_CHILD(2),
    /** SIGSTOP to a daemon, and SIGCONT after some seconds. */
    STOP_DAEMON(2),
    /** SIGSTOP to a monitor, and SIGCONT after some seconds. */
    STOP_MONITOR(1),
    /** {@code apachectl graceful}. */
    GRACEFUL(3),
    /** {@code apachectl restart}. */
    RESTART(1),
    /** {@code jsgid-ctl restart} of a group. */
    CTL_RESTART(2),
    /** An application file is replaced by a later version. */
    REDEPLOY(3),
    /** An application file is replaced by one that does not load, and by a good one some seconds later. */
    REDEPLOY_BROKEN(2),
    /** A group moves to another JDK: one line and a graceful restart. */
    SWITCH_JDK(2);

    private final int weight;

    FaultKind(int weight) {
        this.weight = weight;
    }

    /** How often it comes, compared with the others. */
    int weight() {
        return weight;
    }
}
