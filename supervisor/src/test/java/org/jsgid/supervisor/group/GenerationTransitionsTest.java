package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationTransitionsTest {

    private static final String TABLE = """
            .          READY      DRAIN      DISCARD    EMPTIED
            STARTING   READY      DRAINING   DISCARDED  STOPPED
            READY      READY      DRAINING   READY      STOPPED
            DRAINING   DRAINING   DRAINING   DRAINING   STOPPED
            DISCARDED  DISCARDED  DISCARDED  DISCARDED  STOPPED
            STOPPED    STOPPED    STOPPED    STOPPED    STOPPED
            """;

    @Test
    void everyCellIsAsInTheTable() {
        Map<String, Map<String, String>> table = Tables.parse(TABLE);
        for (GenerationState state : GenerationState.values()) {
            for (GenerationEvent event : GenerationEvent.values()) {
                assertThat(GenerationTransitions.after(state, event).name())
                        .as("%s on %s", state, event)
                        .isEqualTo(table.get(state.name()).get(event.name()));
            }
        }
    }
}
