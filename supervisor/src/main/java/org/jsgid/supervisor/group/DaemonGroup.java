package org.jsgid.supervisor.group;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.policy.Backoff;
import org.jsgid.supervisor.process.DaemonEvent;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.ExitReason;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * A daemon group: brings what runs to what is wanted.
 *
 * <p>Invariants, all on the event loop:
 *
 * <ul>
 *   <li>{@code current} has the route, or had it last; {@code next} is on its way to it; {@code leaving} generations
 *       finish what they have. A generation is in exactly one of the three.
 *   <li>There are never more live processes than {@code processes + 1}; those that still wait for their turn to start
 *       count.
 *   <li>A route changes before what it pointed to is told to drain.
 *   <li>A listening socket stays open in the monitor until the last process of its generation is gone, so that a
 *       connection which no daemon accepted is reset, not lost.
 * </ul>
 */
public final class DaemonGroup {

    /** Retry-After of a stopped group. */
    private static final Duration STOPPED_RETRY = Duration.ofSeconds(30);

    /** Retry-After of a group that waits for an administrator. */
    private static final Duration FAILED_RETRY = Duration.ofSeconds(60);

    /** Silence that is reported. */
    private static final Duration SILENCE_REPORTED = Duration.ofSeconds(15);

    /** Silence that ends a daemon. */
    private static final Duration SILENCE_KILLED = Duration.ofSeconds(60);

    /** How often a group that moves to another monitor looks whether that one has taken the route. */
    private static final Duration HAND_OVER_CHECK = Duration.ofMillis(100);

    /** What a command came to, for whoever gave it. */
    public record Outcome(String name, GroupState state, boolean done, String message) {}

    private enum Wish {
        RUN,
        STOP,
        REMOVE
    }

    private final GroupServices services;
    private final Notices log;
    private final Map<DaemonProcess, Member> members = new LinkedHashMap<>();
    private final List<Generation> leaving = new ArrayList<>();
    private final Watchers watchers;
    private final GroupRoute route;
    private GroupDefinition definition;
    private Backoff backoff;
    private Generation current;
    private Generation next;
    private GroupState state = GroupState.STOPPED;
    private Wish wish = Wish.STOP;
    private boolean hurry;
    private int lastGeneration;
    private String reason = "";
    private Optional<String> discarded = Optional.empty();
    private Optional<GroupDefinition> lastGood = Optional.empty();
    private Optional<GroupDefinition> lastBad = Optional.empty();
    private Optional<LastExit> lastExit = Optional.empty();
    private Optional<String> renewAgain = Optional.empty();
    private Optional<EventLoop.Timer> waiting = Optional.empty();
    private Optional<EventLoop.Timer> handOver = Optional.empty();
    private Duration waitingUntil = Duration.ZERO;
    private Set<ApplicationKey> handOn = Set.of();
    private Runnable whenGone = () -> {};
    private final Member.Owner processes = new Processes();

    /**
     * A stopped group.
     *
     * @param lastGeneration number of the last generation that there was, by whichever monitor; the next is one higher
     */
    public DaemonGroup(GroupDefinition definition, int lastGeneration, GroupServices services) {
        this.definition = requireNonNull(definition);
        this.services = requireNonNull(services);
        this.log = services.log();
        this.watchers = new Watchers(definition.name());
        this.route = new GroupRoute(services.route(), services.servedElsewhere(), this::socketNames, log);
        this.lastGeneration = lastGeneration;
        this.backoff = new Backoff();
    }

    // ---- what can be seen from outside

    /** Its name. */
    public String name() {
        return definition.name();
    }

    /** What is configured. */
    public GroupDefinition definition() {
        return definition;
    }

    /** What its newest generation was made from; the configured definition when there is none. */
    public GroupDefinition newestDefinition() {
        Generation newest = next != null ? next : current;
        return newest == null ? definition : newest.definition();
    }

    /** What serves, or was last asked to. */
    public GroupDefinition servingDefinition() {
        return current == null ? newestDefinition() : current.definition();
    }

    /** Its state. */
    public GroupState state() {
        return state;
    }

    /** Number of the generation that has the route, or of the last one when none has. */
    public int generation() {
        return current == null ? lastGeneration : current.number();
    }

    /** The highest number given to a generation. */
    public int lastGeneration() {
        return lastGeneration;
    }

    /** Why the state is what it is, and why the last new generation was discarded; may be empty. */
    public String reason() {
        if (discarded.isPresent()) {
            return reason.isEmpty() ? discarded.get() : reason + "; " + discarded.get();
        }
        return reason;
    }

