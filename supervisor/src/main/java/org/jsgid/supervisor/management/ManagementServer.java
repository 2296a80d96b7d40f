package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jsgid.supervisor.log.ServerLog;
import org.newsclub.net.unix.AFUNIXSocket;

/**
 * Takes the connections of launchers, and of keepers whose monitor died. The socket is open to the monitor's own user
 * only, which launchers and keepers are. A launcher has a token that only this monitor knows, good for one connection;
 * a keeper brings what it keeps.
 */
public final class ManagementServer implements Closeable {

    /** Gets the connection of a launcher, on a thread of its own. */
    @FunctionalInterface
    public interface Expected {
        /** Speaks with the launcher, which becomes the keeper, until the end; closes the connection. */
        void connected(KeeperConnection connection);
    }

    /** Gets the connection of a keeper, on a thread of its own. */
    @FunctionalInterface
    public interface Adopter {
        /** Speaks with the keeper until the end; closes connection and descriptors. */
        void adopt(KeeperConnection connection, KeeperReport.Adopt adopt, Kept kept);
    }

    /**
     * What a keeper keeps.
     *
     * @param management the monitor's end of the management connection
     * @param output the read end of the daemon's output
     * @param listener the generation's listening socket
     */
    public record Kept(FileDescriptor management, FileDescriptor output, FileDescriptor listener) {}

    private static final Duration FOR_THE_FIRST_LINE = Duration.ofSeconds(10);

    private final ServerLog log;
    private final UnixServer server;
    private final long ownUid;
    private final Map<String, Expected> expected = new ConcurrentHashMap<>();

    /** Binds the socket, in place of what a former monitor left there. */
    public ManagementServer(Path path, long ownUid, ServerLog log) throws IOException {
        this.log = log;
        this.ownUid = ownUid;
        server = new UnixServer(path, 64, "rw-------", "management");
    }

    /** Begins to take connections. */
    public void start(Adopter adopter) {
        server.start(
                socket -> welcome(socket, adopter),
                e -> log.error(
                        "JSGID0305",
                        "a launcher could not connect (" + e.getMessage() + "); its daemon is"
                                + " started again when its startup timeout is over"));
    }

    /** Lets a launcher with that token in, once. */
    public void expect(String token, Expected whenConnected) {
        expected.put(token, whenConnected);
    }

    /**
     * The launcher with that token will not come any more.
     *
     * @return whether it never came
     */
    public boolean forget(String token) {
        return expected.remove(token) != null;
    }

    private void welcome(AFUNIXSocket socket, Adopter adopter) {
        try (socket;
                KeeperConnection connection = new KeeperConnection(socket)) {
            if (connection.peerUid() != ownUid) {
                refuse(connection, "it runs as user " + connection.peerUid());
                return;
            }
            connection.readTimeout(FOR_THE_FIRST_LINE);
            KeeperReport first = connection.read();
            connection.readTimeout(Duration.ZERO);
            if (first instanceof KeeperReport.Launch launch) {
                Expected whenConnected = expected.remove(launch.token());
                if (whenConnected == null) {
                    refuse(connection, "it is no launcher that this monitor started");
                } else {
                    whenConnected.connected(connection);
                }
            } else if (first instanceof KeeperReport.Adopt adopt) {
                List<FileDescriptor> kept = connection.takeDescriptors(3);
                adopter.adopt(connection, adopt, new Kept(kept.get(0), kept.get(1), kept.get(2)));
            } else if (first != null) {
                refuse(connection, "it began with neither launch nor adopt");
            }
        } catch (IOException e) {
            log.warn("JSGID0307", "a launcher's connection broke before it was known whose it is: " + e.getMessage());
        }
    }

    private void refuse(KeeperConnection connection, String why) throws IOException {
        log.warn("JSGID0306", "refused process " + connection.peerPid() + " on the management socket: " + why);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
