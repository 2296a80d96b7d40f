package org.jsgid.supervisor.ctl;

/** The exit statuses of {@code jsgid-ctl}. */
enum CtlExit {
    /** It is done. */
    DONE(0),
    /** It failed, or the answer is no. */
    FAILED(1),
    /** The command line is wrong. */
    USAGE(2),
    /** There is no server at that run folder. */
    NO_SERVER(3),
    /** The caller may not do that. */
    NOT_PERMITTED(4);

    private final int status;

    CtlExit(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }
}
