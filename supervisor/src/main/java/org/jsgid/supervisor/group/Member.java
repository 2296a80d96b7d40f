package org.jsgid.supervisor.group;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.DaemonEvent;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.ExitReason;

/** One process of the group: its deadlines, and what it reports. */
final class Member implements DaemonLauncher.Listener {
    /** What a group is told by its processes. */
    interface Owner {
        /** It accepts requests. */
        void becameReady(Member member);

        /** It could not be started, for a reason that time does not cure. */
        void couldNotLaunch(Member member, String why);

        /** It is not ready, and its startup timeout is over. */
        void notReadyInTime(Member member, String why);

        /** An application did not load. */
        void rejected(Member member, DaemonReport.Rejected rejected);

        /** An application's file has changed. */
        void changed(Member member, ApplicationKey application);

        /** A process drains of its own accord. */
        void drainsByItself();

        /** It waited for its turn, and is not wanted any more. */
        void notNeeded(Member member);

        /** It is gone. */
        void ended(Member member, ExitReason exit);

        /** Whether the monitor itself has to end. */
        boolean isHurried();
    }

    /** Between SIGTERM and SIGKILL. */
    private static final Duration TERMINATE_TO_KILL = Duration.ofSeconds(2);

    /** In place of the shutdown timeout, and of the time above, when the monitor itself has to end. */
    private static final Duration HURRY = Duration.ofSeconds(1);

    /** A daemon that closed its management connection exits within its shutdown timeout and that time, or is killed. */
    private static final Duration EXIT_AFTER_CLOSE = Duration.ofSeconds(5);

    /** A start that takes longer lets the next one begin. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

    private final Generation generation;
    private final DaemonProcess daemon;
    private final GroupServices services;
    private final Notices log;
    private final Owner owner;
    private boolean isLive = true;
    private boolean wasAsked;
    private StartSpreader.Turn turn;
    private Optional<EventLoop.Timer> startup = Optional.empty();
    private Optional<EventLoop.Timer> longTurn = Optional.empty();
    private Optional<EventLoop.Timer> deadline = Optional.empty();

    Member(Generation generation, DaemonProcess daemon, GroupServices services, Owner owner) {
        this.generation = generation;
        this.daemon = daemon;
        this.services = services;
        this.log = services.log();
        this.owner = owner;
    }

    Generation generation() {
        return generation;
    }

    DaemonProcess daemon() {
        return daemon;
    }

    /** Whether the monitor told it to end, so that its end is no crash. */
    boolean wasAsked() {
        return wasAsked;
    }

    /** Starts it when its turn comes. */
    void ask() {
        // Not run from here: a start must not happen in the middle of what its group is doing.
        boolean loadsApplications = !generation.applicationsToLoad().isEmpty();
        turn = services.starts().ask(loadsApplications, () -> services.loop().execute(this::launch));
    }

    private void launch() {
        if (!isLive || daemon.state() != DaemonState.STARTING) {
            return;
        }
        longTurn = Optional.of(services.loop().after(LONGEST_TURN, turn::release));
        try {
            daemon.launched(services.launcher()
                    .launch(
                            new DaemonLauncher.Order(
                                    generation.definition(),
                                    generation.number(),
                                    generation.socket().fileDescriptor(),
                                    generation.applicationsToLoad()),
                            this));
        } catch (DaemonLauncher.CannotLaunchException | IOException e) {
            owner.couldNotLaunch(this, e.getMessage());
            return;
        }
        Duration limit = generation.definition().timeouts().startup();
        if (!limit.isZero()) {
            startup = Optional.of(services.loop().after(limit, () -> startTookTooLong(limit)));
        }
    }

    private void startTookTooLong(Duration limit) {
        owner.notReadyInTime(this, "not ready within " + limit.toSeconds() + " s (JsgiStartupTimeout)");
    }