    /** In back-off: the time until the next start. */
    public Optional<Duration> retryAfter() {
        return state == GroupState.BACKOFF
                ? Optional.of(waitingUntil.minus(services.loop().now()))
                : Optional.empty();
    }

    /** The user that it runs as, when the monitor may choose. */
    public OptionalLong uid() {
        return definition.account().uid();
    }

    /** All processes, those of former generations first. */
    public List<DaemonProcess> processes() {
        List<DaemonProcess> all = new ArrayList<>();
        leaving.forEach(generation -> all.addAll(generation.daemons()));
        if (current != null) {
            all.addAll(current.daemons());
        }
        if (next != null) {
            all.addAll(next.daemons());
        }
        return all;
    }

    /** The processes of the generation that has the route. */
    public List<DaemonProcess> currentProcesses() {
        return current == null ? List.of() : current.daemons();
    }

    /** How the last process ended that was not told to. */
    public Optional<LastExit> lastExit() {
        return lastExit;
    }

    /** Whether it is to run; a group that somebody stopped stays stopped over restarts of the monitor. */
    public boolean isWanted() {
        return wish == Wish.RUN;
    }

    /** File names of the sockets that are its own. */
    public List<String> socketNames() {
        List<String> names = new ArrayList<>();
        generations()
                .forEach(generation ->
                        names.add(String.valueOf(generation.socket().path().getFileName())));
        return names;
    }

    // ---- what it can be told

    /** Starts it, at once also when it is in back-off. */
    public void start() {
        wish = Wish.RUN;
        services.remember().run();
        if (current == null && next == null) {
            backoff.reset();
            startFirst(true);
        }
        settle();
    }

    /** It stays stopped as it was when the former monitor ended. */
    public void remainStopped() {
        reason = "stopped by jsgid-ctl; jsgid-ctl start " + name() + " starts it";
        route.unavailable(GroupState.STOPPED, STOPPED_RETRY);
    }

    /** Renews it without a failed request: a new generation, and when that is ready the old one drains. */
    public void restart(String why) {
        if (wish != Wish.RUN || current == null) {
            cancelWaiting();
            if (next != null) {
                abandon(next);
                next = null;
            }
            start();
            return;
        }
        discarded = Optional.empty();
        renew(why);
        settle();
    }

    /** Ends its processes and starts others; requests wait in the new socket's queue. */
    public void restartNow(String why) {
        wish = Wish.RUN;
        cancelWaiting();
        discarded = Optional.empty();
        renewAgain = Optional.empty();
        log.notice("JSGID0330", "restarts at once: " + why);
        Generation former = current;
        Generation abandoned = next;
        rememberApplications();
        current = null;
        next = null;
        backoff.reset();
        state = GroupTransitions.after(state, GroupEvent.LOST);
        startFirst(true);
        if (abandoned != null) {
            abandon(abandoned);
        }
        if (former != null) {
            leave(former, Duration.ZERO);
        }
        settle();
    }

    /** Stops it: its requests are answered 503 from now on, those that it has are finished. */
    public void stop() {
        wish = Wish.STOP;
        services.remember().run();
        reason = "stopped by jsgid-ctl; jsgid-ctl start " + name() + " starts it";
        log.notice("JSGID0325", "is being stopped");
        route.unavailable(GroupState.STOPPED, STOPPED_RETRY);
        drainAll(graceful(definition));
        settle();
    }

    /**
     * Ends it for good.
     *
     * @param within at most that long for what it still does
     * @param keepRoute whether the route belongs to somebody else by now
     * @param then called when nothing of it is left
     */
    public void remove(Duration within, boolean keepRoute, Runnable then) {
        wish = Wish.REMOVE;
        whenGone = then;
        handOver.ifPresent(EventLoop.Timer::cancel);
        handOver = Optional.empty();
        if (!keepRoute) {
            route.remove();
        }
        route.letGo();
        drainAll(within);
        settle();
    }

    /**
     * Ends it with the monitor, quickly.
     *
     * @param within at most that long for what it still does; the group's own graceful timeout counts when it is less
     */
    public void end(Duration within, Runnable then) {
        hurry = true;
        Duration own = graceful(definition);
        remove(own.compareTo(within) < 0 ? own : within, false, then);
    }

