package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.Descriptors;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;

/** A unix socket that Apache's user, and nobody else, can connect to. */
public final class UnixListeningSocket implements ListeningSocket {

    /** The longest path of a unix socket on Linux. */
    private static final int LONGEST_PATH = 107;

    private final Path path;
    private final AFUNIXServerSocket socket;

    private UnixListeningSocket(Path path, AFUNIXServerSocket socket) {
        this.path = path;
        this.socket = socket;
    }

    /**
     * Sockets {@code NAME.GENERATION.sock} in a folder.
     *
     * @param apacheUid who may connect; absent when the monitor is not root: its own user
     */
    public static ListeningSocket.Binder in(Path folder, OptionalInt apacheUid) {
        return new Binder() {
            @Override
            public ListeningSocket bind(String group, int generation, int backlog) throws IOException {
                return UnixListeningSocket.bind(path(group, generation), backlog, apacheUid);
            }

            @Override
            public ListeningSocket adopt(String group, int generation, FileDescriptor bound) throws IOException {
                return UnixListeningSocket.adopt(path(group, generation), bound);
            }

            private Path path(String group, int generation) {
                return folder.resolve(group + "." + generation + ".sock");
            }
        };
    }

    private static ListeningSocket adopt(Path path, FileDescriptor bound) throws IOException {
        // What came over a connection is closed with that connection, in junixsocket; a duplicate is not.
        try {
            return new UnixListeningSocket(
                    path, FileDescriptorCast.duplicating(bound).as(AFUNIXServerSocket.class));
        } catch (IOException | ClassCastException e) {
            throw new IOException("what came as the socket " + path + " is none: " + e.getMessage(), e);
        } finally {
            Descriptors.close(bound);
        }
    }

    private static ListeningSocket bind(Path path, int backlog, OptionalInt apacheUid) throws IOException {
        if (path.toString().length() > LONGEST_PATH) {
            throw new IOException("the socket's path " + path + " is longer than " + LONGEST_PATH
                    + " bytes; set a shorter JsgiRunDir");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            // Never removed here: it may be the socket of another monitor, which serves a group that moves.
            throw new FileAlreadyExistsException(path.toString());
        }
        AFUNIXServerSocket socket = AFUNIXServerSocket.newInstance();
        try {
            // Or else a file that appears in between would be replaced.
            socket.setReuseAddress(false);
            socket.setDeleteOnClose(false);
            socket.bind(AFUNIXSocketAddress.of(path), backlog);
            // Until the next two lines nobody but the monitor gets past the folder's mode and the socket's owner.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            if (apacheUid.isPresent()) {
                Files.setAttribute(path, "unix:uid", apacheUid.getAsInt());
            }
            return new UnixListeningSocket(path, socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public Watch whenConnectionWaits(Runnable task) throws IOException {
        return ConnectionSelector.shared().watch(socket.getChannel(), task);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public FileDescriptor fileDescriptor() throws IOException {
        return socket.getFileDescriptor();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
            socket.close();
        } catch (IOException e) {
            ServerLog.about("socket " + path.getFileName())
                    .warn(
                            "JSGID0322",
                            "could not be removed (" + e.getMessage() + "); remove " + path
                                    + " when Apache is stopped");
        }
    }
}