    @Override
    public void reported(DaemonReport report) {
        if (!isLive) {
            return;
        }
        daemon.note(report, services.loop().now());
        if (report instanceof DaemonReport.Ready) {
            owner.becameReady(this);
        } else if (report instanceof DaemonReport.Hello hello) {
            if (hello.pid() != daemon.pid()) {
                log.warn("JSGID0331", "daemon " + daemon.pid() + " says that it is process " + hello.pid());
            }
        } else if (report instanceof DaemonReport.Loaded loaded) {
            log.notice(
                    "JSGID0338",
                    "daemon " + daemon.pid() + " loaded " + loaded.application() + " in " + loaded.millis() + " ms");
        } else if (report instanceof DaemonReport.Missing missing) {
            log.warn(
                    "JSGID0339",
                    "there is no " + missing.application() + "; its requests are answered 404 until it appears");
        } else if (report instanceof DaemonReport.Rejected rejected) {
            owner.rejected(this, rejected);
        } else if (report instanceof DaemonReport.Changed changed) {
            owner.changed(this, changed.application());
        } else if (report instanceof DaemonReport.Deadlock deadlock) {
            log.error(
                    "JSGID0340",
                    "daemon " + daemon.pid() + " has a deadlock between threads " + deadlock.threads()
                            + "; jsgid-ctl restart "
                            + generation.definition().name() + " renews it");
        } else if (report instanceof DaemonReport.Draining) {
            daemon.on(DaemonEvent.DRAIN);
            startIsOver();
            owner.drainsByItself();
        }
    }

    @Override
    public void connectionLost(String why) {
        if (!isLive) {
            return;
        }
        if (!why.isEmpty()) {
            log.warn("JSGID0342", "the management connection of daemon " + daemon.pid() + " broke: " + why);
        }
        services.loop()
                .after(
                        generation.definition().timeouts().shutdown().plus(EXIT_AFTER_CLOSE),
                        () -> kill("its management connection was closed"));
    }

    @Override
    public void exited(ExitReason exit) {
        owner.ended(this, exit);
    }

    void drain(Duration within) {
        if (daemon.handle().isEmpty()) {
            notNeeded();
            return;
        }
        if (daemon.state() == DaemonState.STARTING) {
            // It has accepted nothing yet; what waits in its queue is reset and comes again by the route.
            wasAsked = true;
            terminate("it was still starting when it was not wanted any more");
            return;
        }
        wasAsked = true;
        daemon.on(DaemonEvent.DRAIN);
        daemon.handle().get().drain(within);
        endWithin(within);
    }

    /** A process that waits for its turn never starts. */
    private void notNeeded() {
        over();
        owner.notNeeded(this);
    }

    void endWithin(Duration within) {
        if (!isLive) {
            return;
        }
        deadline.ifPresent(EventLoop.Timer::cancel);
        Duration all = within.plus(
                owner.isHurried() ? HURRY : generation.definition().timeouts().shutdown());
        deadline = Optional.of(services.loop().after(all, () -> terminate("it had not drained in time")));
    }

    void terminate(String why) {
        if (daemon.handle().isEmpty()) {
            notNeeded();
            return;
        }
        if (!isLive) {
            return;
        }
        wasAsked = true;
        daemon.on(DaemonEvent.DRAIN);
        daemon.killedBecause(why);
        startIsOver();
        daemon.handle().get().terminate();
        deadline.ifPresent(EventLoop.Timer::cancel);
        deadline = Optional.of(services.loop().after(owner.isHurried() ? HURRY : TERMINATE_TO_KILL, () -> kill(why)));
    }

    void kill(String why) {
        if (isLive) {
            daemon.killedBecause(why);
            daemon.handle().ifPresent(DaemonLauncher.Handle::kill);
        }
    }

    void startIsOver() {
        startup.ifPresent(EventLoop.Timer::cancel);
        longTurn.ifPresent(EventLoop.Timer::cancel);
        if (turn != null) {
            turn.release();
        }
    }

    /** It is gone, or will never be. */
    void over() {
        isLive = false;
        startIsOver();
        deadline.ifPresent(EventLoop.Timer::cancel);
    }
}
