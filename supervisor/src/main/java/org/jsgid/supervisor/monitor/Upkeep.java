package org.jsgid.supervisor.monitor;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jsgid.supervisor.group.CrashFiles;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.group.ProcessRenewal;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.HeapDumps;
import org.jsgid.supervisor.process.KeptCrashFiles;
import org.jsgid.supervisor.process.LaunchPlans;
import org.jsgid.supervisor.process.ProcFigures;

/** What a monitor looks after beside its groups, and shares between them: limits, the JDK, places to start in. */
final class Upkeep {

    private final StartPlaces places;
    private final CrashFiles crashFiles;
    private final LimitWatch limits;
    private final JdkUpkeep jdk;
    private final OptionTrials trials;

    Upkeep(RunFolder folder, EventLoop loop, LaunchPlans plans, boolean isRoot, ServerLog log) {
        SplittableRandom random = new SplittableRandom();
        places = new StartPlaces(folder.monitors(), loop, log);
        crashFiles = new Kept(
                new KeptCrashFiles(folder.temporary(), folder.crashes(), log), new HeapDumps(folder.temporary(), log));
        limits = new LimitWatch(loop, Clock.systemUTC(), new ProcFigures(), thread("figures"), random::nextDouble);
        jdk = new JdkUpkeep(loop, thread("jdk"), places.starts(), log);
        trials = new OptionTrials(
                loop,
                trialThreads(),
                jdk::build,
                new OptionTrial(plans, folder.temporary(), isRoot)::of,
                new JdkNotes(plans),
                folder.temporary());
        jdk.whenSettled(trials::forgetRefusals);
    }

    /** As many as starts may be under way, which is what bounds trials. */
    private static Executor trialThreads() {
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(null, task, "trial", 192 * 1024L);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** For what may have to wait for a file system: not the event loop, and not each other. */
    private static Executor thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(null, task, name, 192 * 1024L);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A configuration was read; its groups are told afterwards. */
    void configured(MonitorConfig config) {
        places.limitTo(config.startConcurrency());
        jdk.watch(config.jdk().home());
    }

    /** A group is about to be started. */
    void isNew(DaemonGroup group) {
        jdk.tell(new OnJdk(group));
    }

    /** Looks at everything. Called each second. */
    void tick(Collection<DaemonGroup> groups) {
        limits.tick(groups.stream().<LimitWatch.Limited>map(Limited::new).toList());
        jdk.tick(groups.stream().map(OnJdk::new).toList());
    }

    StartPlaces places() {
        return places;
    }

    OptionTrials trials() {
        return trials;
    }

    CrashFiles crashFiles() {
        return crashFiles;
    }

    /** The build of the JDK that is started now. */
    String jdkBuild() {
        return jdk.build();
    }

    private record Kept(KeptCrashFiles crashFiles, HeapDumps heapDumps) implements CrashFiles {
        @Override
        public Optional<Path> keep(String group, Optional<String> chroot, long pid) {
            return crashFiles.keep(group, chroot, pid);
        }

        @Override
        public Optional<Path> heapDump(String group, Optional<String> chroot, long pid) {
            return heapDumps.keep(group, chroot, pid);
        }
    }

    private record Limited(DaemonGroup group) implements LimitWatch.Limited {
        @Override
        public String name() {
            return group.name();
        }

        @Override
        public Notices log() {
            return ServerLog.about("group " + group.name());
        }

        @Override
        public GroupDefinition.Limits limits() {
            return group.servingDefinition().limits();
        }

        @Override
        public List<DaemonProcess> processes() {
            return group.processes();
        }

        @Override
        public List<DaemonProcess> serving() {
            return group.currentProcesses();
        }

        @Override
        public void renew(DaemonProcess daemon, String why) {
            group.renewProcess(daemon, ProcessRenewal.because(why));
        }

        @Override
        public void kill(DaemonProcess daemon, String why) {
            group.killProcess(daemon, why);
        }
    }

    private record OnJdk(DaemonGroup group) implements JdkUpkeep.OnJdk {
        @Override
        public List<DaemonProcess> processes() {
            return group.processes();
        }

        @Override
        public void markStale(DaemonProcess daemon) {
            group.markStale(daemon);
        }

        @Override
        public void jdkGone() {
            group.jdkGone();
        }

        @Override
        public void jdkBack() {
            group.jdkBack();
        }
    }
}
