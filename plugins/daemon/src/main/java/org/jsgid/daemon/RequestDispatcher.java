package org.jsgid.daemon;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jsgid.daemon.app.Applications;
import org.jsgid.daemon.fcgi.RequestExchange;
import org.jsgid.daemon.fcgi.RequestHandler;

/** Takes a request through the queue to its application. */
final class RequestDispatcher implements RequestHandler {

    private final RequestQueue queue;
    private final Applications applications;
    private final VirtualThreads virtual;
    private final boolean hasSiblings;
    private final long timeoutNanos;
    private final AtomicLong ended = new AtomicLong();
    /** Only kept when there is a limit on their time. */
    private final Map<RequestExchange, Running> running = new ConcurrentHashMap<>();

    /**
     * A dispatcher.
     *
     * @param virtual null: applications run on the threads of the connections
     * @param timeoutSeconds longest time of a request; 0: no limit
     * @param hasSiblings whether the group has other processes
     */
    RequestDispatcher(
            RequestQueue queue,
            Applications applications,
            VirtualThreads virtual,
            int timeoutSeconds,
            boolean hasSiblings) {
        this.queue = queue;
        this.applications = applications;
        this.virtual = virtual;
        this.hasSiblings = hasSiblings;
        this.timeoutNanos = timeoutSeconds * 1_000_000_000L;
    }

    @Override
    public void handle(RequestExchange exchange) throws IOException {
        switch (queue.enter(exchange.queueStartMicros())) {
            case FULL:
                exchange.log("JSGID0530: The queue of the group is full; the client gets 503. "
                        + "More threads or processes would help, or a longer queue (JsgiQueueLimit).");
                exchange.overloaded();
                return;
            case LATE:
                exchange.log(
                        "JSGID0531: The request has waited for longer than JsgiQueueTimeout; the client gets 503.");
                exchange.overloaded();
                return;
            default:
                break;
        }
        try {
            if (virtual == null) {
                serve(exchange);
            } else {
                virtual.run(new Served(exchange));
            }
        } finally {
            queue.leave();
            ended.incrementAndGet();
        }
    }

    @Override
    public boolean hasSiblings() {
        return hasSiblings;
    }

    @Override
    public boolean isFull() {
        return queue.isFull();
    }

    private void serve(RequestExchange exchange) throws IOException {
        if (timeoutNanos == 0) {
            applications.service(exchange);
            return;
        }
        running.put(exchange, new Running(Thread.currentThread()));
        try {
            applications.service(exchange);
        } finally {
            running.remove(exchange);
        }
    }

    /** Requests that have ended. */
    long ended() {
        return ended.get();
    }

    /** Interrupts requests that have run for too long, once each, after a look at what they do. */
    void interruptOverdue() {
        long now = System.nanoTime();
        for (Map.Entry<RequestExchange, Running> entry : running.entrySet()) {
            Running request = entry.getValue();
            if (now - request.startNanos > timeoutNanos && !request.isInterrupted) {
                request.isInterrupted = true;
                StringBuilder text = new StringBuilder("The request ");
                text.append(entry.getKey().parameter("REQUEST_METHOD")).append(' ');
                text.append(entry.getKey().parameter("REQUEST_URI"));
                text.append(" has run for longer than JsgiRequestTimeout; its thread is interrupted. It is at");
                for (StackTraceElement frame : request.thread.getStackTrace()) {
                    text.append("\n\tat ").append(frame);
                }
                DaemonLog.line("JSGID0532", text.toString());
                request.thread.interrupt();
            }
        }
    }

    private static final class Running {
        private final Thread thread;
        private final long startNanos = System.nanoTime();
        private boolean isInterrupted;

        Running(Thread thread) {
            this.thread = thread;
        }
    }

    /** A request on a virtual thread. */
    private final class Served implements Runnable {
        private final RequestExchange exchange;

        Served(RequestExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void run() {
            try {
                serve(exchange);
            } catch (IOException e) {
                // The connection's own thread finds that the peer has gone with its next read.
                exchange.abort();
            }
        }
    }
}
