package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Listening sockets that are names only. */
final class TestingSockets implements ListeningSocket.Binder {

    private final Path folder;
    private final List<String> open = new ArrayList<>();
    private final Map<String, Runnable> waiters = new HashMap<>();
    private final Set<Integer> taken = new HashSet<>();
    private boolean isFull;

    TestingSockets(Path folder) {
        this.folder = folder;
    }

    @Override
    public ListeningSocket bind(String group, int generation, int backlog) throws IOException {
        if (isFull) {
            throw new IOException("No space left on device");
        }
        String name = group + "." + generation + ".sock";
        if (taken.contains(generation)) {
            throw new FileAlreadyExistsException(name);
        }
        return socket(name);
    }

    @Override
    public ListeningSocket adopt(String group, int generation, FileDescriptor bound) {
        return socket(group + "." + generation + ".sock");
    }

    private ListeningSocket socket(String name) {
        open.add(name);
        return new ListeningSocket() {
            @Override
            public Watch whenConnectionWaits(Runnable task) {
                waiters.put(name, task);
                return () -> waiters.remove(name, task);
            }

            @Override
            public Path path() {
                return folder.resolve(name);
            }

            @Override
            public FileDescriptor fileDescriptor() {
                return new FileDescriptor();
            }

            @Override
            public void close() {
                open.remove(name);
                waiters.remove(name);
            }
        };
    }

    /** Somebody connects, and is accepted by nobody. */
    void connect(String name) {
        Runnable task = waiters.remove(name);
        if (task != null) {
            task.run();
        }
    }

    /** Whether somebody looks whether a connection waits there. */
    boolean isWatched(String name) {
        return waiters.containsKey(name);
    }

    List<String> open() {
        return List.copyOf(open);
    }

    /** Another monitor has the sockets of these generations. */
    void take(Integer... generations) {
        taken.addAll(List.of(generations));
    }

    void becomeFull() {
        isFull = true;
    }
}
