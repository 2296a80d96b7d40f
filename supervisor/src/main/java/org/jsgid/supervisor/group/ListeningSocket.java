package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;

/** The socket on which one generation listens. The monitor keeps it open until the generation's last daemon is gone. */
public interface ListeningSocket {

    /** Makes the sockets of generations. */
    interface Binder {
        /**
         * Binds the socket of a group's generation.
         *
         * @throws java.nio.file.FileAlreadyExistsException when there is a file of its name already: another monitor's
         */
        ListeningSocket bind(String group, int generation, int backlog) throws IOException;

        /** Takes over the socket that a former monitor bound for a group's generation, and closes it. */
        ListeningSocket adopt(String group, int generation, FileDescriptor bound) throws IOException;
    }

    /** Something that looks whether a connection waits. */
    @FunctionalInterface
    interface Watch {
        /** It looks no longer; of no effect when it has seen one. */
        void cancel();
    }

    /**
     * Runs a task when a connection waits in its queue, at once or later. Accepts nothing.
     *
     * @param task run once, on any thread
     */
    Watch whenConnectionWaits(Runnable task) throws IOException;

    /** Where it is. */
    Path path();

    /** For handing it to a daemon. */
    FileDescriptor fileDescriptor() throws IOException;

    /** Closes and removes it: connections that nobody accepted are reset, so that their clients can try again. */
    void close();
}
