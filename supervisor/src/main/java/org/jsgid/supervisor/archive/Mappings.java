package org.jsgid.supervisor.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What files a process has mapped. */
final class Mappings {

    private Mappings() {}

    /** Whether it has mapped a file of that name; true when that cannot be known. */
    static boolean has(long pid, String name) {
        try {
            String maps = Files.readString(Path.of("/proc", Long.toString(pid), "maps"), StandardCharsets.ISO_8859_1);
            return maps.contains("/" + name);
        } catch (IOException gone) {
            return true;
        }
    }
}
