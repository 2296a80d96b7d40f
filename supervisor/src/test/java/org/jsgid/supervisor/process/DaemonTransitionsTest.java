package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jsgid.supervisor.group.Tables;
import org.junit.jupiter.api.Test;

class DaemonTransitionsTest {

    private static final String TABLE = """
            .         READY     DRAIN     EXIT
            STARTING  READY     DRAINING  STOPPED
            READY     READY     DRAINING  STOPPED
            DRAINING  DRAINING  DRAINING  STOPPED
            STOPPED   STOPPED   STOPPED   STOPPED
            """;

    @Test
    void everyCellIsAsInTheTable() {
        Map<String, Map<String, String>> table = Tables.parse(TABLE);
        for (DaemonState state : DaemonState.values()) {
            for (DaemonEvent event : DaemonEvent.values()) {
                assertThat(DaemonTransitions.after(state, event).name())
                        .as("%s on %s", state, event)
                        .isEqualTo(table.get(state.name()).get(event.name()));
            }
        }
    }
}
