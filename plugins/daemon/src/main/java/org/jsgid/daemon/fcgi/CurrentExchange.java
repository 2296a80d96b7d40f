package org.jsgid.daemon.fcgi;

/** The request that a thread answers, for code that logs and knows of no request. */
public final class CurrentExchange {

    private static final ThreadLocal<Exchange> CURRENT = new ThreadLocal<>();

    private CurrentExchange() {}

    /** The calling thread's, or null. */
    public static Exchange get() {
        return CURRENT.get();
    }

    static void set(Exchange exchange) {
        CURRENT.set(exchange);
    }

    static void clear() {
        CURRENT.remove();
    }
}
