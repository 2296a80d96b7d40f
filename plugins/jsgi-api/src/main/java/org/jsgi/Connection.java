package org.jsgi;

import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A client's connection that has become another protocol's ({@link Response#upgrade}): bytes both ways, as they are. One
 * thread may read while another writes.
 */
public interface Connection extends Closeable {

    /**
     * What the client sends. Its end is the end of the stream; a connection that broke may look the same or fail with an
     * {@link java.io.IOException}.
     */
    InputStream input();

    /**
     * What is written here reaches the client at once. Writing waits while the client takes nothing. Closing the stream
     * tells the client that nothing more comes, and leaves {@link #input} open.
     */
    OutputStream output();

    /**
     * Has something done when the server is about to stop the application: the protocol's last words, such as a Close
     * frame. After a moment what is still open is closed. When that time has come already, it is done at once.
     *
     * @param task quick, and run by a thread of the server's
     */
    void onStop(Runnable task);

    /** Closes the connection. Done by the server as well when {@link Upgrade#run} returns. */
    @Override
    void close();
}
