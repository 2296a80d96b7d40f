package org.jsgid.supervisor.group;

/** The states of a group: one table of words for code, status, logs and documents. */
public enum GroupState {
    /** No process is ready, at least one is being started. */
    STARTING("starting"),
    /** At least one process answers requests. */
    READY("ready"),
    /** The group is being stopped; its processes finish what they have. */
    DRAINING("draining"),
    /** Nothing runs, because somebody said so. */
    STOPPED("stopped"),
    /** The group crashed repeatedly; the next start is waited for. */
    BACKOFF("backoff"),
    /** The group cannot be started until something changes. */
    FAILED("failed"),
    /** Nothing runs until a request comes. */
    IDLE("idle"),
    /** Nothing runs, since its JDK is not there; said by the module when no registered JDK fits. */
    NO_RUNTIME("no-runtime"),
    /** Serves on a JDK that has been replaced or removed on disk. */
    STALE("stale");

    private final String word;

    GroupState(String word) {
        this.word = word;
    }

    /** The state's name outside of code. */
    public String word() {
        return word;
    }
}
