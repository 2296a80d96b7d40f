package org.jsgid.supervisor.monitor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.ArchiveStatus;
import org.jsgid.supervisor.process.Cgroups;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.ExitReason;

/** A launcher whose processes get a cgroup each, where that can be; it is removed when the process is gone. */
final class CgroupLauncher implements DaemonLauncher {

    /** A process is counted in its cgroup for a moment after its exit. */
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(500);

    private static final int TRIES = 10;

    private final DaemonLauncher launcher;
    private final Cgroups cgroups;
    private final Consumer<Optional<Path>> next;
    private final EventLoop loop;

    /**
     * Starts with another launcher.
     *
     * @param next told, before each start, which cgroup the process is to enter
     */
    CgroupLauncher(DaemonLauncher launcher, Cgroups cgroups, Consumer<Optional<Path>> next, EventLoop loop) {
        this.launcher = launcher;
        this.cgroups = cgroups;
        this.next = next;
        this.loop = loop;
    }

    @Override
    public Handle launch(Order order, Listener listener) throws CannotLaunchException {
        Optional<Path> cgroup = cgroups.create(order.definition(), order.generation());
        next.accept(cgroup);
        try {
            return launcher.launch(order, inCgroup(cgroup, listener));
        } catch (CannotLaunchException e) {
            cgroup.ifPresent(Cgroups::remove);
            throw e;
        } finally {
            next.accept(Optional.empty());
        }
    }

    /** The same for a process of a former monitor. */
    Kept watched(Kept kept) {
        Optional<Path> cgroup = cgroups.of(kept.pid());
        return kept.toldTo((order, listener) -> inCgroup(cgroup, listener));
    }

    private Listener inCgroup(Optional<Path> cgroup, Listener listener) {
        return cgroup.<Listener>map(folder -> new InCgroup(folder, listener)).orElse(listener);
    }

    private void remove(Path folder, int tries) {
        if (!Cgroups.remove(folder) && tries > 1) {
            loop.after(BEFORE_ANOTHER_TRY, () -> remove(folder, tries - 1));
        }
    }

    private final class InCgroup implements Listener {
        private final Path folder;
        private final Listener listener;

        InCgroup(Path folder, Listener listener) {
            this.folder = folder;
            this.listener = listener;
        }

        @Override
        public void started() {
            listener.started();
        }

        @Override
        public void archive(ArchiveStatus status) {
            listener.archive(status);
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
            boolean wasKilled = reason.signal().filter("SIGKILL"::equals).isPresent();
            ExitReason explained = wasKilled && Cgroups.hasKilledForMemory(folder)
                    ? reason.because("with its children it had reached JsgiMemoryLimit's hard limit, and the kernel"
                            + " killed it (memory.max of its cgroup)")
                    : reason;
            remove(folder, TRIES);
            listener.exited(explained);
        }
    }
}
