package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Figures from {@code /proc}, of processes that are looked at every second: two small files for each, where a library
 * reads a dozen.
 */
public final class ProcFigures implements ProcessFigures {

    /** What the kernel counts CPU time in for programs, on all processors that a JDK exists for (USER_HZ). */
    private static final double TICKS_PER_SECOND = 100;

    private final Path proc;

    /** Figures of this machine. */
    public ProcFigures() {
        this(Path.of("/proc"));
    }

    ProcFigures(Path proc) {
        this.proc = proc;
    }

    @Override
    public Optional<Figures> of(long pid) {
        Path folder = proc.resolve(Long.toString(pid));
        try {
            return Optional.of(new Figures(
                    residentBytes(read(folder.resolve("status"))), cpuSeconds(read(folder.resolve("stat")))));
        } catch (IOException | RuntimeException e) {
            // Gone, or about to be: a process that has ended has a state but no memory any more.
            return Optional.empty();
        }
    }

    private static String read(Path file) throws IOException {
        // A name may hold any bytes.
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static long residentBytes(String status) {
        int start = status.indexOf("\nVmRSS:");
        if (start < 0) {
            return 0;
        }
        String line = status.substring(start + 7, status.indexOf(" kB", start)).strip();
        return Long.parseLong(line) * 1024;
    }

    /** Own time and that of children that have ended and been waited for. */
    private static double cpuSeconds(String stat) {
        // The name stands in parentheses and may hold some itself.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 20);
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
