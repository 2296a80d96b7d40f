package org.jsgid.supervisor.process;

import java.time.Duration;

/** One thread on which everything about groups happens, and its clock. */
public interface EventLoop {

    /** Something that was to happen later and may be called off. */
    @FunctionalInterface
    interface Timer {
        /** Calls it off; of no effect when it has happened. */
        void cancel();
    }

    /** Runs a task soon. May be called from any thread. */
    void execute(Runnable task);

    /** Runs a task later. */
    Timer after(Duration delay, Runnable task);

    /** A clock that only ever goes forward, from an arbitrary origin. */
    Duration now();
}
