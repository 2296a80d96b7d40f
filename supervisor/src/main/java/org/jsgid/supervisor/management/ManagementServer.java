package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jsgid.supervisor.log.ServerLog;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;

/**
 * Takes the connections of launchers. Only a launcher that this monitor started knows a token, each token is good for
 * one connection, and the socket is open to the monitor's own user only: connections are made before the launcher
 * changes user.
 */
public final class ManagementServer implements Closeable {

    /** Gets the connection of a launcher, on a thread of its own. */
    @FunctionalInterface
    public interface Expected {
        /** Speaks with the launcher and then the daemon until the end; closes the connection. */
        void connected(ManagementConnection connection);
    }

    private static final Duration FOR_THE_TOKEN = Duration.ofSeconds(10);
    private static final long SMALL_STACK = 192 * 1024L;

    private final ServerLog log;
    private final AFUNIXServerSocket server;
    private final BoundPath bound;
    private final long ownUid;
    private final Map<String, Expected> expected = new ConcurrentHashMap<>();

    /** Binds the socket, in place of what a former monitor left there. */
    public ManagementServer(Path path, long ownUid, ServerLog log) throws IOException {
        this.log = log;
        this.ownUid = ownUid;
        server = AFUNIXServerSocket.newInstance();
        bound = BoundPath.bind(server, path, 64, "rw-------");
    }

    /** Begins to take connections. */
    public void start() {
        Thread thread = new Thread(null, this::acceptAll, "management", SMALL_STACK);
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets a launcher with that token in, once. */
    public void expect(String token, Expected whenConnected) {
        expected.put(token, whenConnected);
    }

    /** The launcher with that token will not come any more. */
    public void forget(String token) {
        expected.remove(token);
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                AFUNIXSocket socket = server.accept();
                Thread thread = new Thread(null, () -> welcome(socket), "daemon", SMALL_STACK);
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.error(
                            "JSGID0305",
                            "a launcher could not connect (" + e.getMessage() + "); its daemon is"
                                    + " started again when its startup timeout is over");
                }
            }
        }
    }

    private void welcome(AFUNIXSocket socket) {
        try (socket) {
            ManagementConnection connection = new ManagementConnection(socket);
            connection.readTimeout(FOR_THE_TOKEN);
            Expected whenConnected = null;
            if (connection.peerUid() == ownUid && connection.read() instanceof DaemonReport.Launch launch) {
                whenConnected = expected.remove(launch.token());
            }
            if (whenConnected == null) {
                log.warn(
                        "JSGID0306",
                        "refused process " + connection.peerPid()
                                + " on the management socket: it is no launcher that this monitor started");
                return;
            }
            connection.readTimeout(Duration.ZERO);
            whenConnected.connected(connection);
        } catch (IOException e) {
            log.warn("JSGID0307", "a launcher's connection broke before it was known whose it is: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        bound.remove();
        server.close();
    }
}
