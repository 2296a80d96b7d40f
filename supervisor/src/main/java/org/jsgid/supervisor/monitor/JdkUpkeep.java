package org.jsgid.supervisor.monitor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jsgid.supervisor.jdk.JdkIdentity;
import org.jsgid.supervisor.jdk.JdkWatch;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.EventLoop;

/**
 * Tells groups what becomes of the files of their JDK, and holds all starts while those are being replaced. The files
 * are looked at on another thread, since a file system may hang; everything else happens on the event loop.
 */
final class JdkUpkeep {

    /** A group as it is seen here. */
    interface OnJdk {
        /** All processes. */
        List<DaemonProcess> processes();

        /** That process runs on files that are not there any more. */
        void markStale(DaemonProcess daemon);

        /** The JDK is not there. */
        void jdkGone();

        /** The JDK is there, and may be started. */
        void jdkBack();
    }

    private final EventLoop loop;
    private final Executor reader;
    private final StartSpreader starts;
    private final Notices log;
    private Optional<JdkWatch> watch = Optional.empty();
    private String build = "";
    private boolean isGone;
    private boolean isChanging;
    private boolean isLooking;
    private Runnable whenSettled = () -> {};

    /**
     * Watches nothing yet.
     *
     * @param reader runs what looks at files
     */
    JdkUpkeep(EventLoop loop, Executor reader, StartSpreader starts, Notices log) {
        this.loop = loop;
        this.reader = reader;
        this.starts = starts;
        this.log = log;
    }

    /** Run when files that were being replaced have settled. */
    void whenSettled(Runnable then) {
        whenSettled = then;
    }

    /** Watches the JDK in that folder from now on, and looks at it for the first time, which waits for the file system. */
    void watch(Path home) {
        if (watch.isPresent() && watch.get().home().equals(home)) {
            return;
        }
        JdkWatch begun = new JdkWatch(home);
        watch = Optional.of(begun);
        build = "";
        see(begun.look(loop.now()), begun.identity(), List.of());
    }

    /** The build that is started now; what a process was started from is compared with it later. */
    String build() {
        return build;
    }

    /** Tells a group that is new how things are. */
    void tell(OnJdk group) {
        if (isGone) {
            group.jdkGone();
        } else {
            group.jdkBack();
        }
    }

    /** Looks again. */
    void tick(Collection<? extends OnJdk> groups) {
        if (watch.isEmpty() || isLooking) {
            return;
        }
        isLooking = true;
        JdkWatch looking = watch.get();
        Duration now = loop.now();
        reader.execute(() -> {
            JdkWatch.Sight sight = looking.look(now);
            Optional<JdkIdentity> identity = looking.identity();
            loop.execute(() -> {
                isLooking = false;
                if (watch.filter(current -> current == looking).isPresent()) {
                    see(sight, identity, groups);
                }
            });
        });
    }

    private void see(JdkWatch.Sight sight, Optional<JdkIdentity> identity, Collection<? extends OnJdk> groups) {
        Path home = watch.map(JdkWatch::home).orElseThrow();
        String found = identity.map(JdkIdentity::toString).orElse("");
        if (sight instanceof JdkWatch.Gone gone) {
            if (!isGone) {
                log.warn("JSGID0377", "the JDK in " + home + " is gone: " + gone.reason());
            }
            isGone = true;
            groups.forEach(OnJdk::jdkGone);
            hold(false);
            return;
        }
        if (sight instanceof JdkWatch.Changing && !isChanging) {
            log.notice("JSGID0378", "the JDK in " + home + " is being replaced; starts wait until its files settle");
        }
        if (!found.isEmpty() && !found.equals(build)) {
            if (!build.isEmpty()) {
                log.notice("JSGID0379", "the JDK in " + home + " is another build now: " + found);
            }
            build = found;
        }
        hold(sight instanceof JdkWatch.Changing);
        if (sight instanceof JdkWatch.Usable) {
            isGone = false;
        }
        for (OnJdk group : groups) {
            for (DaemonProcess daemon : group.processes()) {
                if (daemon.jdkBuild().filter(from -> !from.equals(found)).isPresent()) {
                    group.markStale(daemon);
                }
            }
            if (!isGone) {
                group.jdkBack();
            }
        }
    }

    private void hold(boolean changing) {
        if (changing != isChanging) {
            isChanging = changing;
            starts.hold(changing);
            if (!changing) {
                whenSettled.run();
            }
        }
    }
}
