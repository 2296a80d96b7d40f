package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsgid.supervisor.log.ServerLog;

/**
 * Copies crash files ({@code hs_err_pidN.log}) out of the temporary folders of groups into a folder of the monitor's
 * own, {@code RUN/crashes}. Where they come from belongs to the group's user, who may put anything there: no link is
 * followed, nothing is read that could make the monitor wait, and no more than a bounded size.
 */
public final class KeptCrashFiles {

    /** Of a longer file the beginning is kept, which says what happened. */
    public static final int LARGEST = 1 << 20;

    /** Files kept for a group; the oldest go first. */
    public static final int KEPT = 5;

    private final Path temporaryFolder;
    private final Path crashes;
    private final ServerLog log;

    /**
     * Keeps files in a folder.
     *
     * @param temporaryFolder {@code RUN/tmp}, with a folder for each group
     * @param crashes made when there is something to keep
     */
    public KeptCrashFiles(Path temporaryFolder, Path crashes, ServerLog log) {
        this.temporaryFolder = temporaryFolder;
        this.crashes = crashes;
        this.log = log;
    }

    /**
     * Keeps the crash file of a process that has ended, if it left one.
     *
     * @param chroot the root that the process ran in
     * @return where it is kept
     */
    public Optional<Path> keep(String group, Optional<String> chroot, long pid) {
        Path written = temporaryFolder.resolve(group).resolve("hs_err_pid" + pid + ".log");
        List<Path> places = new ArrayList<>();
        chroot.ifPresent(root -> places.add(Path.of(root, written.toString())));
        places.add(written);
        for (Path place : places) {
            Optional<Path> kept = keep(place, group + "-" + pid + ".log");
            if (kept.isPresent()) {
                removeOldest(group);
                return kept;
            }
        }
        return Optional.empty();
    }

    private Optional<Path> keep(Path written, String name) {
        Path kept = crashes.resolve(name);
        // Opened for writing too: a pipe that is only read from would make the monitor wait for a writer.
        try (SeekableByteChannel from = Files.newByteChannel(
                written, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            int size = (int) Math.min(LARGEST, from.size());
            if (size == 0) {
                return Optional.empty();
            }
            byte[] content = Channels.newInputStream(from).readNBytes(size);
            makeFolder();
            Files.deleteIfExists(kept);
            try (SeekableByteChannel to = Files.newByteChannel(
                    kept,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    to.write(rest);
                }
            }
            Files.deleteIfExists(written);
            return Optional.of(kept);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            log.warn("JSGID0372", "cannot keep the crash file " + written + " in " + crashes + ": " + e);
            return Optional.empty();
        }
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(crashes, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    crashes, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private void removeOldest(String group) {
        // Other groups' names may begin with this one's.
        Pattern ofGroup = Pattern.compile(Pattern.quote(group) + "-\\d+\\.log");
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                crashes,
                file -> ofGroup.matcher(String.valueOf(file.getFileName())).matches())) {
            all.forEach(files::add);
            files.sort(Comparator.comparing(KeptCrashFiles::time));
            for (int i = 0; i < files.size() - KEPT; i++) {
                Files.deleteIfExists(files.get(i));
            }
        } catch (IOException e) {
            log.warn("JSGID0373", "cannot remove old crash files from " + crashes + ": " + e);
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
