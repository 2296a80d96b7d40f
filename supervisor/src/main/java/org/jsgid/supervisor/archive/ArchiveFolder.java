package org.jsgid.supervisor.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of a group's archives. It belongs to the group's user, who may put anything into it at any moment, while this
 * runs as root. The folder itself stands in one that is root's alone, so that its path means what it says; inside of it
 * nothing is opened that is there already, and no link is followed: names are looked at, renamed and unlinked.
 */
final class ArchiveFolder {

    /** An archive that is larger is not kept. */
    static final long LARGEST = 256L << 20;

    /** Room that there must be before one is made. */
    static final long SPACE = 512L << 20;

    /** JDKs of which a group has archives. */
    private static final int MOST_PROFILES = 3;

    private static final int MOST_FILES = 10_000;

    private static final Pattern FILE = Pattern.compile("(.+)-[0-9a-f]{20}\\.(archive|txt|new|recording)");

    private final Path folder;

    ArchiveFolder(Path folder) {
        this.folder = folder;
    }

    /** The archive of that key. */
    static String archive(String base) {
        return base + ".archive";
    }

    /** What a process records. */
    static String recording(String base) {
        return base + ".recording";
    }

    /** An archive that is not complete yet. */
    static String unfinished(String base) {
        return base + ".new";
    }

    /** Whether there is a file of that name, of a size that an archive has. */
    boolean has(String name) {
        return size(name).filter(size -> size > 0 && size <= LARGEST).isPresent();
    }

    private Optional<Long> size(String name) {
        return attributes(folder.resolve(name))
                .filter(BasicFileAttributes::isRegularFile)
                .map(BasicFileAttributes::size);
    }

    private static Optional<BasicFileAttributes> attributes(Path file) {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** Removes a file, if there is one. */
    void remove(String name) throws IOException {
        Path file = folder.resolve(name);
        if (attributes(file).filter(found -> !found.isDirectory()).isPresent()) {
            Files.deleteIfExists(file);
        }
    }

    /** Whether there is room for another archive. */
    boolean hasSpace() throws IOException {
        return Files.getFileStore(folder).getUsableSpace() >= SPACE;
    }

    /** An archive that has been written becomes the one of its key, and those of former keys are removed. */
    void finish(String profile, String base, ArchiveKey key) throws IOException {
        String made = unfinished(base);
        long size = size(made).orElseThrow(() -> new IOException("no archive was written"));
        if (size > LARGEST) {
            remove(made);
            throw new IOException(
                    "it has " + (size >> 20) + " MiB, and the largest that is kept has " + (LARGEST >> 20));
        }
        remove(base + ".txt");
        Files.writeString(
                folder.resolve(base + ".txt"), key.text(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        Files.move(folder.resolve(made), folder.resolve(archive(base)), StandardCopyOption.ATOMIC_MOVE);
        remove(recording(base));
        removeFormer(profile, base);
    }

    /** Removes what belongs to an archive. */
    void removeAll(String base) throws IOException {
        for (String name : List.of(archive(base), recording(base), unfinished(base), base + ".txt")) {
            remove(name);
        }
    }

    /** Keeps the newest archive of each JDK, and no more JDKs than that. */
    private void removeFormer(String profile, String base) throws IOException {
        record Found(String name, String profile, long modified) {}
        List<Found> others = new ArrayList<>();
        for (String name : names()) {
            Matcher matcher = FILE.matcher(name);
            if (!matcher.matches() || name.startsWith(base + ".")) {
                continue;
            }
            if (matcher.group(1).equals(profile)) {
                remove(name);
            } else {
                attributes(folder.resolve(name))
                        .ifPresent(found -> others.add(new Found(
                                name, matcher.group(1), found.lastModifiedTime().toMillis())));
            }
        }
        others.sort(Comparator.comparingLong(Found::modified).reversed());
        List<String> kept = new ArrayList<>();
        for (Found other : others) {
            if (!kept.contains(other.profile())) {
                kept.add(other.profile());
            }
            if (kept.indexOf(other.profile()) >= MOST_PROFILES - 1) {
                remove(other.name());
            }
        }
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                names.add(String.valueOf(file.getFileName()));
                if (names.size() == MOST_FILES) {
                    break;
                }
            }
        }
        return names;
    }
}
