package org.jsgid.supervisor.management;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;

/** Listens on a unix socket; each connection is served on a small thread of its own. */
public final class UnixServer implements Closeable {

    /** Speaks with whoever connected. */
    @FunctionalInterface
    public interface Handler {
        /** Serves one connection, and closes it. */
        void serve(AFUNIXSocket socket);
    }

    /** Without descriptors left, accepting fails at once and again; this is how long it is left alone then. */
    private static final long PAUSE_MILLIS = 100;

    private static final long SMALL_STACK = 256 * 1024L;

    private final AFUNIXServerSocket server;
    private final BoundPath bound;
    private final String name;

    /**
     * Binds the socket, in place of what a former monitor left there.
     *
     * @param permissions as in {@code rw-------}
     * @param name of its threads
     */
    public UnixServer(Path path, int backlog, String permissions, String name) throws IOException {
        this.name = name;
        server = AFUNIXServerSocket.newInstance();
        bound = BoundPath.bind(server, path, backlog, permissions);
    }

    /** Begins to take connections; tells of each that could not be taken. */
    public void start(Handler handler, Consumer<IOException> failed) {
        thread(() -> acceptAll(handler, failed), name);
    }

    private void acceptAll(Handler handler, Consumer<IOException> failed) {
        while (!server.isClosed()) {
            try {
                AFUNIXSocket socket = server.accept();
                begin(handler, socket);
            } catch (IOException e) {
                if (!server.isClosed()) {
                    failed.accept(e);
                    pause();
                }
            }
        }
    }

    private void begin(Handler handler, AFUNIXSocket socket) throws IOException {
        try {
            thread(() -> handler.serve(socket), name + " peer");
        } catch (OutOfMemoryError e) {
            // No thread is to be had; the one that accepts must not end of that.
            socket.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void thread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, SMALL_STACK);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        bound.remove();
        server.close();
    }
}
