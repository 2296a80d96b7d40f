package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import org.jsgid.supervisor.process.EventLoop;

/** An event loop whose time passes when the test says so. */
public final class TestingEventLoop implements EventLoop {

    private record Due(Duration at, long order, Runnable task) {}

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::order));
    private Duration now = Duration.ofHours(1);
    private long order;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Due due = new Due(now.plus(delay), order++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    @Override
    public Duration now() {
        return now;
    }

    /** Runs what is to be done now. */
    public void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Lets time pass, and runs what falls due. */
    public void pass(Duration time) {
        Duration end = now.plus(time);
        run();
        while (!timers.isEmpty() && timers.peek().at().compareTo(end) <= 0) {
            Due due = timers.remove();
            now = due.at();
            due.task().run();
            run();
        }
        now = end;
    }
}
