package org.jsgid.supervisor.monitor;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.EventLoop;

/** The event loop of a running monitor. */
final class SingleThreadLoop implements EventLoop {

    private final ScheduledThreadPoolExecutor executor;
    private final ServerLog log;
    private final Consumer<Throwable> fatal;

    /** Tells {@code fatal} of errors after which the monitor cannot go on. */
    SingleThreadLoop(ServerLog log, Consumer<Throwable> fatal) {
        this.log = log;
        this.fatal = fatal;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "groups", 256 * 1024L);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            // The monitor ends; nothing is decided any more.
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Future<?> future = executor.schedule(() -> run(task), Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Duration now() {
        return Duration.ofNanos(System.nanoTime());
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // One faulty step must not end the supervision of all groups.
            log.fault(
                    "JSGID0310",
                    "a fault in jsgid itself; what it was about is not done. Report it with this trace",
                    e);
        } catch (Error e) {
            fatal.accept(e);
            throw e;
        }
    }
}
