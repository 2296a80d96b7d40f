package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

class GroupDiffTest {

    private static GroupDefinition group(String name, int threads) {
        return Definitions.group(name, 1, threads, Map.of());
    }

    @Test
    void tellsKeptRenewedNewAndRemovedGroupsApart() {
        GroupDiff diff = GroupDiff.between(
                Map.of("same", group("same", 1), "changed", group("changed", 1), "old", group("old", 1)),
                List.of(group("same", 1), group("changed", 2), group("new", 1)));

        assertThat(diff)
                .isEqualTo(new GroupDiff(
                        List.of(group("same", 1)),
                        List.of(group("changed", 2)),
                        List.of(group("new", 1)),
                        List.of("old")));
    }
}
