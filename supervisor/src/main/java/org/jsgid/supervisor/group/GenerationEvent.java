package org.jsgid.supervisor.group;

/** What happens to a generation. */
public enum GenerationEvent {
    /** So many of its processes became ready that it serves. */
    READY,
    /** It is to finish what it has. */
    DRAIN,
    /** It did not become ready: an exit, the startup timeout, or an application that did not load. */
    DISCARD,
    /** Its last process is gone and none will follow. */
    EMPTIED
}
