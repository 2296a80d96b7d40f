package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GroupTransitionsTest {

    /** Rows are states; columns are the events in the order of the header. */
    private static final String TABLE = """
            .           START       READY       LOST        BACK_OFF    DRAIN       GONE        CANNOT      IDLE        STALE       FRESH       NO_JDK
            STARTING    STARTING    READY       STARTING    BACKOFF     DRAINING    STARTING    FAILED      IDLE        STARTING    STARTING    NO_RUNTIME
            READY       READY       READY       STARTING    BACKOFF     DRAINING    READY       READY       IDLE        STALE       READY       NO_RUNTIME
            DRAINING    STARTING    DRAINING    DRAINING    DRAINING    DRAINING    STOPPED     DRAINING    DRAINING    DRAINING    DRAINING    DRAINING
            STOPPED     STARTING    STOPPED     STOPPED     STOPPED     STOPPED     STOPPED     FAILED      STOPPED     STOPPED     STOPPED     STOPPED
            BACKOFF     STARTING    READY       STARTING    BACKOFF     DRAINING    BACKOFF     FAILED      BACKOFF     BACKOFF     BACKOFF     NO_RUNTIME
            FAILED      STARTING    FAILED      FAILED      FAILED      DRAINING    FAILED      FAILED      FAILED      FAILED      FAILED      NO_RUNTIME
            IDLE        STARTING    IDLE        IDLE        IDLE        DRAINING    IDLE        FAILED      IDLE        IDLE        IDLE        NO_RUNTIME
            NO_RUNTIME  STARTING    NO_RUNTIME  NO_RUNTIME  NO_RUNTIME  DRAINING    NO_RUNTIME  FAILED      NO_RUNTIME  NO_RUNTIME  NO_RUNTIME  NO_RUNTIME
            STALE       STALE       STALE       STARTING    BACKOFF     DRAINING    STALE       STALE       IDLE        STALE       READY       NO_RUNTIME
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
