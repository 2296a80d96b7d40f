package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.Optional;
import org.jsgid.supervisor.process.EventLoop;

/** A wait before something is tried again. */
final class Pause {

    private final EventLoop loop;
    private Optional<EventLoop.Timer> timer = Optional.empty();
    private Duration until = Duration.ZERO;

    Pause(EventLoop loop) {
        this.loop = loop;
    }

    /** Waits so long, and as long as it would have waited anyway; what was to be done before is not. */
    void waitFor(Duration delay, Runnable then) {
        Duration end = loop.now().plus(delay);
        if (timer.isPresent() && until.compareTo(end) > 0) {
            end = until;
        }
        cancel();
        until = end;
        timer = Optional.of(loop.after(end.minus(loop.now()), () -> {
            timer = Optional.empty();
            then.run();
        }));
    }

    void cancel() {
        timer.ifPresent(EventLoop.Timer::cancel);
        timer = Optional.empty();
    }

    boolean isOn() {
        return timer.isPresent();
    }

    /** How long it still waits, or would have. */
    Duration left() {
        return until.minus(loop.now());
    }
}
