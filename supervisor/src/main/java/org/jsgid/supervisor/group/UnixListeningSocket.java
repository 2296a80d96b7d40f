package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import org.jsgid.supervisor.log.ServerLog;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

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
        return (group, generation, backlog) ->
                bind(folder.resolve(group + "." + generation + ".sock"), backlog, apacheUid);
    }

    private static ListeningSocket bind(Path path, int backlog, OptionalInt apacheUid) throws IOException {
        if (path.toString().length() > LONGEST_PATH) {
            throw new IOException("the socket's path " + path + " is longer than " + LONGEST_PATH
                    + " bytes; set a shorter JsgiRunDir");
        }
        Files.deleteIfExists(path);
        AFUNIXServerSocket socket = AFUNIXServerSocket.newInstance();
        try {
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
