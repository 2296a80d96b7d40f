package org.jsgid.supervisor.log;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes notices about one subject ({@code monitor openjdk-17}, {@code group shop}) to the server's log. */
public final class ServerLog implements Notices {

    private static final Logger LOGGER = LoggerFactory.getLogger("jsgid");

    private final String subject;

    private ServerLog(String subject) {
        this.subject = requireNonNull(subject);
    }

    /** Notices about a subject; it is shown in brackets after the id. */
    public static ServerLog about(String subject) {
        return new ServerLog(subject);
    }

    @Override
    public void notice(String id, String message) {
        LOGGER.info("{}: [{}] {}", id, subject, message);
    }

    @Override
    public void warn(String id, String message) {
        LOGGER.warn("{}: [{}] {}", id, subject, message);
    }

    @Override
    public void error(String id, String message) {
        LOGGER.error("{}: [{}] {}", id, subject, message);
    }

    /** As {@link #error(String, String)}, with the trace of a fault in jsgid itself. */
    public void fault(String id, String message, Throwable fault) {
        LOGGER.error("{}: [{}] {}", id, subject, message, fault);
    }
}
