package org.jsgid.daemon.app;

/** An application that cannot be loaded, with a reason for people. */
public final class RejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String details;

    /** With a sentence. */
    public RejectedException(String reason) {
        this(reason, "", null);
    }

    /** With a sentence and what lies behind it. */
    public RejectedException(String reason, Throwable cause) {
        this(reason, "", cause);
    }

    /**
     * With a sentence and more lines.
     *
     * @param details lines such as a compiler's messages; shown in the log, and to clients on this machine
     */
    public RejectedException(String reason, String details, Throwable cause) {
        super(reason, cause);
        this.details = details;
    }

    /** More lines; may be empty. */
    public String details() {
        return details;
    }
}
