package org.jsgid.supervisor.diagnostics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom a daemon runs as, by the kernel. A group's definition may have changed since it was started.
 *
 * @param uid its real user
 * @param gid its real group
 */
public record DaemonOwner(long uid, long gid) {

    /**
     * The owner of a process, if it still is the child of that keeper: a process of the same id that came after it is not.
     */
    public static Optional<DaemonOwner> of(long pid, long keeperPid) {
        return of(Path.of("/proc", Long.toString(pid), "status"), keeperPid);
    }

    static Optional<DaemonOwner> of(Path status, long keeperPid) {
        long parent = -1;
        long uid = -1;
        long gid = -1;
        try {
            for (String line :
                    Files.readString(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                String[] words = line.split("\\s+", -1);
                switch (words[0]) {
                    case "PPid:" -> parent = Long.parseLong(words[1]);
                    case "Uid:" -> uid = Long.parseLong(words[1]);
                    case "Gid:" -> gid = Long.parseLong(words[1]);
                    default -> {
                        // Of no interest here.
                    }
                }
            }
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException gone) {
            return Optional.empty();
        }
        return parent == keeperPid && keeperPid > 0 && uid >= 0 && gid >= 0
                ? Optional.of(new DaemonOwner(uid, gid))
                : Optional.empty();
    }
}
