package org.jsgid.supervisor.group;

/** The states of a generation. */
public enum GenerationState {
    /** Too few of its processes have been ready yet for it to serve. */
    STARTING,
    /** It serves, or did until its processes crashed. */
    READY,
    /** Another generation has the route, or the group stops: its processes finish what they have. */
    DRAINING,
    /** It did not become ready; what is left of its processes is killed. */
    DISCARDED,
    /** Nothing of it is left. */
    STOPPED
}
