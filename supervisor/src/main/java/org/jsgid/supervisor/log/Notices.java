package org.jsgid.supervisor.log;

/**
 * Messages for administrators, each with its id ({@code JSGID0301}), which is unique, is never used for another
 * message, and can be searched for.
 */
public interface Notices {

    /** Something worth knowing happened as it should. */
    void notice(String id, String message);

    /** Something is not as it should be and jsgid goes on without help. */
    void warn(String id, String message);

    /** Something does not work until somebody acts; the message says how. */
    void error(String id, String message);
}
