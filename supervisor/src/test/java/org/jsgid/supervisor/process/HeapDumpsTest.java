package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.supervisor.group.Definitions;
import org.jsgid.supervisor.log.ServerLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapDumpsTest {

    @TempDir
    Path run;

    private Path shop;
    private HeapDumps dumps;

    @BeforeEach
    void makeFolder() throws IOException {
        shop = Files.createDirectories(run.resolve("shop"));
        dumps = new HeapDumps(run, ServerLog.about("test"));
    }

    private static GroupDefinition dumping(long heap) {
        return Definitions.withJvm(
                Definitions.shop(1), new GroupDefinition.Jvm(List.of(), heap, Map.of(), "shop", Map.of(), false, true));
    }

    @Test
    void keepsTheNewestDumpWhereItIsAndNoOther() throws IOException {
        Path former = Files.createFile(shop.resolve("java_pid7.hprof"));
        Path other = Files.createFile(shop.resolve("java_pidx.hprof"));
        Path dump = Files.createFile(shop.resolve("java_pid8.hprof"));

        assertThat(dumps.keep("shop", Optional.empty(), 8)).contains(dump);
        assertThat(former).doesNotExist();
        assertThat(other).exists();
        assertThat(dump).exists();
    }

    @Test
    void aProcessThatLeftNoneChangesNothing() throws IOException {
        Path former = Files.createFile(shop.resolve("java_pid7.hprof"));
        Files.createSymbolicLink(shop.resolve("java_pid9.hprof"), former);

        assertThat(dumps.keep("shop", Optional.empty(), 8)).isEmpty();
        assertThat(dumps.keep("shop", Optional.empty(), 9)).as("a link").isEmpty();
        assertThat(former).exists();
    }

    @Test
    void looksIntoTheRootFolderOfAGroupThatHasOne() throws IOException {
        Path root = Files.createDirectory(run.resolve("root"));
        Path inside = Files.createDirectories(Path.of(root.toString(), shop.toString()));
        Path dump = Files.createFile(inside.resolve("java_pid8.hprof"));

        assertThat(dumps.keep("shop", Optional.of(root.toString()), 8)).contains(dump);
    }

    @Test
    void dumpsNothingWithoutRoomAndSaysSo() {
        assertThat(HeapDumps.tooLittleRoom(dumping(1L << 55), run))
                .hasValueSatisfying(why -> assertThat(why).contains("MiB free").contains(run.toString()));
        assertThat(HeapDumps.tooLittleRoom(dumping(1), run)).isEmpty();
        assertThat(HeapDumps.tooLittleRoom(Definitions.shop(1), run)).isEmpty();
    }
}
