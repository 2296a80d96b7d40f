package org.jsgid.plugin.spi;

/** The best archive of loaded classes that a JDK can make of a daemon that serves, and start the next one from. */
public enum ArchiveKind {
    /** It has none. */
    NONE,
    /** A list of classes, from which a run that executes no application makes the archive (JDK 11 to 16). */
    CLASS_LIST,
    /** Dumped by the running process when it is asked to (JDK 17 to 24). */
    DYNAMIC,
    /** Recorded by the running process until it is asked to stop; another run makes the cache of it (JDK 25 and later). */
    AOT
}
