package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GroupTransitionsTest {

    /** Rows are states; columns are the events in the order of the header. */
    private static final String TABLE = """
            .           START     READY       LOST        BACK_OFF    DRAIN     GONE        CANNOT
            STARTING    STARTING  READY       STARTING    BACKOFF     DRAINING  STARTING    FAILED
            READY       READY     READY       STARTING    BACKOFF     DRAINING  READY       READY
            DRAINING    STARTING  DRAINING    DRAINING    DRAINING    DRAINING  STOPPED     DRAINING
            STOPPED     STARTING  STOPPED     STOPPED     STOPPED     STOPPED   STOPPED     FAILED
            BACKOFF     STARTING  READY       STARTING    BACKOFF     DRAINING  BACKOFF     FAILED
            FAILED      STARTING  FAILED      FAILED      FAILED      DRAINING  FAILED      FAILED
            IDLE        STARTING  IDLE        IDLE        IDLE        DRAINING  IDLE        FAILED
            NO_RUNTIME  STARTING  NO_RUNTIME  NO_RUNTIME  NO_RUNTIME  DRAINING  NO_RUNTIME  FAILED
            STALE       STARTING  READY       STARTING    BACKOFF     DRAINING  STALE       FAILED
            """;

    @Test
    void everyCellIsAsInTheTable() {
        Map<String, Map<String, String>> table = Tables.parse(TABLE);
        for (GroupState state : GroupState.values()) {
            for (GroupEvent event : GroupEvent.values()) {
                assertThat(GroupTransitions.after(state, event).name())
                        .as("%s on %s", state, event)
                        .isEqualTo(table.get(state.name()).get(event.name()));
            }
        }
    }

    @Test
    void wordsAreThoseOfTheDesign() {
        TreeSet<String> words = new TreeSet<>();
        for (GroupState state : GroupState.values()) {
            words.add(state.word());
        }
        assertThat(words)
                .containsExactly(
                        "backoff", "draining", "failed", "idle", "no-runtime", "ready", "stale", "starting", "stopped");
    }
}
