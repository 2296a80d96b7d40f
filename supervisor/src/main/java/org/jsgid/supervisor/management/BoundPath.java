package org.jsgid.supervisor.management;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * The file of a bound socket. It is removed only while it is still the same file: by the time a monitor ends, the next
 * one may have bound its own socket at this place.
 */
public final class BoundPath {

    private final Path path;
    private final Object file;

    private BoundPath(Path path) throws IOException {
        this.path = path;
        this.file = Files.getAttribute(path, "unix:ino");
    }

    /**
     * Binds a socket in place of what a former monitor left there.
     *
     * @param permissions as in {@code rw-------}
     */
    public static BoundPath bind(AFUNIXServerSocket socket, Path path, int backlog, String permissions)
            throws IOException {
        Files.deleteIfExists(path);
        socket.setDeleteOnClose(false);
        socket.bind(AFUNIXSocketAddress.of(path), backlog);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        return new BoundPath(path);
    }

    /** Removes the file unless another has taken its place. */
    public void remove() throws IOException {
        try {
            if (file.equals(Files.getAttribute(path, "unix:ino"))) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Somebody was quicker; that is all that was wanted.
        }
    }
}