    /**
     * Leaves the group to another monitor: serves until that one has taken the route, which may be never, and is gone
     * then.
     */
    public void handOver(String to, Runnable then) {
        if (current == null) {
            remove(Duration.ZERO, true, then);
            return;
        }
        reason = "moves to another runtime (" + to + "); serves until that is ready";
        log.notice("JSGID0326", reason);
        checkHandOver(then);
    }

    /** It stays after all: its configuration names this monitor's runtime again. */
    public boolean takeBack() {
        if (handOver.isEmpty()) {
            return false;
        }
        handOver.get().cancel();
        handOver = Optional.empty();
        reason = "";
        if (current != null && !route.pointsTo(current.socket().path())) {
            // The other monitor took the route a moment ago; it sees that it has lost it, as this one would have.
            point(current);
        }
        renewIfAsked();
        settle();
        return true;
    }

    /** Its configuration was read again; a definition that did not change leaves everything as it is. */
    public void redefine(GroupDefinition changed) {
        boolean same = changed.equals(newestDefinition());
        if (same && !changed.equals(definition)) {
            // What did not come up is not wanted any more.
            discarded = Optional.empty();
        }
        definition = changed;
        if (wish != Wish.RUN || (same && state != GroupState.FAILED)) {
            return;
        }
        backoff = new Backoff();
        discarded = Optional.empty();
        lastBad = Optional.empty();
        if (current != null) {
            renew("its definition changed");
        } else {
            cancelWaiting();
            if (next != null) {
                abandon(next);
                next = null;
            }
            startFirst(true);
        }
        settle();
    }

    /** Tells who asked for something how it goes, and what it came to. */
    public void watch(Consumer<String> progress, Consumer<Outcome> end) {
        watchers.add(progress, end);
        settle();
    }

    /** Looks after daemons that say nothing. Called every few seconds. */
    public void tick() {
        claimRoute();
        Duration now = services.loop().now();
        for (Member member : List.copyOf(members.values())) {
            DaemonProcess daemon = member.daemon();
            if (daemon.state() != DaemonState.STARTING && daemon.state() != DaemonState.READY) {
                continue;
            }
            Duration silent = daemon.silent(now);
            if (silent.compareTo(SILENCE_KILLED) >= 0) {
                member.kill("it said nothing for " + silent.toSeconds() + " s");
            } else if (silent.compareTo(SILENCE_REPORTED) >= 0 && daemon.reportSilenceOnce()) {
                log.warn(
                        "JSGID0336",
                        "daemon " + daemon.pid() + " has said nothing for " + silent.toSeconds()
                                + " s: its JVM is stopped, swapped out or out of memory; it is killed at "
                                + SILENCE_KILLED.toSeconds() + " s");
            }
        }
    }

    /** Whoever is configured with a group and serves it has the route, whatever two monitors did at the same moment. */
    private void claimRoute() {
        if (wish == Wish.RUN
                && handOver.isEmpty()
                && current != null
                && current.ready() > 0
                && !route.pointsTo(current.socket().path())) {
            log.warn(
                    "JSGID0344", "its route pointed elsewhere; it points to generation " + current.number() + " again");
            point(current);
        }
    }

    // ---- generations

    private List<Generation> generations() {
        List<Generation> all = new ArrayList<>(leaving);
        if (current != null) {
            all.add(current);
        }
        if (next != null) {
            all.add(next);
        }
        return all;
    }

    private int live() {
        return generations().stream().mapToInt(Generation::live).sum();
    }

    private void startFirst(boolean routeAtOnce) {
        cancelWaiting();
        state = GroupTransitions.after(state, GroupEvent.START);
        if (routeAtOnce) {
            reason = "";
        }
        Optional<Generation> opened = open(definitionToStart());
        if (opened.isEmpty()) {
            return;
        }
        if (routeAtOnce && !route.isServedElsewhere()) {
            current = opened.get();
            point(current);
        } else {
            next = opened.get();
        }
        fill();
    }

    /**
     * What is configured, unless that is known not to come up and a former definition is known to: then what served
     * before, until the configuration is read again.
     */
    private GroupDefinition definitionToStart() {
        boolean isKnownBad = lastBad.filter(definition::equals).isPresent();
        return isKnownBad ? lastGood.orElse(definition) : definition;
    }

