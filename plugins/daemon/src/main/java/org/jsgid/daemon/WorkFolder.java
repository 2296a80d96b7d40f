package org.jsgid.daemon;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder for this process alone, below the group's temporary folder. */
final class WorkFolder {

    private static final String PREFIX = "daemon-";

    private WorkFolder() {}

    /**
     * Makes it, and removes those of processes that are no more.
     *
     * @throws IOException when it cannot be made
     */
    static File make(File temporary, String pid) throws IOException {
        File[] others = temporary.listFiles();
        if (others != null && new File("/proc/self").exists()) {
            for (File other : others) {
                String name = other.getName();
                if (name.startsWith(PREFIX) && !new File("/proc", name.substring(PREFIX.length())).exists()) {
                    remove(other);
                }
            }
        }
        File folder = new File(temporary, PREFIX + pid);
        remove(folder);
        if (!folder.mkdirs()) {
            throw new IOException("the folder " + folder + " cannot be made");
        }
        return folder;
    }

    /** Removes a folder and what is in it, as far as that is possible. Links are removed, not followed. */
    static void remove(File folder) {
        if (!folder.exists()) {
            return;
        }
        try {
            Files.walkFileTree(folder.toPath(), new SimpleFileVisitor<Path>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, IOException problem) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            DaemonLog.line("JSGID0506", "The temporary folder " + folder + " cannot be removed: " + e.getMessage());
        }
    }
}
