package org.jsgid.supervisor.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets only so many JVMs start at a time, in the order asked for, so that a server with many groups comes up without a
 * load spike. Used by one thread.
 */
public final class StartSpreader {

    /** The place of one start; give it back when the daemon is ready or gone. */
    public final class Turn {
        private final Runnable start;

        private Turn(Runnable start) {
            this.start = start;
        }

        /** Gives the place to the next that waits. May be called at any time and repeatedly. */
        public void release() {
            if (running.remove(this)) {
                startWaiting();
            } else {
                waiting.remove(this);
            }
        }
    }

    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final Set<Turn> running = new HashSet<>();
    private int limit;

    /** Allows that many starts at a time, at least one. */
    public StartSpreader(int limit) {
        this.limit = Math.max(1, limit);
    }

    /** Changes how many starts are allowed at a time; those under way go on. */
    public void limitTo(int newLimit) {
        limit = Math.max(1, newLimit);
        startWaiting();
    }

    /** Runs a start when its turn comes, which may be before this returns. */
    public Turn ask(Runnable start) {
        Turn turn = new Turn(start);
        waiting.addLast(turn);
        startWaiting();
        return turn;
    }

    private void startWaiting() {
        while (running.size() < limit && !waiting.isEmpty()) {
            Turn turn = waiting.removeFirst();
            running.add(turn);
            turn.start.run();
        }
    }
}
