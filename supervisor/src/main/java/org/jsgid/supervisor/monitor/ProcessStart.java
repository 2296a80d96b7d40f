package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** When a process started, as the kernel counts: a pid is used again, a pid and its start time are not. */
final class ProcessStart {

    /** Field 22 of {@code /proc/PID/stat}, counted from the one behind the name (proc(5)). */
    private static final int START_TIME = 22 - 3;

    private ProcessStart() {}

    /** In clock ticks since the machine started; empty when there is no such process, or it has only not been waited for. */
    static OptionalLong of(long pid) {
        try {
            // A name may hold any bytes.
            String stat = new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat")), StandardCharsets.ISO_8859_1);
            // The name stands in parentheses and may hold some itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START_TIME + 2);
            boolean hasEnded = fields[0].equals("Z") || fields[0].equals("X");
            return hasEnded ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[START_TIME]));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }
}
