package org.jsgid.supervisor.group;

/** What happens to a group as a whole. */
public enum GroupEvent {
    /** A process is to be started although none is ready. */
    START,
    /** The first process became ready. */
    READY,
    /** The last ready process is gone; another is started at once. */
    LOST,
    /** The last process is gone and the next start has to wait. */
    BACK_OFF,
    /** The group is to stop. */
    DRAIN,
    /** The last process of a group that stops is gone. */
    GONE,
    /** A start is impossible for a reason that time does not cure. */
    CANNOT,
    /** No process is needed until a request comes. */
    IDLE,
    /** A process that serves runs on a JDK which is not on disk any more. */
    STALE,
    /** All processes that serve run on the JDK that is on disk. */
    FRESH,
    /** Nothing runs, and the JDK is not there. */
    NO_JDK
}
