package org.jsgid.supervisor.group;

import static org.jsgid.supervisor.group.GenerationState.DISCARDED;
import static org.jsgid.supervisor.group.GenerationState.DRAINING;
import static org.jsgid.supervisor.group.GenerationState.READY;
import static org.jsgid.supervisor.group.GenerationState.STARTING;
import static org.jsgid.supervisor.group.GenerationState.STOPPED;

/** The table of a generation's states. Pure. */
public final class GenerationTransitions {

    private GenerationTransitions() {}

    /** The state after an event; a generation only ever moves forward, and one that served is not discarded. */
    public static GenerationState after(GenerationState state, GenerationEvent event) {
        return switch (event) {
            case READY -> state == STARTING ? READY : state;
            case DRAIN -> state == STARTING || state == READY ? DRAINING : state;
            case DISCARD -> state == STARTING ? DISCARDED : state;
            case EMPTIED -> STOPPED;
        };
    }
}
