package org.jsgid.supervisor.group;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Those who asked a group for something, and wait for what it comes to. Used on the event loop only. */
final class Watchers {

    private record Watcher(Consumer<String> progress, Consumer<DaemonGroup.Outcome> end) {}

    private final String group;
    private final List<Watcher> watchers = new ArrayList<>();

    Watchers(String group) {
        this.group = group;
    }

    void add(Consumer<String> progress, Consumer<DaemonGroup.Outcome> end) {
        watchers.add(new Watcher(progress, end));
    }

    boolean isEmpty() {
        return watchers.isEmpty();
    }

    /** How it goes. */
    void tell(String message) {
        watchers.forEach(watcher -> watcher.progress().accept("group " + group + ": " + message));
    }

    /** What it came to; nobody waits any more then. */
    void end(DaemonGroup.Outcome outcome) {
        List<Watcher> told = List.copyOf(watchers);
        watchers.clear();
        told.forEach(watcher -> watcher.end().accept(outcome));
    }
}
