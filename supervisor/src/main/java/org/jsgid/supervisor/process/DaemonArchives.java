package org.jsgid.supervisor.process;

import java.nio.file.Path;
import java.util.Optional;
import org.jsgid.plugin.spi.ArchiveUse;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.supervisor.management.DaemonReport;

/** What daemons do with archives of their classes, from which a JVM starts faster. */
public interface DaemonArchives {

    /** One start. It is told what becomes of the process in place of the listener that it was made with, and tells that. */
    interface Start extends DaemonLauncher.Listener {

        /** The folder of the group's archives as the daemon sees it; empty: none is wanted. */
        Optional<Path> folder();

        /**
         * What the process does with an archive. Looks at files, which may take long: called once, on any thread but the
         * event loop.
         */
        ArchiveUse use(LaunchRequest request);

        /** The process is this one. */
        void launched(DaemonLauncher.Handle handle);
    }

    /** A daemon is about to be started. Called on the event loop. */
    Start start(DaemonLauncher.Order order, DaemonLauncher.Listener listener);

    /** No daemon has one. */
    static DaemonArchives none() {
        return (order, listener) -> new Start() {
            @Override
            public Optional<Path> folder() {
                return Optional.empty();
            }

            @Override
            public ArchiveUse use(LaunchRequest request) {
                return ArchiveUse.none();
            }

            @Override
            public void launched(DaemonLauncher.Handle handle) {
                // nothing is done with it
            }

            @Override
            public void started() {
                listener.started();
            }

            @Override
            public void reported(DaemonReport report) {
                listener.reported(report);
            }

            @Override
            public void connectionLost(String reason) {
                listener.connectionLost(reason);
            }

            @Override
            public void exited(ExitReason reason) {
                listener.exited(reason);
            }
        };
    }
}
