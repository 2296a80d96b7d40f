package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StraysTest {

    @TempDir
    Path run;

    private final List<Process> started = new java.util.ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private Process start(String group, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TMPDIR", run.resolve(group).toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @Test
    void whatHasTheEnvironmentOfAGroupIsKilled() throws Exception {
        Process stray = start("shop", "sleep", "600");
        Process other = start("shop2", "sleep", "600");

        // Until it has executed its program it is a copy of this one.
        Strays strays = new Strays(run);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (strays.of("shop").isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(strays.kill("shop")).isEqualTo(1);

        assertThat(stray.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void whatDescendsFromAKeeperIsTheKeepersToEnd() throws Exception {
        Process keeper = start(
                "none",
                "bash",
                "-c",
                "exec -a 'jsgid-keeper: shop' bash -c 'TMPDIR=" + run.resolve("shop") + " sleep 600 & echo $!; wait'");
        String child = keeper.inputReader().readLine();

        assertThat(child).isNotBlank();
        assertThat(new Strays(run).of("shop")).isEmpty();
    }
}
