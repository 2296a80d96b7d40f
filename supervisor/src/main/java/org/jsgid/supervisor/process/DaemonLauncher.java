package org.jsgid.supervisor.process;

import java.io.FileDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;

/** Starts daemons. */
public interface DaemonLauncher {

    /**
     * A daemon to be started.
     *
     * @param definition its group
     * @param generation its generation's number
     * @param number its own among the processes of the group, from 1
     * @param listener the generation's listening socket; stays the caller's
     * @param applications to load before it is ready
     * @param startedAt when its start was asked for
     */
    record Order(
            GroupDefinition definition,
            int generation,
            int number,
            FileDescriptor listener,
            List<ApplicationKey> applications,
            Instant startedAt) {
        /** Copies its collections. */
        public Order {
            applications = List.copyOf(applications);
        }
    }

    /** A started daemon. No call waits. */
    interface Handle {
        /** The process, 0 while it is not known. */
        long pid();

        /** Its keeper, 0 while it is not known. */
        long keeperPid();

        /** Tells it to finish what it has within that time. */
        void drain(Duration within);

        /** Ends it with SIGTERM, which a JVM may take time to follow. */
        void terminate();

        /** Ends it and all that descends from it with SIGKILL. */
        void kill();

        /** Has its JVM print the stacks of all threads to its output, with SIGQUIT; only for one that has said hello. */
        void threadDump();

        /** The last lines that it printed, oldest first. */
        List<String> lastLines();
    }

    /** Is told, on the event loop, what happens to a daemon. */
    interface Listener {
        /** The process exists: its pid is known from now on. */
        default void started() {}

        /** What it does with an archive of its classes is known, or has changed. */
        default void archive(ArchiveStatus status) {}

        /** The daemon said something. */
        void reported(DaemonReport report);

        /** The daemon closed its management connection, or broke the format; empty reason: just closed. */
        void connectionLost(String reason);

        /** The process is gone. Comes last and once. */
        void exited(ExitReason reason);
    }

    /** A daemon that a former monitor started, whose keeper has come to this one. Nothing is read before it is attached. */
    interface Kept {
        /** What the former monitor wrote down about it. */
        String memo();

        /** The process; it may have ended meanwhile. */
        long pid();

        /** Its keeper. */
        long keeperPid();

        /** Its generation's listening socket, which is the caller's to close. */
        FileDescriptor listener();

        /** Goes on with it; what becomes of it is told to the listener, never before this returns. */
        Handle attach(Order order, Listener listener);

        /** The same daemon, of which another listener is told in place of the one that it is attached with. */
        default Kept toldTo(BiFunction<Order, Listener, Listener> other) {
            Kept kept = this;
            return new Kept() {
                @Override
                public String memo() {
                    return kept.memo();
                }

                @Override
                public long pid() {
                    return kept.pid();
                }

                @Override
                public long keeperPid() {
                    return kept.keeperPid();
                }

                @Override
                public FileDescriptor listener() {
                    return kept.listener();
                }

                @Override
                public Handle attach(Order order, Listener listener) {
                    return kept.attach(order, other.apply(order, listener));
                }
            };
        }
    }

    /** A start is impossible, and trying again would not help. */
    final class CannotLaunchException extends Exception {
        private static final long serialVersionUID = 1L;

        /** With the reason as it is shown to the administrator. */
        public CannotLaunchException(String reason) {
            super(reason);
        }
    }

    /** Starts a daemon; what becomes of it is told to the listener, never before this returns. */
    Handle launch(Order order, Listener listener) throws CannotLaunchException;
}
