package org.jsgid.daemon;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jsgid.daemon.app.Applications;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.RequestExchange;
import org.jsgid.daemon.fcgi.RequestHandler;

/** Takes a request through the queue to its application. */
final class RequestDispatcher implements RequestHandler {

    private static final int MOST_NUMBERED = 255;
    private static final long IDLE_SECONDS = 10;

    private final RequestQueue queue;
    private final Applications applications;
    private final VirtualThreads virtual;
    private final boolean hasSiblings;
    private final int process;
    private final AtomicLong ended = new AtomicLong();
    /** Requests that have their answer, while their threads are on the way back. */
    private final AtomicInteger answered = new AtomicInteger();
    /** Null before it is needed. Has threads only while there is something to do. For the one thread that calls {@link #resume}. */
    private ThreadPoolExecutor resuming;

    private final int threads;

    /**
     * A dispatcher.
     *
     * @param threads how many the group has
     * @param virtual null: applications run on the threads of the connections
     * @param hasSiblings whether the group has other processes
     * @param process this one's number among them
     */
    RequestDispatcher(
            RequestQueue queue,
            Applications applications,
            int threads,
            VirtualThreads virtual,
            boolean hasSiblings,
            int process) {
        this.queue = queue;
        this.applications = applications;
        this.virtual = virtual;
        this.hasSiblings = hasSiblings;
        this.process = process;
        this.threads = threads;
    }

    @Override
    public void handle(RequestExchange exchange) throws IOException {
        int wanted = exchange.wantedProcess();
        if (wanted != 0 && wanted != process) {
            exchange.wrongProcess();
            return;
        }
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
            case ADMITTED_LATE:
                if (exchange.isAbandoned()) {
                    // Nobody waits for the answer any more; others do for the thread.
                    queue.leave();
                    exchange.abort();
                    return;
                }
                break;
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
            leave(exchange);
        }
    }

    private void leave(RequestExchange exchange) {
        if (exchange.isToGoOn()) {
            queue.rest();
            return;
        }
        queue.leave();
        if (exchange.isAnswered()) {
            answered.decrementAndGet();
        }
        ended.incrementAndGet();
    }

    /** Work for requests that wait counts as any other; so as many threads do it as the group has. */
    @Override
    public void resume(RequestExchange exchange, Exchange.Work work) {
        Resumed resumed = new Resumed(exchange, work);
        if (virtual != null) {
            virtual.start(resumed);
            return;
        }
        if (resuming == null) {
            resuming = newPool();
        }
        resuming.execute(resumed);
    }

    private ThreadPoolExecutor newPool() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "jsgid-resumed-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public boolean hasSiblings() {
        return hasSiblings;
    }

    @Override
    public int process() {
        // What END_REQUEST cannot say is said to be unknown.
        return process <= MOST_NUMBERED ? process : 0;
    }

    @Override
    public int load() {
        return Math.max(0, queue.load() - answered.get());
    }

    @Override
    public void answered() {
        answered.incrementAndGet();
    }

    @Override
    public boolean usesCallingThread() {
        return virtual == null;
    }

    @Override
    public boolean isFull() {
        return queue.isFull();
    }

    private void serve(RequestExchange exchange) throws IOException {
        exchange.beginWork();
        try {
            applications.service(exchange);
        } finally {
            exchange.endWork();
        }
    }

    /** A piece of work for a request that goes on after the call to its application. */
    private final class Resumed implements Runnable {
        private final RequestExchange exchange;
        private final Exchange.Work work;

        Resumed(RequestExchange exchange, Exchange.Work work) {
            this.exchange = exchange;
            this.work = work;
        }

        @Override
        public void run() {
            queue.resume();
            try {
                exchange.work(work);
            } finally {
                leave(exchange);
                exchange.afterWork();
            }
        }
    }

    /** Requests that have ended. */
    long ended() {
        return ended.get();
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
