package org.jsgid.supervisor.ctl;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds out who could replace files of a folder. The monitors run as root and execute a JDK's files: whoever can write
 * one of them, or rename a folder on the way to it, is root. The caller's own files count as safe when the caller is not
 * root: that is how a developer runs a server.
 */
final class FolderOwners {
    private static final int MOST_REPORTED = 3;
    private static final int ROOT = 0;
    private static final int WRITABLE_BY_GROUP = 0020;
    private static final int WRITABLE_BY_OTHERS = 0002;
    private static final int STICKY = 01000;

    private final List<String> problems = new ArrayList<>();
    private int further;

    /** Who besides root may own files, as a phrase: empty for root. */
    static String orYou() {
        return callerUid() == ROOT ? "" : " and you";
    }

    /**
     * Looks at a folder, all that is in it, and every folder above it.
     *
     * @param home a real path
     * @return sentences without full stop; empty when nobody else can replace anything
     */
    List<String> problems(Path home) throws IOException {
        for (Path parent = home.getParent(); parent != null; parent = parent.getParent()) {
            look(parent, true);
        }
        Files.walkFileTree(home, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                look(folder, false);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!attributes.isSymbolicLink()) {
                    look(file, false);
                } else if (Files.exists(file)) {
                    look(file.toRealPath(), false);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                problem("it cannot be seen who owns " + file);
                return FileVisitResult.CONTINUE;
            }
        });
        if (further > 0) {
            problems.add("and " + further + " more");
        }
        return problems;
    }

    /**
     * Looks at a folder and every folder above it, not at what is in it.
     *
     * @param folder an absolute path; a link is not followed
     * @return as {@link #problems}
     */
    List<String> problemsOfFolder(Path folder) {
        try {
            look(folder, false);
            for (Path parent = folder.getParent(); parent != null; parent = parent.getParent()) {
                look(parent, true);
            }
        } catch (IOException e) {
            problem("it cannot be seen who owns " + folder + " (" + e.getMessage() + ")");
        }
        return problems;
    }

    private void look(Path path, boolean isAbove) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        int uid = (Integer) attributes.get("uid");
        int gid = (Integer) attributes.get("gid");
        int mode = (Integer) attributes.get("mode");
        if (uid != ROOT && uid != callerUid()) {
            problem(path + " belongs to user " + uid + ": give it to root");
        } else if (isAbove && (mode & STICKY) != 0) {
            // As /tmp: others may add entries but not replace those that are there.
            return;
        } else if ((mode & WRITABLE_BY_OTHERS) != 0) {
            problem(path + " can be written by everybody: chmod o-w");
        } else if ((mode & WRITABLE_BY_GROUP) != 0 && gid != ROOT) {
            problem(path + " can be written by group " + gid + ": chmod g-w");
        }
    }

    private void problem(String text) {
        if (problems.size() < MOST_REPORTED) {
            problems.add(text);
        } else {
            further++;
        }
    }

    private static int callerUid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return ROOT;
        }
    }
}
