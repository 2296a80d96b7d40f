package org.jsgid.supervisor.monitor;

import java.io.FileDescriptor;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.ExitReason;

/** A launcher whose processes are written down whenever one comes, changes its state, or goes. */
final class RememberingLauncher implements DaemonLauncher {

    private final DaemonLauncher launcher;
    private final Runnable remember;

    RememberingLauncher(DaemonLauncher launcher, Runnable remember) {
        this.launcher = launcher;
        this.remember = remember;
    }

    @Override
    public Handle launch(Order order, Listener listener) throws CannotLaunchException {
        return launcher.launch(order, new Remembering(listener));
    }

    /** The same for a process of a former monitor. */
    Kept watched(Kept kept) {
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
                return kept.attach(order, new Remembering(listener));
            }
        };
    }

    private final class Remembering implements Listener {
        private final Listener listener;

        Remembering(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void started() {
            listener.started();
            remember.run();
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
        }
    }
}
