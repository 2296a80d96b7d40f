package org.jsgid.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM holds, asked with its own JDK's {@code jcmd}. */
public final class JavaHeap {

    private static final Pattern USED = Pattern.compile("(?:generation|DefNew|Tenured) +total \\d+K, used (\\d+)K");

    private JavaHeap() {}

    /**
     * Bytes that are still in use after a full collection, which this asks for. For the serial collector.
     *
     * <p>A resident size is no measure of what a program keeps: it grows until the heap's first collections.
     */
    public static long liveBytes(long pid) throws IOException {
        Path jcmd = Path.of("/proc", Long.toString(pid), "exe").toRealPath().resolveSibling("jcmd");
        String id = Long.toString(pid);
        RunningProcess.run(List.of(jcmd.toString(), id, "GC.run")).expectSuccess();
        String info = RunningProcess.run(List.of(jcmd.toString(), id, "GC.heap_info"))
                .expectSuccess()
                .output();
        Matcher used = USED.matcher(info);
        long kilobytes = 0;
        int generations = 0;
        while (used.find()) {
            kilobytes += Long.parseLong(used.group(1));
            generations++;
        }
        if (generations != 2) {
            throw new AssertionError("not what the serial collector says: " + info);
        }
        return kilobytes * 1024;
    }
}
