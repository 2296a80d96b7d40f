package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.supervisor.log.ServerLog;

/**
 * Heap dumps that JVMs write into the temporary folder of their group when memory runs out: whether there is room for one,
 * and the newest of each group, which is kept where it is, since it may be larger than any other place. The folder belongs
 * to the group's user; no link in it is followed.
 */
public final class HeapDumps {

    /** As the JVM names them. */
    private static final Pattern NAME = Pattern.compile("java_pid(\\d{1,9})\\.hprof");

    private final Path temporaryFolder;
    private final ServerLog log;

    /**
     * Looks into those folders.
     *
     * @param temporaryFolder {@code RUN/tmp}, with a folder for each group
     */
    public HeapDumps(Path temporaryFolder, ServerLog log) {
        this.temporaryFolder = temporaryFolder;
        this.log = log;
    }

    /** Why a JVM of that group is not told to dump its heap although the group asks for it; empty when it is. */
    public static Optional<String> tooLittleRoom(GroupDefinition group, Path temporaryFolder) {
        if (!group.jvm().heapDump()) {
            return Optional.empty();
        }
        long heap = group.jvm().maxHeapBytes() > 0 ? group.jvm().maxHeapBytes() : CommandLine.DEFAULT_HEAP_BYTES;
        // What describes the objects comes on top of them.
        long needed = heap + heap / 4;
        Path place = existing(inRoot(group.place().chroot(), temporaryFolder.resolve(group.name())));
        try {
            long free = Files.getFileStore(place).getUsableSpace();
            return free >= needed
                    ? Optional.empty()
                    : Optional.of("no heap is dumped when memory runs out: " + place + " has " + (free >> 20)
                            + " MiB free, a dump may need " + (needed >> 20)
                            + "; -XX:+HeapDumpOnOutOfMemoryError and -XX:HeapDumpPath= among JsgiJavaOptions name"
                            + " another place");
        } catch (IOException e) {
            return Optional.of("no heap is dumped when memory runs out: " + place + " cannot be looked at: " + e);
        }
    }

    /**
     * Keeps the dump of a process that has ended, if it left one, and removes those of former ones.
     *
     * @return where it is
     */
    public Optional<Path> keep(String group, Optional<String> chroot, long pid) {
        Path folder = inRoot(chroot, temporaryFolder.resolve(group));
        Path dump = folder.resolve("java_pid" + pid + ".hprof");
        if (!Files.isRegularFile(dump, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "java_pid*.hprof")) {
            for (Path file : files) {
                Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches() && !file.equals(dump)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            log.warn("JSGID0369", "cannot remove former heap dumps from " + folder + ": " + e);
        }
        return Optional.of(dump);
    }

    private static Path inRoot(Optional<String> chroot, Path path) {
        return chroot.map(root -> Path.of(root, path.toString())).orElse(path);
    }

    private static Path existing(Path path) {
        Path found = path;
        while (!Files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }
}
