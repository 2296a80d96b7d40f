package org.jsgid.supervisor.group;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.management.Descriptors;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.ExitReason;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * A process that a former monitor started, with what that one wrote down.
 *
 * @param instance which Apache it was started for
 * @param generation its generation's number
 * @param number its own among the processes of the group; 0: not known
 * @param definition what its generation was made from
 * @param handedOn applications that it loads although its definition does not name them
 * @param startedAt when its start was asked for
 * @param state its state as far as the former monitor knew
 * @param jdkBuild which build of its JDK it was started from; empty: not known
 * @param daemon the process and its keeper
 */
public record Adopted(
        String instance,
        int generation,
        int number,
        GroupDefinition definition,
        Set<ApplicationKey> handedOn,
        Instant startedAt,
        DaemonState state,
        String jdkBuild,
        DaemonLauncher.Kept daemon) {

    /** Copies its collections. */
    public Adopted {
        handedOn = Set.copyOf(handedOn);
    }

    /** Ends a process that nobody can go on with. */
    public static void end(Adopted unwanted) {
        attach(unwanted).kill();
    }

    /** Takes over a process that belongs to no group any more, to end it. */
    public static DaemonLauncher.Handle attach(Adopted unwanted) {
        DaemonLauncher.Order order = new DaemonLauncher.Order(
                unwanted.definition(),
                unwanted.generation(),
                unwanted.number(),
                unwanted.daemon().listener(),
                List.of(),
                unwanted.startedAt());
        DaemonLauncher.Handle handle = unwanted.daemon().attach(order, new Unheard());
        Descriptors.close(unwanted.daemon().listener());
        return handle;
    }

    /** Whatever it says on its way out. */
    private static final class Unheard implements DaemonLauncher.Listener {
        @Override
        public void reported(DaemonReport report) {
            // It is being killed.
        }

        @Override
        public void connectionLost(String reason) {
            // As it should be.
        }

        @Override
        public void exited(ExitReason reason) {
            // Nobody waits for it.
        }
    }
}
