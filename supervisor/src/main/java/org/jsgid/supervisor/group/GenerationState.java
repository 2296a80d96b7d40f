package org.jsgid.supervisor.group;

/** The states of a generation. */
public enum GenerationState {
    /** None of its processes has been ready yet. */
    STARTING,
    /** One of its processes has been ready; it may serve. */
    READY,
    /** Another generation has the route, or the group stops: its processes finish what they have. */
    DRAINING,
    /** It did not become ready; what is left of its processes is killed. */
    DISCARDED,
    /** Nothing of it is left. */
    STOPPED
}
