package org.jsgid.supervisor.group;

import java.nio.file.Path;
import java.util.Optional;

/** Keeps what a JVM writes when it crashes, or runs out of memory. */
@FunctionalInterface
public interface CrashFiles {

    /**
     * Keeps the crash file of a process that has ended, if it left one.
     *
     * @return where it is kept
     */
    Optional<Path> keep(String group, Optional<String> chroot, long pid);

    /**
     * Keeps the heap dump of a process that has ended, if it left one.
     *
     * @return where it is
     */
    default Optional<Path> heapDump(String group, Optional<String> chroot, long pid) {
        return Optional.empty();
    }
}
