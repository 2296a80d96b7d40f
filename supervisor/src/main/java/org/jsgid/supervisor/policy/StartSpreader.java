package org.jsgid.supervisor.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets only so many JVMs start at a time, in the order asked for, those that load applications before others, so that a
 * server with many groups comes up without a load spike. The places may be shared with other monitors, which give no
 * notice of a place that is free again: {@link #retry} asks. Used by one thread.
 */
public final class StartSpreader {

    /** Places to start in. */
    public interface Places {
        /**
         * Takes one, if one is free.
         *
         * @param isFirst whether the start is one of those that go first
         */
        Optional<Place> take(boolean isFirst);

        /** Is told whether starts of those that go first wait here, so that other monitors' ordinary ones do too. */
        void firstOnesWait(boolean wait);
    }

    /** A place that was taken. */
    @FunctionalInterface
    public interface Place {
        /** Gives it back; called once. */
        void giveBack();
    }

    /** The place of one start; give it back when the daemon is ready or gone. */
    public final class Turn {
        private final Runnable start;

        private Turn(Runnable start) {
            this.start = start;
        }

        /** Gives the place to the next that waits. May be called at any time and repeatedly. */
        public void release() {
            Place place = running.remove(this);
            if (place != null) {
                place.giveBack();
            } else {
                first.remove(this);
                others.remove(this);
            }
            retry();
        }
    }

    private final Places places;
    private final Deque<Turn> first = new ArrayDeque<>();
    private final Deque<Turn> others = new ArrayDeque<>();
    private final Map<Turn, Place> running = new HashMap<>();
    private boolean held;

    /** Starts wherever there is a place. */
    public StartSpreader(Places places) {
        this.places = requireNonNull(places);
    }

    /** Allows that many starts at a time, at least one, and shares them with nobody. */
    public static StartSpreader withPlaces(int limit) {
        return new StartSpreader(new OwnPlaces(Math.max(1, limit)));
    }

    /**
     * Runs a start when its turn comes, which may be before this returns.
     *
     * @param isFirst whether it goes before those that are not
     */
    public Turn ask(boolean isFirst, Runnable start) {
        Turn turn = new Turn(start);
        (isFirst ? first : others).addLast(turn);
        retry();
        return turn;
    }

    /** Nothing is started while it holds: the files of the JDK are being replaced. What runs or starts goes on. */
    public void hold(boolean hold) {
        held = hold;
        retry();
    }

    /** Starts what waits, as far as there are places. */
    public void retry() {
        while (!held && isWaiting()) {
            boolean isFirst = !first.isEmpty();
            Optional<Place> place = places.take(isFirst);
            if (place.isEmpty()) {
                break;
            }
            Turn turn = isFirst ? first.removeFirst() : others.removeFirst();
            running.put(turn, place.get());
            turn.start.run();
        }
        places.firstOnesWait(!held && !first.isEmpty());
    }

    /** Whether a start waits for a place that another monitor may give back. */
    public boolean isWaiting() {
        return !first.isEmpty() || !others.isEmpty();
    }

    private static final class OwnPlaces implements Places {
        private int free;

        OwnPlaces(int free) {
            this.free = free;
        }

        @Override
        public Optional<Place> take(boolean isFirst) {
            if (free == 0) {
                return Optional.empty();
            }
            free--;
            return Optional.of(() -> free++);
        }

        @Override
        public void firstOnesWait(boolean wait) {
            // Nobody else is to wait for them.
        }
    }
}
