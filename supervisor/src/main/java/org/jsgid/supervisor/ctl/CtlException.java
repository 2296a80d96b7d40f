package org.jsgid.supervisor.ctl;

/** Ends a command with a message for the person who called it. */
final class CtlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CtlExit exit;
    private final String id;

    CtlException(CtlExit exit, String id, String message) {
        super(message);
        this.exit = exit;
        this.id = id;
    }

    CtlExit exit() {
        return exit;
    }

    /** The message's id, as {@code JSGID0801}. */
    String id() {
        return id;
    }
}
