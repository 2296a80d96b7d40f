package org.jsgid.daemon;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets as many requests run at a time as the group has threads. Those beyond wait, first come first served, as many and as long
 * as the group allows.
 *
 * <p>Invariant: every {@link #enter} that returned {@link Outcome#ADMITTED} or {@link Outcome#ADMITTED_LATE} is followed by
 * one {@link #leave}.
 */
final class RequestQueue {

    /** What became of a request. */
    enum Outcome {
        /** It runs, at once. */
        ADMITTED,
        /** It runs, after it has waited. */
        ADMITTED_LATE,
        /** Too many wait already. */
        FULL,
        /** It has waited too long. */
        LATE
    }

    private final int threads;
    private final int limit;
    private final long timeoutMicros;
    private final Semaphore permits;
    private final AtomicLong requests = new AtomicLong();
    /** Requests that have not ended and need no thread at the moment. */
    private final AtomicInteger resting = new AtomicInteger();
    /** When a request was last let in, refused or over. */
    private volatile long lastNanos = System.nanoTime();
    /** When each waiting request began to; the order is that of arrival. Guarded by itself. */
    private final ArrayDeque<long[]> waiting = new ArrayDeque<>();

    /**
     * A queue.
     *
     * @param threads most requests that run, at least 1
     * @param limit most requests that wait; 0: no limit
     * @param timeoutSeconds longest wait, from the moment at which the web server began to look for a daemon; 0: no limit
     */
    RequestQueue(int threads, int limit, int timeoutSeconds) {
        this.threads = threads;
        this.limit = limit;
        this.timeoutMicros = timeoutSeconds * 1_000_000L;
        this.permits = new Semaphore(threads, true);
    }

    /**
     * Waits until the request may run.
     *
     * @param startMicros when it began to wait, in microseconds since 1970, or 0: now
     */
    Outcome enter(long startMicros) {
        requests.incrementAndGet();
        lastNanos = System.nanoTime();
        long left = timeoutMicros == 0 ? Long.MAX_VALUE : timeoutMicros;
        if (timeoutMicros != 0 && startMicros != 0) {
            // A clock that is ahead of ours must not lengthen the wait.
            left -= Math.max(0, MicroClock.micros() - startMicros);
            if (left <= 0) {
                return Outcome.LATE;
            }
        }
        if (!permits.hasQueuedThreads() && permits.tryAcquire()) {
            return Outcome.ADMITTED;
        }
        return await(left);
    }

    private Outcome await(long leftMicros) {
        long[] place = {System.nanoTime()};
        synchronized (waiting) {
            if (limit > 0 && waiting.size() >= limit) {
                return Outcome.FULL;
            }
            waiting.addLast(place);
        }
        try {
            if (leftMicros == Long.MAX_VALUE) {
                permits.acquire();
                return Outcome.ADMITTED_LATE;
            }
            return permits.tryAcquire(leftMicros, TimeUnit.MICROSECONDS) ? Outcome.ADMITTED_LATE : Outcome.LATE;
        } catch (InterruptedException e) {
            return Outcome.LATE;
        } finally {
            lastNanos = System.nanoTime();
            synchronized (waiting) {
                // By identity: an array equals only itself.
                waiting.remove(place);
            }
        }
    }

    /** The request goes on later, with {@link #resume}; until then another one may run. */
    void rest() {
        resting.incrementAndGet();
        permits.release();
    }

    /** Waits until a request that rests may run again. It was let in long ago, so it waits as long as it takes. */
    void resume() {
        permits.acquireUninterruptibly();
        resting.decrementAndGet();
    }

    /** The request is over. */
    void leave() {
        lastNanos = System.nanoTime();
        permits.release();
    }

    /** Requests so far, refused ones included. */
    long requests() {
        return requests.get();
    }

    /** Whether the next request would have to wait. */
    boolean isFull() {
        return permits.availablePermits() == 0;
    }

    /** Requests that run. */
    int running() {
        return threads - permits.availablePermits();
    }

    /** Requests that run, or wait for something that is none of ours (asynchronous ones). */
    int active() {
        return running() + resting.get();
    }

    /** Milliseconds since a request last began or ended; 0 while one runs or waits. */
    long idleMillis() {
        return active() > 0 || waiting() > 0 ? 0 : (System.nanoTime() - lastNanos) / 1_000_000;
    }

    /** Requests that wait. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    /** Requests that run or wait for a thread. */
    int load() {
        return running() + waiting();
    }

    /** How long the first of the waiting ones has waited here, in milliseconds; 0 when none does. */
    long oldestWaitingMillis() {
        synchronized (waiting) {
            long[] first = waiting.peekFirst();
            return first == null ? 0 : (System.nanoTime() - first[0]) / 1_000_000;
        }
    }
}
