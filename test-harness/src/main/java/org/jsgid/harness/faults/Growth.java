package org.jsgid.harness.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jsgid.harness.ProcessTree;

/**
 * Looks at Apache's children while they serve, since graceful restarts replace them: how much each has grown since it
 * was some seconds old. A thread.
 */
final class Growth implements AutoCloseable {

    /** Threads and pools for the load that there is are made by then. */
    private static final long GROWN_UP_MILLIS = 4000;

    private static final long STEP_NANOS = 1_000_000_000;
    private static final long MOST_BYTES = 4 << 20;

    /** Connections of 16 threads to clients and to three groups, and what a child has open otherwise, is below 100. */
    private static final int MOST_DESCRIPTORS = 150;

    private record Child(long seen, long firstBytes, long lastBytes, int mostDescriptors) {}

    private final Server server;
    private final Journal journal;
    private final Map<Long, Child> children = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::work, "growth of Apache's children");
    private volatile boolean stopping;

    Growth(Server server, Journal journal) {
        this.server = server;
        this.journal = journal;
        thread.setDaemon(true);
        thread.start();
    }

    /** Bytes that the child which grew most has grown. */
    long most() {
        return children.values().stream()
                .mapToLong(child -> child.lastBytes() - child.firstBytes())
                .max()
                .orElse(0);
    }

    /** What grew too much: one sentence for each. */
    List<String> tooMuch() {
        List<String> found = new ArrayList<>();
        children.forEach((pid, child) -> {
            if (child.lastBytes() - child.firstBytes() > MOST_BYTES) {
                found.add("child " + pid + " of Apache grew from " + child.firstBytes() / 1024 + " to "
                        + child.lastBytes() / 1024 + " KB");
            }
            if (child.mostDescriptors() > MOST_DESCRIPTORS) {
                found.add("child " + pid + " of Apache had " + child.mostDescriptors() + " descriptors open");
            }
        });
        return found;
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while stopping to look", e);
        }
    }

    private void work() {
        while (!stopping) {
            for (ProcessTree.Entry entry : server.httpd().children()) {
                try {
                    look(entry.pid());
                } catch (IOException e) {
                    // It has ended while we looked.
                }
            }
            // Remembers who was there, keepers that were given to init included.
            server.httpd().tree().below(server.httpd().pid());
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private void look(long pid) throws IOException {
        long now = journal.now();
        long bytes = ProcessTree.pssBytes(pid);
        int descriptors = ProcessTree.descriptors(pid).size();
        children.merge(
                pid,
                new Child(now, bytes, bytes, descriptors),
                (old, ignored) -> new Child(
                        old.seen(),
                        now < old.seen() + GROWN_UP_MILLIS ? bytes : old.firstBytes(),
                        bytes,
                        Math.max(old.mostDescriptors(), descriptors)));
    }
}
