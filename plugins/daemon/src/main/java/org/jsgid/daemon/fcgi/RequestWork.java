package org.jsgid.daemon.fcgi;

import java.util.concurrent.TimeUnit;

/**
 * The thread that works for a request, and when it may be interrupted for it.
 *
 * <p>Invariants: the thread is interrupted only between {@link #RequestWork} and {@link #end}, so that no other request
 * is meant; and never while it reads from or writes to the connection, since that would close it (an interruptible
 * channel). An interrupt that comes then is kept until it leaves the socket.
 */
final class RequestWork {

    final Thread thread = Thread.currentThread();
    final long startNanos = System.nanoTime();

    private boolean isInSocket;
    private boolean isInterrupted;
    private boolean isOver;

    /** The calling thread is about to use the socket. Returns false when it is another one, or the work is over. */
    boolean enterSocket() {
        if (!thread.equals(Thread.currentThread())) {
            return false;
        }
        synchronized (this) {
            if (isOver) {
                return false;
            }
            isInSocket = true;
            isInterrupted = Thread.interrupted();
            return true;
        }
    }

    /** After {@link #enterSocket} that returned true. */
    void leaveSocket() {
        synchronized (this) {
            isInSocket = false;
            if (isInterrupted) {
                thread.interrupt();
            }
        }
    }

    /** Interrupts the thread; false when it waits in the socket, where no interrupt reaches it. */
    synchronized boolean interrupt() {
        if (isOver) {
            return true;
        }
        isInterrupted = true;
        if (isInSocket) {
            return false;
        }
        thread.interrupt();
        return true;
    }

    /** From here on the thread is not interrupted any more. */
    synchronized void end() {
        isOver = true;
        notifyAll();
    }

    synchronized boolean isOver() {
        return isOver;
    }

    /** Waits for the end of the work, at most so long. */
    synchronized boolean awaitEnd(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!isOver) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left + 1_000_000);
        }
        return true;
    }

    /** Waits for the end of the work. */
    synchronized void awaitEnd() throws InterruptedException {
        while (!isOver) {
            wait();
        }
    }
}
