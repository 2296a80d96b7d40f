package org.jsgid.supervisor.monitor;

import java.util.function.Consumer;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.ArchiveStatus;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.ExitReason;

/** A launcher whose processes are written down whenever one comes, changes its state, or goes. */
final class RememberingLauncher implements DaemonLauncher {

    private final DaemonLauncher launcher;
    private final Runnable remember;
    private final Consumer<String> whenEnded;

    /**
     * Starts them with another one.
     *
     * @param whenEnded told of the group of each process that has ended
     */
    RememberingLauncher(DaemonLauncher launcher, Runnable remember, Consumer<String> whenEnded) {
        this.launcher = launcher;
        this.remember = remember;
        this.whenEnded = whenEnded;
    }

    @Override
    public Handle launch(Order order, Listener listener) throws CannotLaunchException {
        return launcher.launch(order, new Remembering(order.definition().name(), listener));
    }

    /** The same for a process of a former monitor. */
    Kept watched(Kept kept) {
        return kept.toldTo(
                (order, listener) -> new Remembering(order.definition().name(), listener));
    }

    private final class Remembering implements Listener {
        private final String group;
        private final Listener listener;

        Remembering(String group, Listener listener) {
            this.group = group;
            this.listener = listener;
        }

        @Override
        public void started() {
            listener.started();
            remember.run();
        }

        @Override
        public void archive(ArchiveStatus status) {
            listener.archive(status);
        }

        @Override
        public void reported(DaemonReport report) {
            listener.reported(report);
            if (report instanceof DaemonReport.Ready || report instanceof DaemonReport.Draining) {
                remember.run();
            }
        }

        @Override
        public void connectionLost(String reason) {
            listener.connectionLost(reason);
        }

        @Override
        public void exited(ExitReason reason) {
            listener.exited(reason);
            remember.run();
            whenEnded.accept(group);
        }
    }
}
