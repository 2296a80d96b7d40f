package org.jsgid.supervisor.monitor;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.policy.Recycling;
import org.jsgid.supervisor.policy.RenewalPace;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.ProcessFigures;

/**
 * Compares all processes with the limits of their groups, each second. What the system knows of processes is read on
 * another thread; everything else happens on the event loop.
 */
final class LimitWatch {

    /** A group as it is seen here. */
    interface Limited {
        String name();

        Notices log();

        /** The limits of the generation that serves. */
        GroupDefinition.Limits limits();

        /** All processes. */
        List<DaemonProcess> processes();

        /** Those of the generation that serves. */
        List<DaemonProcess> serving();

        /** Another process is to come in its place; of no further effect for one that is told so already. */
        void renew(DaemonProcess daemon, String why);

        /** It is killed and replaced. */
        void kill(DaemonProcess daemon, String why);
    }

    private record Subject(Limited group, DaemonProcess daemon) {}

    private final EventLoop loop;
    private final Clock clock;
    private final ProcessFigures figures;
    private final Executor reader;
    private final DoubleSupplier jitter;
    private final Map<DaemonProcess, Recycling> limits = new HashMap<>();
    private final Map<String, RenewalPace> paces = new HashMap<>();
    private final Set<DaemonProcess> asked = new HashSet<>();
    private boolean isReading;

    /**
     * Watches nothing yet.
     *
     * @param reader runs what reads figures
     * @param jitter numbers from 0 to 1, one for each process
     */
    LimitWatch(EventLoop loop, Clock clock, ProcessFigures figures, Executor reader, DoubleSupplier jitter) {
        this.loop = loop;
        this.clock = clock;
        this.figures = figures;
        this.reader = reader;
        this.jitter = jitter;
    }

    /** Looks at all processes. */
    void tick(Collection<Limited> groups) {
        List<Subject> subjects = new ArrayList<>();
        boolean needsFigures = false;
        Set<DaemonProcess> alive = new HashSet<>();
        for (Limited group : groups) {
            if (Recycling.isLimited(group.limits())) {
                group.processes().stream()
                        .filter(daemon -> daemon.pid() > 0)
                        .forEach(daemon -> subjects.add(new Subject(group, daemon)));
                needsFigures |= Recycling.needsSystemFigures(group.limits());
                alive.addAll(group.processes());
            }
        }
        limits.keySet().retainAll(alive);
        asked.retainAll(alive);
        if (!needsFigures) {
            decide(subjects, Map.of());
        } else if (!isReading) {
            isReading = true;
            List<Long> pids =
                    subjects.stream().map(subject -> subject.daemon().pid()).toList();
            reader.execute(() -> {
                Map<Long, ProcessFigures.Figures> read = new HashMap<>();
                pids.forEach(pid -> figures.of(pid).ifPresent(known -> read.put(pid, known)));
                loop.execute(() -> {
                    isReading = false;
                    decide(subjects, read);
                });
            });
        }
    }

    private void decide(List<Subject> subjects, Map<Long, ProcessFigures.Figures> read) {
        for (Subject subject : subjects) {
            DaemonProcess daemon = subject.daemon();
            if (daemon.state() == DaemonState.STOPPED) {
                continue;
            }
            Optional<Recycling.Reached> reached = limits.computeIfAbsent(
                            daemon, started -> new Recycling(subject.group().limits(), jitter.getAsDouble()))
                    .decide(figuresOf(daemon, Optional.ofNullable(read.get(daemon.pid()))));
            reached.ifPresent(limit -> act(subject.group(), daemon, limit));
        }
    }

    private void act(Limited group, DaemonProcess daemon, Recycling.Reached reached) {
        if (reached.cause().isKill()) {
            if (asked.add(daemon) || daemon.whyKilled().isEmpty()) {
                group.log()
                        .error(
                                "JSGID0376",
                                "daemon " + daemon.pid() + " is killed: " + reached.reason()
                                        + "; raise the limit or look for a leak");
                group.kill(daemon, reached.reason());
            }
            return;
        }
        boolean serves = daemon.state() == DaemonState.READY && group.serving().contains(daemon);
        if (!serves || (!asked.contains(daemon) && !isTime(group, daemon, reached))) {
            return;
        }
        asked.add(daemon);
        group.renew(daemon, reached.reason());
    }

    private boolean isTime(Limited group, DaemonProcess daemon, Recycling.Reached reached) {
        if (!reached.cause().mayComeOfStarting()) {
            return true;
        }
        RenewalPace pace = paces.computeIfAbsent(group.name(), name -> new RenewalPace());
        Duration served = daemon.served(loop.now());
        if (!pace.allows(served)) {
            return false;
        }
        if (pace.renewed(served)) {
            group.log()
                    .warn(
                            "JSGID0375",
                            "daemon " + daemon.pid() + " had served for only " + served.toSeconds() + " s when "
                                    + reached.reason() + "; a limit that is reached so soon is too low, or the"
                                    + " application needs more than is thought. The next process is left "
                                    + pace.needed().toSeconds() + " s at least");
        }
        return true;
    }

    private Recycling.Figures figuresOf(DaemonProcess daemon, Optional<ProcessFigures.Figures> known) {
        return new Recycling.Figures(
                Duration.between(daemon.startedAt(), clock.instant()),
                daemon.counters().requests(),
                Duration.ofMillis(known.map(figure -> Math.round(figure.cpuSeconds() * 1000))
                        .orElse(0L)),
                known.map(ProcessFigures.Figures::rssBytes).orElse(0L));
    }
}
