package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which build of a JDK stands in a home: it changes when a package replaces the files in place, and daemons started from
 * the former build are stale then (DESIGN section 5).
 *
 * @param device number of the device that holds libjvm
 * @param inode number of libjvm's inode
 * @param runtimeVersion {@code JAVA_RUNTIME_VERSION} of the release file, else its {@code JAVA_VERSION}, else empty
 */
public record JdkIdentity(long device, long inode, String runtimeVersion) {

    /**
     * Looks at the files of a home.
     *
     * @throws IOException when it has no libjvm, or one that cannot be looked at
     */
    public static JdkIdentity of(Path home) throws IOException {
        Path libjvm = findLibjvm(home).orElseThrow(() -> new IOException("no libjvm.so below " + home));
        String version = "";
        try {
            version = ReleaseFile.read(home).version().orElse("");
        } catch (IOException missing) {
            // Some JDK 8 have no release file; the inode tells builds apart just as well.
        }
        return new JdkIdentity(
                ((Number) Files.getAttribute(libjvm, "unix:dev")).longValue(),
                ((Number) Files.getAttribute(libjvm, "unix:ino")).longValue(),
                version);
    }

    /** The JVM itself: at one place since JDK 9, below a folder named for the processor in JDK 8. */
    public static Optional<Path> findLibjvm(Path home) {
        Path modern = home.resolve("lib/server/libjvm.so");
        if (Files.isRegularFile(modern)) {
            return Optional.of(modern);
        }
        for (String parent : List.of("jre/lib", "lib")) {
            for (Path folder : sortedFolders(home.resolve(parent))) {
                Path libjvm = folder.resolve("server/libjvm.so");
                if (Files.isRegularFile(libjvm)) {
                    return Optional.of(libjvm);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> sortedFolders(Path parent) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, Files::isDirectory)) {
            entries.forEach(folders::add);
        } catch (IOException absent) {
            return List.of();
        }
        Collections.sort(folders);
        return folders;
    }

    @Override
    public String toString() {
        return device + ":" + inode + " " + runtimeVersion;
    }
}
