package org.jsgid.daemon.app;

import java.io.IOException;
import org.jsgid.daemon.fcgi.RequestExchange;

/** An application that is loaded. */
public interface RunningApplication {

    /**
     * Answers one request; finishes or aborts the exchange.
     *
     * @throws IOException when the connection is not usable any more
     */
    void service(RequestExchange exchange) throws IOException;

    /** Its process begins to drain; the last requests may still run, or come. */
    default void drain() {}

    /** Ends it. No request runs any more. */
    void stop();

    /** {@code java}, {@code jar} or {@code war}. */
    String kind();

    /** Name and version of the container, or empty. */
    String container();
}
