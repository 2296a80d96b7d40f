package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.ArchiveStatus;
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

        /** Another one is to come in its place. */
        void isDue(Member member, ProcessRenewal renewal);

        /** It had said nothing for so long that this was reported, and has spoken. */
        void speaksAgain(Member member);

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

    /** Silence that is reported, and after which another one is started. */
    static final Duration SILENCE_REPORTED = Duration.ofSeconds(10);

    /** What reasons about silence begin with. */
    static final String SAID_NOTHING = "it has said nothing for ";

    /** For a JVM to print the stacks of its threads before it is killed. */
    private static final Duration FOR_A_DUMP = Duration.ofSeconds(1);

    /** A deadlock that is not reported again for that long has ended: daemons repeat it every 5 s. */
    private static final Duration DEADLOCK_FORGOTTEN = Duration.ofSeconds(15);

    private final Generation generation;
    private final DaemonProcess daemon;
    private final GroupServices services;
    private final Notices log;
    private final Owner owner;
    private boolean isLive = true;
    private boolean isRepeating;
    private boolean wasAsked;
    private StartSpreader.Turn turn;
    private Optional<EventLoop.Timer> startup = Optional.empty();
    private Optional<EventLoop.Timer> longTurn = Optional.empty();
    private Optional<EventLoop.Timer> deadline = Optional.empty();
    private Duration deadlineAt = Duration.ZERO;
    private Duration launchedAt = Duration.ZERO;
    private String deadlocked = "";
    private Duration deadlockedSince = Duration.ZERO;
    private Duration deadlockReported = Duration.ZERO;

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
        daemon.beginsStep("turn", services.loop().now());
        boolean loadsApplications = !generation.applicationsToLoad().isEmpty();
        turn = services.starts().ask(loadsApplications, () -> services.loop().execute(this::launch));
    }

    private void launch() {
        if (!isLive || daemon.state() != DaemonState.STARTING) {
            return;
        }
        longTurn = Optional.of(services.loop().after(LONGEST_TURN, turn::release));
        Duration begun = services.loop().now();
        daemon.beginsStep("options", begun);
        // Not before its turn: starts are held while the JDK is being replaced, and what is tried then says nothing.
        services.trials().whenKnown(generation.definition(), () -> launchIfAccepted(begun));
    }

    private void launchIfAccepted(Duration triedSince) {
        if (!isLive || daemon.state() != DaemonState.STARTING) {
            return;
        }
        Optional<String> refusal = services.trials().refusal(generation.definition());
        if (refusal.isPresent()) {
            owner.couldNotLaunch(this, refusal.get());
            return;
        }
        launchedAt = services.loop().now();
        if (!launchedAt.equals(triedSince)) {
            daemon.endsStep("options", launchedAt.minus(triedSince));
        }
        daemon.beginsStep("launcher", launchedAt);
        daemon.startsFrom(services.jdkBuild().get());
        try {
            daemon.launched(services.launcher().launch(order(generation.socket().fileDescriptor()), this));
        } catch (DaemonLauncher.CannotLaunchException | IOException e) {
            owner.couldNotLaunch(this, e.getMessage());
            return;
        }
        Duration limit = generation.definition().timeouts().startup();
        if (!limit.isZero()) {
            startup = Optional.of(services.loop().after(limit, () -> startTookTooLong(limit)));
        }
    }

    private DaemonLauncher.Order order(FileDescriptor listener) {
        return new DaemonLauncher.Order(
                generation.definition(),
                generation.number(),
                daemon.number(),
                listener,
                generation.applicationsToLoad(),
                daemon.startedAt());
    }

    /** Goes on with a process of a former monitor; one that still starts has what is left of its time. */
    void adopt(DaemonLauncher.Kept kept) {
        isRepeating = daemon.state() != DaemonState.STARTING;
        daemon.beginsStep("adopted", services.loop().now());
        if (isRepeating) {
            daemon.mustSpeak(services.loop().now());
        }
        daemon.launched(kept.attach(order(kept.listener()), this));
        Duration limit = generation.definition().timeouts().startup();
        if (!isRepeating && !limit.isZero()) {
            Duration passed =
                    Duration.between(daemon.startedAt(), services.clock().instant());
            Duration left = limit.minus(passed);
            startup = Optional.of(
                    services.loop().after(left.isNegative() ? Duration.ZERO : left, () -> startTookTooLong(limit)));
        }
    }

    /** Whether a report of an adopted process only says again what was known before. */
    private boolean isRepetition(DaemonReport report) {
        if (report instanceof DaemonReport.Ready || report instanceof DaemonReport.Draining) {
            isRepeating = false;
        }
        return isRepeating
                && (report instanceof DaemonReport.Loaded
                        || report instanceof DaemonReport.Missing
                        || report instanceof DaemonReport.Rejected);
    }

    private void startTookTooLong(Duration limit) {
        String why = "not ready within " + limit.toSeconds() + " s (JsgiStartupTimeout): hangs "
                + daemon.whereItHangs(services.loop().now());
        if (!daemon.hasSpoken()) {
            owner.notReadyInTime(this, why);
            return;
        }
        // A program that is no JVM yet would die of this signal; a JVM says where it hangs.
        dumpThreads(why);
        startup = Optional.of(services.loop().after(FOR_A_DUMP, () -> owner.notReadyInTime(this, why)));
    }

    private void dumpThreads(String why) {
        log.notice("JSGID0382", "daemon " + daemon.pid() + " is asked for the stacks of its threads: " + why);
        daemon.handle().ifPresent(DaemonLauncher.Handle::threadDump);
    }

    /** Looks whether it says anything. */
    void watchSilence(Duration now) {
        Duration silent = daemon.silent(now);
        Duration limit = generation.definition().timeouts().deadlock();
        if (!limit.isZero() && silent.compareTo(limit) >= 0) {
            kill("it said nothing for " + silent.toSeconds() + " s (JsgiDeadlockTimeout)");
        } else if (silent.compareTo(SILENCE_REPORTED) >= 0 && daemon.reportSilenceOnce()) {
            String what = SAID_NOTHING + silent.toSeconds() + " s: its JVM is stopped, swapped out, or out of memory";
            log.warn(
                    "JSGID0336",
                    "daemon " + daemon.pid() + ": " + what + "; "
                            + (limit.isZero()
                                    ? "JsgiDeadlockTimeout 0 lets it be"
                                    : "it is killed at " + limit.toSeconds() + " s (JsgiDeadlockTimeout)"));
            dumpThreads("it says nothing");
            owner.isDue(this, ProcessRenewal.urgent(what));
        }
    }

    @Override
    public void started() {
        if (isLive && daemon.startStep().isPresent()) {
            Duration now = services.loop().now();
            daemon.endsStep("launcher", now.minus(launchedAt));
            daemon.beginsStep("jvm", now);
        }
    }

    @Override
    public void archive(ArchiveStatus status) {
        daemon.archive(status);
    }

    @Override
    public void reported(DaemonReport report) {
        if (!isLive) {
            return;
        }
        if (daemon.isSilenceReported()) {
            log.notice("JSGID0383", "daemon " + daemon.pid() + " speaks again");
            owner.speaksAgain(this);
        }
        daemon.note(report, services.loop().now());
        if (isRepetition(report)) {
            return;
        }
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
            isDeadlocked(deadlock.threads());
        } else if (report instanceof DaemonReport.Stuck stuck) {
            owner.isDue(
                    this,
                    ProcessRenewal.urgent("threads of " + stuck.requests()
                            + " requests did not end after JsgiRequestTimeout and an interrupt"));
        } else if (report instanceof DaemonReport.Draining) {
            daemon.on(DaemonEvent.DRAIN);
            startIsOver();
            owner.drainsByItself();
        }
    }

    private void isDeadlocked(String threads) {
        Duration now = services.loop().now();
        Duration limit = generation.definition().timeouts().deadlock();
        boolean isNew = deadlocked.isEmpty() || now.minus(deadlockReported).compareTo(DEADLOCK_FORGOTTEN) > 0;
        if (isNew) {
            deadlockedSince = now;
        }
        if (isNew || !deadlocked.equals(threads)) {
            log.error(
                    "JSGID0340",
                    "daemon " + daemon.pid() + " has a deadlock between threads " + threads + "; "
                            + (limit.isZero()
                                    ? "JsgiDeadlockTimeout 0 lets it be"
                                    : "when it lasts " + limit.toSeconds()
                                            + " s (JsgiDeadlockTimeout), the daemon is renewed"));
        }
        deadlocked = threads;
        deadlockReported = now;
        Duration lasts = now.minus(deadlockedSince);
        if (!limit.isZero() && lasts.compareTo(limit) >= 0) {
            owner.isDue(
                    this,
                    ProcessRenewal.urgent("threads " + threads + " wait for each other since " + lasts.toSeconds()
                            + " s (JsgiDeadlockTimeout)"));
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
        if (!wasAsked) {
            wasAsked = true;
            daemon.on(DaemonEvent.DRAIN);
            daemon.handle().get().drain(within);
        }
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
        Duration all = within.plus(
                owner.isHurried() ? HURRY : generation.definition().timeouts().shutdown());
        Duration at = services.loop().now().plus(all);
        if (deadline.isPresent() && deadlineAt.compareTo(at) <= 0) {
            // What it was told before counts: nothing gives a draining process more time.
            return;
        }
        deadline.ifPresent(EventLoop.Timer::cancel);
        deadlineAt = at;
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
        Duration toKill = owner.isHurried() ? HURRY : TERMINATE_TO_KILL;
        deadlineAt = services.loop().now().plus(toKill);
        deadline = Optional.of(services.loop().after(toKill, () -> kill(why)));
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
