package org.jsgid.daemon;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsgid.daemon.fcgi.FcgiServer;
import org.jsgid.daemon.fcgi.RequestExchange;

/**
 * Ends requests that take longer than they may (JsgiRequestTimeout): their thread is interrupted, and when they have not
 * ended a second later they are answered here, and the thread counts as stuck.
 *
 * <p>It sleeps until the next request is due, or for the whole of the timeout when none runs: one that begins meanwhile
 * is due later than that. So beginning a request needs no word to it.
 */
final class RequestTimer implements Runnable {

    /** How long a request has to end after it was interrupted. */
    static final long MERCY_MILLIS = 1000;

    private static final int MOST_FRAMES = 200;

    private final FcgiServer server;
    private final long timeoutNanos;
    private final Runnable onStuck;
    private final AtomicInteger stuck = new AtomicInteger();

    /**
     * A timer for a server's requests.
     *
     * @param timeoutSeconds longest time of a request, at least 1
     * @param onStuck called each time a request did not end
     */
    RequestTimer(FcgiServer server, int timeoutSeconds, Runnable onStuck) {
        this.server = server;
        this.timeoutNanos = timeoutSeconds * 1_000_000_000L;
        this.onStuck = onStuck;
    }

    @Override
    public void run() {
        try {
            while (true) {
                long next = timeoutNanos;
                for (RequestExchange request : server.running()) {
                    long left = timeoutNanos - request.workNanos();
                    if (request.isTimedOut()) {
                        continue;
                    }
                    if (left > 0) {
                        next = Math.min(next, left);
                    } else {
                        request.markTimedOut();
                        begin(request);
                    }
                }
                TimeUnit.NANOSECONDS.sleep(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests that should have ended, and still hold a thread. */
    int stuck() {
        return stuck.get();
    }

    private void begin(RequestExchange request) {
        Thread thread = new Thread(new Overdue(request), "jsgid-overdue");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            DaemonLog.line(
                    "JSGID0537",
                    "No thread can be made to end the request " + line(request) + ", which has run for longer than "
                            + "JsgiRequestTimeout (" + e.getMessage() + "); it is only interrupted.");
            request.interrupt();
        }
    }

    /** What is done to one request, on a thread of its own: it may have to wait, and others are due too. */
    private final class Overdue implements Runnable {
        private final RequestExchange request;

        Overdue(RequestExchange request) {
            this.request = request;
        }

        @Override
        public void run() {
            try {
                end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void end() throws InterruptedException {
            DaemonLog.line("JSGID0532", stack());
            if (request.interrupt()) {
                if (request.awaitEndOfWork(MERCY_MILLIS)) {
                    return;
                }
                breakOff(" has not ended within a second after its thread was interrupted for JsgiRequestTimeout");
                if (request.isDetached() && request.awaitEndOfWork(MERCY_MILLIS)) {
                    return;
                }
            } else {
                // No interrupt reaches a thread that waits for the client; the end of the connection does.
                breakOff(" waited for the client, to read its body or to be read, when JsgiRequestTimeout was over");
                if (request.awaitEndOfWork(MERCY_MILLIS)) {
                    return;
                }
            }
            if (!request.isDetached() || request.isWorking()) {
                awaitLateEnd();
            }
        }

        private void breakOff(String how) {
            request.timeOut("JSGID0534: The request " + line(request) + how
                    + "; the client gets 504, or, where the response had begun, the response breaks off.");
        }

        private void awaitLateEnd() throws InterruptedException {
            request.markStuck();
            stuck.incrementAndGet();
            try {
                onStuck.run();
                request.awaitEndOfWork();
            } finally {
                stuck.decrementAndGet();
            }
            DaemonLog.line("JSGID0536", "The thread of the request " + line(request) + " has ended after all.");
        }

        private String stack() {
            StringBuilder text = new StringBuilder("The request ");
            text.append(line(request));
            text.append(" has run for longer than the ").append(timeoutNanos / 1_000_000_000L);
            text.append(" s of JsgiRequestTimeout");
            if (!request.isWorking()) {
                return text.append("; it waits asynchronously, and is told of an error.").toString();
            }
            text.append("; its thread ");
            Thread thread = request.thread();
            text.append(thread.getName()).append(" is interrupted. It is at");
            StackTraceElement[] frames = thread.getStackTrace();
            for (int i = 0; i < frames.length && i < MOST_FRAMES; i++) {
                text.append("\n\tat ").append(frames[i]);
            }
            return text.toString();
        }
    }

    /** The request's line and id. */
    static String line(RequestExchange request) {
        String id = request.parameter("JSGI_REQUEST_ID");
        String line = request.parameter("REQUEST_METHOD") + " " + request.parameter("REQUEST_URI") + " "
                + request.parameter("SERVER_PROTOCOL");
        // One line, whoever wrote to the socket.
        return "\"" + line.replace('\n', '?').replace('\r', '?') + "\""
                + (id == null || id.isEmpty() ? "" : " (id " + id + ")");
    }
}
