package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Listening sockets that are names only. */
final class TestingSockets implements ListeningSocket.Binder {

    private final Path folder;
    private final List<String> open = new ArrayList<>();
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
        open.add(name);
        return new ListeningSocket() {
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
            }
        };
    }

    List<String> open() {
        return List.copyOf(open);
    }

    void becomeFull() {
        isFull = true;
    }
}
