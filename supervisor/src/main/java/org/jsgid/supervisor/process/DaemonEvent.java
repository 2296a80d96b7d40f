package org.jsgid.supervisor.process;

/** What happens to a daemon process. */
public enum DaemonEvent {
    /** It reported that it accepts requests. */
    READY,
    /** It was told to drain, or reported that it drains. */
    DRAIN,
    /** It exited. */
    EXIT
}
