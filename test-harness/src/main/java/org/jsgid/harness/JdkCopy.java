package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A JDK of the test's own, which can be upgraded, removed and brought back as a package manager does: a tree of hard
 * links to an installed one. Files are replaced, never written to, so that the installed one stays as it is.
 */
public final class JdkCopy {

    private final Path home;
    private final Path elsewhere;

    private JdkCopy(Path home) {
        this.home = home;
        this.elsewhere = home.resolveSibling(home.getFileName() + ".removed");
    }

    /** Makes one in a folder that does not exist yet. */
    public static JdkCopy of(InstalledJdks.Jdk jdk, Path home) {
        try {
            Files.walkFileTree(jdk.home(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectories(home.resolve(jdk.home().relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Path copy = home.resolve(jdk.home().relativize(file));
                    if (attributes.isSymbolicLink()) {
                        Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
                    } else {
                        link(file, copy);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new JdkCopy(home);
    }

    /** Its folder. */
    public Path home() {
        return home;
    }

    /** Replaces the JVM and the release file in place, as an upgraded package does. */
    public void upgrade(String runtimeVersion) {
        try {
            for (String file : List.of("lib/server/libjvm.so", "bin/java")) {
                Path fresh = home.resolve(file + ".new");
                Files.copy(home.resolve(file), fresh, StandardCopyOption.COPY_ATTRIBUTES);
                rename(fresh, home.resolve(file));
            }
            // The new build's refuses to start anything for a JVM of the old one.
            Path helper = home.resolve("lib/jspawnhelper.new");
            Files.writeString(helper, "#!/bin/sh\necho Incorrect Java version >&2\nexit 1\n");
            Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
            rename(helper, home.resolve("lib/jspawnhelper"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rewriteRelease(text ->
                text.replaceAll("(?m)^JAVA_RUNTIME_VERSION=.*$", "JAVA_RUNTIME_VERSION=\"" + runtimeVersion + "\""));
    }

    /** Replaces the release file by what becomes of its text. */
    public void rewriteRelease(UnaryOperator<String> change) {
        try {
            Path release = home.resolve("release");
            Path fresh = home.resolve("release.new");
            Files.writeString(fresh, change.apply(Files.readString(release)));
            rename(fresh, release);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces {@code bin/java} and the JVM by those of a build that does not start. */
    public void upgradeToABrokenOne() {
        upgrade("17.0.0-broken");
        try {
            Path fresh = home.resolve("bin/java.new");
            Files.writeString(fresh, "#!/bin/sh\necho this JDK is broken >&2\nexit 1\n");
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(home.resolve("bin/java"), home.resolve("bin/java.good"), StandardCopyOption.ATOMIC_MOVE);
            rename(fresh, home.resolve("bin/java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After {@link #upgradeToABrokenOne}: one that starts. */
    public void mend() {
        moveTo(home.resolve("bin/java.good"), home.resolve("bin/java"));
    }

    /** Takes it away; what runs on it keeps its files. */
    public void remove() {
        moveTo(home, elsewhere);
    }

    /** Puts it back. */
    public void bringBack() {
        moveTo(elsewhere, home);
    }

    private static void moveTo(Path from, Path to) {
        try {
            rename(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void link(Path file, Path copy) throws IOException {
        try {
            Files.createLink(copy, file);
        } catch (IOException anotherFileSystem) {
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
