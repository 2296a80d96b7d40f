package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes what processes left in {@code RUN/tmp}. The folders there belong to the groups' users, who may put anything
 * into them and change it at any moment, while this runs as root: every step is taken from an open folder and follows
 * no link, and neither depth nor number of what is removed is without bound.
 */
public final class TemporaryFolders {

    /** What the daemons call the folder of one process. */
    private static final Pattern OF_PROCESS = Pattern.compile("daemon-(\\d{1,9})");

    /** Deeper folders stay: each level holds a descriptor. */
    private static final int DEEPEST = 100;

    /** Files removed at a time. */
    private static final int MOST = 1_000_000;

    private final Path folder;
    private final LongPredicate isAlive;

    /** Folders in {@code RUN/tmp}. */
    public TemporaryFolders(Path folder) {
        this(folder, pid -> Files.exists(Path.of("/proc", Long.toString(pid))));
    }

    TemporaryFolders(Path folder, LongPredicate isAlive) {
        this.folder = folder;
        this.isAlive = isAlive;
    }

    /** Removes the folders of a group's processes that are no more. */
    public void removeOfDead(String group) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            Removal removal = new Removal();
            if (all instanceof SecureDirectoryStream<Path> groups && isFolder(groups, Path.of(group))) {
                try (SecureDirectoryStream<Path> own =
                        groups.newDirectoryStream(Path.of(group), LinkOption.NOFOLLOW_LINKS)) {
                    for (Path entry : names(own)) {
                        Matcher matcher = OF_PROCESS.matcher(entry.toString());
                        if (matcher.matches() && !isAlive.test(Long.parseLong(matcher.group(1)))) {
                            removal.remove(own, entry, 0);
                        }
                    }
                }
            }
        }
    }

    /** Removes the folder of a group that is no more. */
    public void remove(String group) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            if (all instanceof SecureDirectoryStream<Path> groups && isFolder(groups, Path.of(group))) {
                new Removal().remove(groups, Path.of(group), 0);
            }
        }
    }

    private static boolean isFolder(SecureDirectoryStream<Path> in, Path name) {
        try {
            BasicFileAttributes attributes = in.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            return attributes.isDirectory();
        } catch (IOException e) {
            return false;
        }
    }

    /** The names in an open folder; a stream can be read once only. */
    private static List<Path> names(SecureDirectoryStream<Path> of) {
        List<Path> names = new ArrayList<>();
        for (Path entry : of) {
            names.add(Path.of(String.valueOf(entry.getFileName())));
            if (names.size() == MOST) {
                break;
            }
        }
        return names;
    }

    /** One removal, with its bounds. */
    private static final class Removal {
        private int left = MOST;

        void remove(SecureDirectoryStream<Path> in, Path name, int depth) throws IOException {
            if (left-- <= 0 || depth > DEEPEST) {
                return;
            }
            if (!isFolder(in, name)) {
                in.deleteFile(name);
                return;
            }
            try (SecureDirectoryStream<Path> inside = in.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : names(inside)) {
                    remove(inside, entry, depth + 1);
                }
            }
            in.deleteDirectory(name);
        }
    }
}
