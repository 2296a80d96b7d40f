package org.jsgi;

/** What becomes of a connection after the upgrade to another protocol: {@link Response#upgrade}. */
@FunctionalInterface
public interface Upgrade {

    /**
     * Serves the connection to its end, on a thread of its own, after the client has been sent the response. The request is
     * over then: it counts as none, and has no time limit.
     *
     * @param connection closed when this returns
     * @throws Exception is logged; an {@link java.io.IOException} is taken for the client's going, and is not
     */
    void run(Connection connection) throws Exception;
}
