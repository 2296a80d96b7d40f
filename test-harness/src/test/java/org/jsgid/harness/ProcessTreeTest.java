package org.jsgid.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTreeTest {

    @TempDir
    Path folder;

    @Test
    void aGrandchildThatWasGivenToInitIsStillKnown() {
        ProcessTree tree = new ProcessTree(folder);
        try (RunningProcess shell = RunningProcess.start(
                List.of("sh", "-c", "sh -c 'sleep 600 & echo $!; wait' & wait"),
                folder,
                RunningProcess.plainEnvironment())) {
            long sleeper = Long.parseLong(Await.value(
                    "the id of the grandchild", Duration.ofSeconds(5), shell::output, text -> !text.isEmpty()));
            Await.until(
                    "three processes",
                    Duration.ofSeconds(5),
                    () -> tree.below(shell.pid()).size() == 3);

            for (ProcessTree.Entry entry : tree.below(shell.pid())) {
                if (entry.pid() != sleeper) {
                    // The outer shell may have ended by itself, when the inner one was killed before it.
                    ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly);
                }
            }

            assertThatThrownBy(() -> tree.assertNothingLeft(Duration.ofMillis(200)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("sleep");
            tree.killAll();
            tree.assertNothingLeft(Duration.ofSeconds(5));
        }
    }

    @Test
    void aProcessIsReadWithItsParentAndArguments() {
        try (RunningProcess sleep =
                RunningProcess.start(List.of("sleep", "600"), folder, RunningProcess.plainEnvironment())) {
            ProcessTree.Entry entry = Await.value(
                    "its command line",
                    Duration.ofSeconds(5),
                    () -> ProcessTree.process(sleep.pid()).orElseThrow(),
                    found -> found.title().equals("sleep"));

            assertThat(entry.parent()).isEqualTo(ProcessHandle.current().pid());
            assertThat(entry.arguments()).startsWith("sleep", "600");
            assertThat(ProcessTree.isAlive(sleep.pid())).isTrue();
        }
    }
}
