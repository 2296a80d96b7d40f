package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                "1-2", Set.of("shop", "legacy"), Map.of("shop", 7, "legacy", 1), Set.of("shop.7.sock"));
        state.write(file);

        assertThat(MonitorState.read(file)).isEqualTo(state);
    }

    @Test
    void nothingOrNonsenseIsNoState() throws IOException {
        MonitorState nothing = new MonitorState("", Set.of(), Map.of(), Set.of());
        assertThat(MonitorState.read(folder.resolve("absent"))).isEqualTo(nothing);

        Path nonsense = folder.resolve("nonsense");
        Files.writeString(nonsense, "generation = shop\n");
        assertThat(MonitorState.read(nonsense)).isEqualTo(nothing);
    }
}
