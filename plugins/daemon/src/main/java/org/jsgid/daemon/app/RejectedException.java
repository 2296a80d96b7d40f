package org.jsgid.daemon.app;

/** An application that cannot be loaded, with a reason for people. */
public final class RejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String details;
    private final boolean isRefused;

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
        this.isRefused = false;
    }

    private RejectedException(String reason, boolean isRefused) {
        super(reason);
        this.details = "";
        this.isRefused = isRefused;
    }

    /** For an application whose files are not as JsgiScriptUser and JsgiScriptGroup ask. */
    static RejectedException refused(String objection) {
        return new RejectedException(objection, true);
    }

    /** Whether it must not be loaded, rather than cannot: its requests get 403. */
    public boolean isRefused() {
        return isRefused;
    }

    /** More lines; may be empty. */
    public String details() {
        return details;
    }
}
