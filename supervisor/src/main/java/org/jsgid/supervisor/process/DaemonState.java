package org.jsgid.supervisor.process;

/** The states of a daemon process. */
public enum DaemonState {
    /** Waits for its turn to start, or is on the way to ready. */
    STARTING("starting"),
    /** Said that it accepts requests. */
    READY("ready"),
    /** Was told to finish, or does so on its own account. */
    DRAINING("draining"),
    /** Has exited. */
    STOPPED("stopped");

    private final String word;

    DaemonState(String word) {
        this.word = word;
    }

    /** The state's name outside of code. */
    public String word() {
        return word;
    }
}
