package org.jsgid.supervisor.group;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jsgid.supervisor.process.EventLoop;

/**
 * That a group needs no process until somebody connects to its socket. A connection is noticed and left where it is, in
 * the socket's queue, for the process that is started then.
 */
final class Idleness {

    private final EventLoop loop;
    private boolean isOn;
    private int round;
    private Optional<EventLoop.Timer> before = Optional.empty();
    private Optional<ListeningSocket.Watch> watch = Optional.empty();

    Idleness(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * From now on nothing is needed.
     *
     * @param lookAfter when to look first: while processes drain, they still accept what comes
     * @param wanted run on the event loop, once, when a connection waits; also when that cannot be found out
     */
    void begin(ListeningSocket socket, Duration lookAfter, Runnable wanted) {
        end();
        isOn = true;
        int begun = round;
        Runnable once = () -> {
            if (isOn && round == begun) {
                wanted.run();
            }
        };
        if (lookAfter.isZero()) {
            look(socket, once);
        } else {
            before = Optional.of(loop.after(lookAfter, () -> look(socket, once)));
        }
    }

    private void look(ListeningSocket socket, Runnable wanted) {
        before = Optional.empty();
        try {
            watch = Optional.of(socket.whenConnectionWaits(() -> loop.execute(wanted)));
        } catch (IOException e) {
            // Better a process that nobody needs than a request that nobody answers.
            loop.execute(wanted);
        }
    }

    /** Something is needed, or the socket goes. */
    void end() {
        isOn = false;
        round++;
        before.ifPresent(EventLoop.Timer::cancel);
        before = Optional.empty();
        watch.ifPresent(ListeningSocket.Watch::cancel);
        watch = Optional.empty();
    }

    boolean isOn() {
        return isOn;
    }
}
