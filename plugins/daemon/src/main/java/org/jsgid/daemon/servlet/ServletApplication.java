package org.jsgid.daemon.servlet;

import java.io.IOException;
import org.jsgid.daemon.fcgi.Exchange;

/** A running web application. */
public interface ServletApplication {

    /**
     * Answers one request; finishes or aborts the exchange.
     *
     * @throws IOException when the connection is not usable any more
     */
    void service(Exchange exchange) throws IOException;

    /**
     * Its process begins to drain: requests that come from now on are the last ones, and other processes serve the rest. May
     * take a moment, and be called while requests run.
     */
    default void drain() {}

    /** Stops it: listeners and servlets are destroyed, its class loader closed. */
    void stop();
}
