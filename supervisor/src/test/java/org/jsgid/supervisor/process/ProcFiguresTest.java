package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFiguresTest {

    @TempDir
    private Path proc;

    @Test
    void readsResidentSizeAndTheTimeOfTheProcessAndItsEndedChildren() throws IOException {
        Path folder = Files.createDirectory(proc.resolve("42"));
        Files.writeString(folder.resolve("status"), "Name:\tjava\nVmPeak:\t 9 kB\nVmRSS:\t  204800 kB\nThreads:\t9\n");
        Files.writeString(
                folder.resolve("stat"), "42 (a) b) S 1 42 42 0 -1 4194304 1 2 3 4 150 50 1000 25 20 0 9 0 100 5 6 7\n");

        ProcessFigures.Figures figures = new ProcFigures(proc).of(42).orElseThrow();

        assertThat(figures.rssBytes()).isEqualTo(200L << 20);
        assertThat(figures.cpuSeconds()).isEqualTo(12.25);
    }

    @Test
    void aProcessThatIsGoneHasNone() {
        assertThat(new ProcFigures(proc).of(43)).isEmpty();
    }

    @Test
    void knowsThisProcess() {
        ProcessFigures.Figures figures =
                new ProcFigures().of(ProcessHandle.current().pid()).orElseThrow();

        assertThat(figures.rssBytes()).isGreaterThan(10L << 20);
        assertThat(figures.cpuSeconds()).isPositive();
    }
}
