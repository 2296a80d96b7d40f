package org.jsgid.daemon.fcgi;

import java.io.IOException;

/** Answers requests. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Answers one request on the thread of its connection. An exchange that has not been ended on return is aborted, unless it was
     * detached.
     *
     * @throws IOException when the connection is not usable any more
     */
    void handle(RequestExchange exchange) throws IOException;

    /**
     * Has work for a detached request done, without waiting for it: calls {@link RequestExchange#work}, and then, with all that
     * was reserved for it given back, {@link RequestExchange#afterWork}. Called on a thread that runs no application.
     */
    default void resume(RequestExchange exchange, Exchange.Work work) {
        Thread thread = new Thread(
                () -> {
                    exchange.work(work);
                    exchange.afterWork();
                },
                "jsgid-resumed");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether other processes accept from the same listening socket. */
    default boolean hasSiblings() {
        return false;
    }

    /** The number of this process among those of its group; 0: unknown. */
    default int process() {
        return 0;
    }

    /** Requests that run or wait, but those that have been {@link #answered}. */
    default int load() {
        return 0;
    }

    /** Whether requests are answered on the thread that calls {@link #handle}. */
    default boolean usesCallingThread() {
        return true;
    }

    /** The thread that works for a request has ended it, and will return from {@link #handle} soon. */
    default void answered() {}

    /** Whether a request that came now would have to wait. */
    default boolean isFull() {
        return false;
    }
}