    private Optional<Generation> open(GroupDefinition from) {
        lastGeneration++;
        services.remember().run();
        try {
            ListeningSocket socket = services.sockets().bind(from.name(), lastGeneration, from.listenBacklog());
            return Optional.of(new Generation(lastGeneration, from, socket, handOn));
        } catch (IOException e) {
            cannot("cannot bind the socket of generation " + lastGeneration + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private void renew(String why) {
        if (next != null) {
            if (next.definition().equals(definition)) {
                renewAgain = Optional.of(why);
                return;
            }
            abandon(next);
            next = null;
        }
        say("JSGID0321", "begins generation " + (lastGeneration + 1) + ": " + why);
        rememberApplications();
        Optional<Generation> opened = open(definition);
        if (opened.isPresent()) {
            next = opened.get();
            fill();
        }
    }

    /** Applications loaded on request go on to the next generation. */
    private void rememberApplications() {
        if (current != null) {
            handOn = current.loadedOnRequest();
        }
    }

    /** Starts what is missing, as far as the limit on processes allows. */
    private void fill() {
        if (wish != Wish.RUN) {
            return;
        }
        if (next != null) {
            if (next.live() == 0 && live() < next.definition().processes() + 1) {
                begin(next);
            }
            return;
        }
        if (current == null || waiting.isPresent()) {
            return;
        }
        int wanted = current.definition().processes();
        while (current.active() < wanted && live() < wanted + 1) {
            begin(current);
        }
    }

    private void begin(Generation generation) {
        DaemonProcess daemon =
                new DaemonProcess(generation.number(), services.clock().instant());
        Member member = new Member(generation, daemon, services, processes);
        generation.add(daemon);
        members.put(daemon, member);
        member.ask();
    }

    private void becameReady(Member member) {
        Generation generation = member.generation();
        DaemonProcess daemon = member.daemon();
        if (daemon.state() != DaemonState.STARTING) {
            return;
        }
        daemon.on(DaemonEvent.READY);
        daemon.readyAt(services.loop().now());
        member.startIsOver();
        generation.on(GenerationEvent.READY);
        lastGood = Optional.of(generation.definition());
        say("JSGID0320", "generation " + generation.number() + ": daemon " + daemon.pid() + " is ready");
        if (generation == next) {
            promote();
        }
        if (generation == current) {
            state = GroupTransitions.after(state, GroupEvent.READY);
            reason = handOver.isPresent() ? reason : "";
        }
        fill();
        renewIfAsked();
        settle();
    }

    private void promote() {
        Generation former = current;
        current = next;
        next = null;
        discarded = Optional.empty();
        // The order is the point: first the way to the new generation, then the end of the old one.
        point(current);
        if (former != null) {
            say("JSGID0323", "generation " + current.number() + " serves; generation " + former.number() + " drains");
            leave(former, graceful(former.definition()));
        }
    }

    private void renewIfAsked() {
        if (next == null && current != null && wish == Wish.RUN && renewAgain.isPresent()) {
            String why = renewAgain.get();
            renewAgain = Optional.empty();
            renew(why);
        }
    }

    private void leave(Generation generation, Duration within) {
        generation.on(GenerationEvent.DRAIN);
        leaving.add(generation);
        generation.daemons().forEach(daemon -> members.get(daemon).drain(within));
        forgetIfEmpty(generation);
    }

    /** Ends a generation that did not get to serve. */
    private void abandon(Generation generation) {
        generation.on(GenerationEvent.DISCARD);
        leaving.add(generation);
        generation.daemons().forEach(daemon -> members.get(daemon).terminate("its generation is not wanted any more"));
        forgetIfEmpty(generation);
    }

    private void discard(String why) {
        Generation generation = next;
        next = null;
        discarded = Optional.of("generation " + generation.number() + " was discarded: " + why);
        if (current == null) {
            abandon(generation);
            crashed(Duration.ZERO, why);
        } else {
            if (!generation.definition().equals(current.definition())) {
                lastBad = Optional.of(generation.definition());
            }
            log.error("JSGID0324", discarded.get() + "; generation " + current.number() + " serves on");
            tellWatchers(discarded.get());
            abandon(generation);
            fill();
            renewIfAsked();
        }
        settle();
    }

    private void forgetIfEmpty(Generation generation) {
        if (generation.live() > 0) {
            return;
        }
        generation.on(GenerationEvent.EMPTIED);
        leaving.remove(generation);
        generation.socket().close();
        services.remember().run();
    }

    // ---- ends of processes

    private void ended(Member member, ExitReason exit) {
        Generation generation = member.generation();
        DaemonProcess daemon = member.daemon();
        if (members.remove(daemon) == null) {
            return;
        }
        boolean wasDraining = daemon.state() == DaemonState.DRAINING;
        boolean wasReady = !daemon.served(services.loop().now()).isZero();
        ExitReason why = Exits.explained(daemon, exit, wasReady);
        // System.exit in an application looks like draining until the status shows that it is not.
        boolean hasDrained = wasDraining && daemon.whyKilled().isEmpty() && exit.isSuccess();
        boolean isCrash = !hasDrained && !member.wasAsked();
        Duration served = daemon.served(services.loop().now());
        daemon.on(DaemonEvent.EXIT);
        generation.remove(daemon);
        member.over();
        if (member.wasAsked() && !wasReady) {
            log.notice(
                    "JSGID0349",
                    "daemon " + daemon.pid() + " of generation " + generation.number() + " " + why.sentence());
        } else {
            report(daemon, generation, why, hasDrained);
        }
        if (generation == next) {
            discard("its daemon " + daemon.pid() + " " + why.sentence());
        } else if (generation == current && isCrash) {
            crashed(served, "daemon " + daemon.pid() + " " + why.sentence());
        } else if (generation != current) {
            forgetIfEmpty(generation);
        }
        fill();
        finishStopping();
        settle();
    }

    private void report(DaemonProcess daemon, Generation generation, ExitReason why, boolean hasDrained) {
        String who = "daemon " + daemon.pid() + " of generation " + generation.number();
        if (hasDrained) {
            log.notice("JSGID0327", who + " has drained: " + why.sentence());
            return;
        }
        if (generation.state() == GenerationState.DISCARDED) {
            // Why it was discarded has been said; that it was ended then is no news.
            return;
        }
        Optional<Path> crashFile = services.crashFiles()
                .keep(name(), generation.definition().place().chroot(), daemon.pid());
        lastExit = Optional.of(new LastExit(
                daemon.pid(),
                why,
                Exits.lastLines(daemon),
                crashFile,
                services.clock().instant()));
        log.error(
                "JSGID0328",
                who + " " + why.sentence()
                        + crashFile
                                .map(kept -> "; its crash file is kept as " + kept)
                                .orElse(""));
    }

    private void crashed(Duration served, String why) {
        Duration delay = backoff.crashed(served);
        if (current != null && current.ready() == 0) {
            state = GroupTransitions.after(state, GroupEvent.LOST);
        }
        if (next != null) {
            // A renewal is under way; it takes over, or what runs is filled up when it has failed.
            return;
        }
        if (!waiting.isPresent() && delay.isZero()) {
            if (current == null) {
                startFirst(false);
            } else {
                fill();
            }
            return;
        }
        if (current != null && current.live() > 0) {
            log.warn("JSGID0329", why + "; the next start is in " + delay.toSeconds() + " s");
            waitFor(delay, this::fill);
            return;
        }
        backOff(delay, why);
    }

    private void backOff(Duration delay, String why) {
        state = GroupTransitions.after(state, GroupEvent.BACK_OFF);
        reason = why + "; crashed repeatedly, next start after " + delay.toSeconds() + " s";
        log.error("JSGID0332", reason);
        tellWatchers(reason);
        route.unavailable(GroupState.BACKOFF, delay);
        if (current != null) {
            rememberApplications();
            // Closed: those who wait in its queue fail fast, find the route unavailable, and are answered 503.
            forgetIfEmpty(current);
            current = null;
        }
        waitFor(delay, () -> startFirst(false));
    }

    private void cannot(String why) {
        if (current != null && current.ready() > 0) {
            discarded = Optional.of(why);
            log.error("JSGID0348", why + "; what runs serves on");
            return;
        }
        log.error("JSGID0334", "cannot be started: " + why);
        state = GroupTransitions.after(state, GroupEvent.CANNOT);
        reason = why;
        cancelWaiting();
        route.unavailable(GroupState.FAILED, FAILED_RETRY);
        if (next != null) {
            abandon(next);
            next = null;
        }
        if (current != null) {
            abandon(current);
            current = null;
        }
    }

    private void waitFor(Duration delay, Runnable then) {
        Duration until = services.loop().now().plus(delay);
        if (waiting.isPresent() && waitingUntil.compareTo(until) > 0) {
            until = waitingUntil;
        }
        cancelWaiting();
        waitingUntil = until;
        waiting = Optional.of(services.loop().after(until.minus(services.loop().now()), () -> {
            waiting = Optional.empty();
            then.run();
        }));
    }

    private void cancelWaiting() {
        waiting.ifPresent(EventLoop.Timer::cancel);
        waiting = Optional.empty();
    }

    // ---- stopping

    private void drainAll(Duration within) {
        cancelWaiting();
        renewAgain = Optional.empty();
        state = GroupTransitions.after(state, GroupEvent.DRAIN);
        if (next != null) {
            abandon(next);
            next = null;
        }
        rememberApplications();
        if (current != null) {
            Generation former = current;
            current = null;
            leave(former, within);
        }
        for (Generation generation : List.copyOf(leaving)) {
            // Those that drained before get no more time than the rest.
            generation.daemons().forEach(daemon -> members.get(daemon).endWithin(within));
        }
        finishStopping();
    }

    private void finishStopping() {
        if (wish == Wish.RUN || live() > 0) {
            return;
        }
        GroupState before = state;
        state = GroupTransitions.after(state, GroupEvent.GONE);
        if (wish == Wish.STOP && before != state) {
            say("JSGID0335", "is stopped");
        }
        if (wish == Wish.REMOVE) {
            Runnable then = whenGone;
            whenGone = () -> {};
            then.run();
        }
    }

    private void checkHandOver(Runnable then) {
        if (current == null || !route.pointsTo(current.socket().path())) {
            remove(graceful(definition), true, then);
            return;
        }
        handOver = Optional.of(services.loop().after(HAND_OVER_CHECK, () -> checkHandOver(then)));
    }

    /** The time that draining daemons get; no limit becomes a day, since a monitor must be able to end. */
    private static Duration graceful(GroupDefinition of) {
        Duration graceful = of.timeouts().graceful();
        return graceful.isZero() ? Duration.ofDays(1) : graceful;
    }

    // ---- the route

    private void point(Generation generation) {
        route.pointTo(generation.socket().path());
        services.remember().run();
    }

    // ---- who asked for something

    private void say(String id, String message) {
        log.notice(id, message);
        tellWatchers(message);
    }

    private void tellWatchers(String message) {
        watchers.tell(message);
    }

    private void settle() {
        boolean settled = next == null
                && renewAgain.isEmpty()
                && (state == GroupState.READY
                        || state == GroupState.STOPPED
                        || state == GroupState.FAILED
                        || state == GroupState.BACKOFF);
        if (!settled || watchers.isEmpty()) {
            return;
        }
        boolean asWanted = wish == Wish.RUN ? state == GroupState.READY : state == GroupState.STOPPED;
        Outcome outcome = new Outcome(name(), state, asWanted && discarded.isEmpty(), reason());
        watchers.end(outcome);
    }

    /** What processes tell. */
    private final class Processes implements Member.Owner {

        @Override
        public void becameReady(Member member) {
            DaemonGroup.this.becameReady(member);
        }

        @Override
        public void couldNotLaunch(Member member, String why) {
            Generation generation = member.generation();
            notNeeded(member);
            member.over();
            if (generation == next && current != null) {
                discard(why);
            } else if (generation == next || generation == current) {
                cannot(why);
            } else {
                forgetIfEmpty(generation);
            }
            finishStopping();
            settle();
        }

        @Override
        public void notReadyInTime(Member member, String why) {
            if (member.generation() == next && current != null) {
                member.daemon().killedBecause(why);
                discard("daemon " + member.daemon().pid() + " was " + why);
            } else {
                member.kill(why);
            }
        }

        @Override
        public void rejected(Member member, DaemonReport.Rejected rejected) {
            if (member.generation() == next
                    && current != null
                    && current.wouldLose(rejected.application(), definition)) {
                discard(rejected.application() + " did not load: " + rejected.reason());
                return;
            }
            log.error(
                    "JSGID0341",
                    "daemon " + member.daemon().pid() + " could not load " + rejected.application()
                            + "; its requests are answered 500. The reason: " + rejected.reason());
        }

        @Override
        public void changed(Member member, ApplicationKey application) {
            Generation generation = member.generation();
            if ((generation != current && generation != next) || wish != Wish.RUN) {
                return;
            }
            if (!generation.isNewChange(member.daemon(), application)) {
                return;
            }
            String why = application.file() + " has changed";
            if (handOver.isPresent()) {
                // The monitor that gets the group loads the new file; two new generations would contend for the route.
                renewAgain = Optional.of(why);
                return;
            }
            renew(why);
            settle();
        }

        @Override
        public void drainsByItself() {
            fill();
        }

        @Override
        public void notNeeded(Member member) {
            members.remove(member.daemon());
            member.generation().remove(member.daemon());
        }

        @Override
        public void ended(Member member, ExitReason exit) {
            DaemonGroup.this.ended(member, exit);
        }

        @Override
        public boolean isHurried() {
            return hurry;
        }
    }
}
