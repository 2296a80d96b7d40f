package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorStateTest {

    @TempDir
    Path folder;

    @Test
    void theNextMonitorReadsWhatTheFormerWrote() throws IOException {
        Path file = folder.resolve("openjdk-17.state");
        MonitorState state = new MonitorState(
                "1-2",
                Set.of("shop", "legacy"),
                Map.of("shop", 7, "legacy", 1),
                Set.of("shop.7.sock"),
                List.of(new MonitorState.Daemon("shop", 7, 41, 42, 123456, "ready")));
        state.write(file);

        assertThat(MonitorState.read(file)).isEqualTo(state);
    }

    @Test
    void nothingOrNonsenseIsNoState() throws IOException {
        MonitorState nothing = new MonitorState("", Set.of(), Map.of(), Set.of(), List.of());
        assertThat(MonitorState.read(folder.resolve("absent"))).isEqualTo(nothing);

        Path nonsense = folder.resolve("nonsense");
        Files.writeString(nonsense, "generation = shop\n");
        assertThat(MonitorState.read(nonsense)).isEqualTo(nothing);
    }

    @Test
    void aKeeperIsKnownByItsPidAndItsStartTime() {
        long self = ProcessHandle.current().pid();
        long start = ProcessStart.of(self).orElseThrow();

        assertThat(new MonitorState.Daemon("shop", 1, self, 42, start, "ready").isKept())
                .isTrue();
        assertThat(new MonitorState.Daemon("shop", 1, self, 42, start + 1, "ready").isKept())
                .isFalse();
        assertThat(new MonitorState.Daemon("shop", 1, Integer.MAX_VALUE, 42, start, "ready").isKept())
                .isFalse();
    }
}
