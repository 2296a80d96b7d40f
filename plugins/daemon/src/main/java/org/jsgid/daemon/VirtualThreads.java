package org.jsgid.daemon;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Runs tasks on virtual threads, where the JDK has them (21 and later). */
final class VirtualThreads {

    private final Method start;

    private VirtualThreads(Method start) {
        this.start = start;
    }

    /** Virtual threads, or null on a JDK without. */
    static VirtualThreads find() {
        try {
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            // JDK 19 and 20 have it as a preview, which throws.
            ((Thread) start.invoke(null, (Runnable) () -> {})).join();
            return new VirtualThreads(start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** Runs it. */
    void start(Runnable task) {
        try {
            start.invoke(null, task);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a virtual thread cannot be started", e);
        }
    }

    /** Runs it and waits for its end. */
    void run(Runnable task) {
        try {
            Thread thread = (Thread) start.invoke(null, task);
            while (true) {
                try {
                    thread.join();
                    return;
                } catch (InterruptedException e) {
                    // It is the request that is meant, and nobody else may read from the connection before it ends.
                    thread.interrupt();
                }
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a virtual thread cannot be started", e);
        }
    }
}
