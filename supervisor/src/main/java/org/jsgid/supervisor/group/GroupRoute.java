package org.jsgid.supervisor.group;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jsgid.supervisor.log.Notices;

/** A group's route, as far as the group may change it: another monitor's is left alone. */
final class GroupRoute {

    @FunctionalInterface
    private interface Change {
        void apply(Route route) throws IOException;
    }

    private final Route route;
    private final Predicate<String> servedElsewhere;
    private final Supplier<Collection<String>> ownSockets;
    private final Notices log;
    private boolean mayChange = true;

    /**
     * A route that may be changed.
     *
     * @param servedElsewhere whether another monitor serves the socket of that file name
     * @param ownSockets file names of the group's own sockets
     */
    GroupRoute(Route route, Predicate<String> servedElsewhere, Supplier<Collection<String>> ownSockets, Notices log) {
        this.route = route;
        this.servedElsewhere = servedElsewhere;
        this.ownSockets = ownSockets;
        this.log = log;
    }

    /** Requests go to that socket. */
    void pointTo(Path socket) {
        change(changed -> changed.pointTo(socket));
    }

    boolean pointsTo(Path socket) {
        return route.pointsTo(socket);
    }

    /** Requests are answered 503 at once, unless another monitor serves the group. */
    void unavailable(GroupState why, Duration retryAfter) {
        if (!isServedElsewhere()) {
            change(changed -> changed.unavailable(why, retryAfter));
        }
    }

    /** There is no such group any more, unless another monitor serves it. */
    void remove() {
        if (!isServedElsewhere()) {
            change(Route::remove);
        }
    }

    /** From now on it belongs to somebody else, or to nobody. */
    void letGo() {
        mayChange = false;
    }

    /** The file name of the socket that requests go to now; empty when there is none. */
    Optional<String> socketName() {
        return route.socketName();
    }

    boolean isServedElsewhere() {
        return route.socketName()
                .filter(name -> !ownSockets.get().contains(name))
                .filter(servedElsewhere)
                .isPresent();
    }

    private void change(Change change) {
        if (!mayChange) {
            return;
        }
        try {
            change.apply(route);
        } catch (IOException e) {
            log.error(
                    "JSGID0337",
                    "cannot change its route (" + e + "); requests go where they went before. See that"
                            + " the run folder is writable and not full");
        }
    }
}
