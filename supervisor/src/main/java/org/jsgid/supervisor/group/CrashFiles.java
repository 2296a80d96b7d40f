package org.jsgid.supervisor.group;

import java.nio.file.Path;
import java.util.Optional;

/** Keeps what a JVM writes when it crashes. */
@FunctionalInterface
public interface CrashFiles {

    /**
     * Keeps the crash file of a process that has ended, if it left one.
     *
     * @return where it is kept
     */
    Optional<Path> keep(String group, Optional<String> chroot, long pid);
}
