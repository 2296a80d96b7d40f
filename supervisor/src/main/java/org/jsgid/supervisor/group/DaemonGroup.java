package org.jsgid.supervisor.group;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
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
 *       count. Who needs another one waits until one that drains is gone.
 *   <li>While {@code next} is on its way, no process of {@code current} is renewed: the generation is.
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

    /** Retry-After of a group whose JDK is not there. */
    private static final Duration NO_RUNTIME_RETRY = Duration.ofSeconds(30);

    /** A process that drains still accepts connections for half a second. */
    private static final Duration ACCEPTS_WHILE_DRAINING = Duration.ofSeconds(1);

    /** A monitor that could not look for so long was stopped itself: what it did not hear says nothing. */
    private static final Duration WAS_STOPPED = Duration.ofSeconds(5);

    /** How often a group that moves to another monitor looks whether that one has taken the route. */
    private static final Duration HAND_OVER_CHECK = Duration.ofMillis(100);

    /** Numbers of generations that may be taken by others, before something must be wrong. */
    private static final int MOST_TAKEN = 1000;

    /** What a command came to, for whoever gave it. */
    public record Outcome(String name, GroupState state, boolean done, String message) {}

    /** A renewal that was asked for: why, and what the processes that serve get for their requests then. */
    private record Asked(String why, Duration within) {}

    private enum Wish {
        RUN,
        STOP,
        REMOVE
    }

    private final GroupServices services;
    private final Notices log;
    private final Generations generations;
    private final Watchers watchers;
    private final GroupRoute route;
    private GroupDefinition definition;
    private Backoff backoff;
    private GroupState state = GroupState.STOPPED;
    private Wish wish = Wish.STOP;
    private boolean hurry;
    private String reason = "";
    private Optional<String> discarded = Optional.empty();
    private Optional<GroupDefinition> lastGood = Optional.empty();
    private Optional<GroupDefinition> lastBad = Optional.empty();
    private final Exits exits;
    private Optional<Asked> renewAgain = Optional.empty();
    private Duration formerWithin = Duration.ZERO;
    private boolean isWithoutJdk;
    private Optional<GroupDefinition> refused = Optional.empty();
    private boolean isTrying;
    private Duration lastTick = Duration.ZERO;
    private Optional<EventLoop.Timer> handOver = Optional.empty();
    private Set<ApplicationKey> handOn = Set.of();
    private Runnable whenGone = () -> {};
    private final ProcessRenewals renewals;
    private final Idleness idleness;
    private final Pause waiting;
    private final Adoption adoption;
    private final Staffing staffing;

    /**
     * A stopped group.
     *
     * @param lastGeneration number of the last generation that there was, by whichever monitor; the next is one higher
     */
    public DaemonGroup(GroupDefinition definition, int lastGeneration, GroupServices services) {
        this.definition = requireNonNull(definition);
        this.services = requireNonNull(services);
        this.log = services.log();
        this.exits = new Exits(services);
        this.watchers = new Watchers(definition.name());
        this.route = new GroupRoute(services.route(), services.servedElsewhere(), this::socketNames, log);
        this.generations = new Generations(lastGeneration, services.remember());
        this.backoff = new Backoff();
        this.renewals = new ProcessRenewals(services.loop());
        this.idleness = new Idleness(services.loop());
        this.waiting = new Pause(services.loop());
        Member.Owner reports = new Reports(this, generations, renewals, log);
        this.adoption = new Adoption(services, definition.name(), generations, reports);
        this.staffing = new Staffing(services, generations, renewals, reports);
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
        Generation newest = generations.next() != null ? generations.next() : generations.current();
        return newest == null ? definition : newest.definition();
    }

    /** What serves, or was last asked to. */
    public GroupDefinition servingDefinition() {
        return generations.current() == null
                ? newestDefinition()
                : generations.current().definition();
    }

    /** Its state. */
    public GroupState state() {
        return state;
    }

    /** Number of the generation that has the route, or of the last one when none has. */
    public int generation() {
        return generations.current() == null
                ? generations.lastNumber()
                : generations.current().number();
    }

    /** The highest number given to a generation. */
    public int lastGeneration() {
        return generations.lastNumber();
    }

    /** Why the state is what it is, and why the last new generation was discarded; may be empty. */
    public String reason() {
        List<String> reasons = new ArrayList<>();
        if (!reason.isEmpty()) {
            reasons.add(reason);
        }
        discarded.ifPresent(reasons::add);
        renewals.failure().ifPresent(reasons::add);
        if (mayStart()) {
            staffing.waitsForRoom().ifPresent(reasons::add);
        }
        if (state == GroupState.STALE) {
            reasons.add(
                    isWithoutJdk
                            ? "its JDK is gone (" + definition.jdk().home()
                                    + "): what runs serves on, nothing is started"
                            : "runs on a JDK that has been replaced on disk");
        } else if (state == GroupState.IDLE) {
            reasons.add("runs nothing until a request comes");
        }
        return String.join("; ", reasons);
    }

    /** What is odd about it, but keeps it from nothing that it does now: what its JVM warns about, what its JDK lacks. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(services.trials().notes(servingDefinition()));
        if (generations.current() != null && staffing.isHeld(generations.current())) {
            services.trials()
                    .refusal(servingDefinition())
                    .ifPresent(why -> notes.add("no process is started or renewed until its configuration or its JDK"
                            + " changes: " + why));
        }
        return notes;
    }

    /** In back-off: the time until the next start. */
    public Optional<Duration> retryAfter() {
        return state == GroupState.BACKOFF ? Optional.of(waiting.left()) : Optional.empty();
    }

    /** The event loop's time, which steps of starts are measured by. */
    public Duration now() {
        return services.loop().now();
    }

    /** The user that it runs as, when the monitor may choose. */
    public OptionalLong uid() {
        return definition.account().uid();
    }

    /** All processes, those of former generations first. */
    public List<DaemonProcess> processes() {
        return generations.processes();
    }

    /** The processes of the generation that has the route. */
    public List<DaemonProcess> currentProcesses() {
        return generations.current() == null ? List.of() : generations.current().daemons();
    }

    /** How the last process ended that was not told to. */
    public Optional<LastExit> lastExit() {
        return exits.last();
    }

    /** Whether it is to run; a group that somebody stopped stays stopped over restarts of the monitor. */
    public boolean isWanted() {
        return wish == Wish.RUN;
    }

    /** File names of the sockets that are its own. */
    public List<String> socketNames() {
        return generations.socketNames();
    }

    // ---- what it can be told

    /** Starts it, at once also when it is in back-off; an on-demand group then waits for its first request. */
    public void start() {
        wish = Wish.RUN;
        services.remember().run();
        if (generations.areNone()) {
            backoff.reset();
            startFirst(true, false);
        }
        settle();
    }

    /** The same, and an on-demand group does not wait for a request. */
    public void startNow() {
        services.trials().forgetRefusals();
        wish = Wish.RUN;
        services.remember().run();
        if (idleness.isOn()) {
            wake("asked for");
        } else if (generations.areNone()) {
            backoff.reset();
            startFirst(true, true);
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
        services.trials().forgetRefusals();
        if (wish != Wish.RUN || generations.current() == null) {
            waiting.cancel();
            if (generations.next() != null) {
                generations.abandon(generations.next());
                generations.next(null);
            }
            start();
            return;
        }
        discarded = Optional.empty();
        if (isWithoutJdk) {
            discarded = Optional.of("cannot be renewed without its JDK");
        } else {
            renew(new Asked(why, newestDefinition().timeouts().eviction()));
        }
        settle();
    }

    /** Ends its processes and starts others; requests wait in the new socket's queue. */
    public void restartNow(String why) {
        services.trials().forgetRefusals();
        wish = Wish.RUN;
        isTrying = true;
        // What runs is ended for nothing that cannot come in its place.
        services.trials().whenKnown(definition, () -> {
            isTrying = false;
            if (wish != Wish.RUN) {
                return;
            }
            Optional<String> refusal = services.trials().refusal(definition);
            if (refusal.isPresent()
                    && generations.current() != null
                    && generations.current().ready() > 0) {
                discarded = refusal.map(words -> "was not restarted: " + words);
                log.error("JSGID0348", refusal.get() + "; what runs serves on");
                settle();
            } else {
                restartTried(why);
            }
        });
    }

    private void restartTried(String why) {
        waiting.cancel();
        discarded = Optional.empty();
        renewAgain = Optional.empty();
        log.notice("JSGID0330", "restarts at once: " + why);
        Generation former = giveUpCurrent();
        Generation abandoned = generations.next();
        generations.next(null);
        backoff.reset();
        state = GroupTransitions.after(state, GroupEvent.LOST);
        startFirst(true, false);
        if (abandoned != null) {
            generations.abandon(abandoned);
        }
        if (former != null) {
            generations.leave(former, Duration.ZERO);
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
        if (generations.current() == null) {
            remove(graceful(definition), true, then);
            return;
        }
        reason = "moves to another runtime (" + to + "); serves until that is ready";
        log.notice("JSGID0326", reason);
        if (generations.next() != null) {
            // It is begun anew if the group stays after all.
            renewAgain = Optional.of(new Asked("a renewal was given up when the group was to move", formerWithin));
            generations.abandon(generations.next());
            generations.next(null);
        }
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
        if (generations.current() != null
                && !route.pointsTo(generations.current().socket().path())) {
            // The other monitor took the route a moment ago; it sees that it has lost it, as this one would have.
            point(generations.current());
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
        if (generations.current() != null) {
            renew(new Asked(
                    "its definition changed", graceful(generations.current().definition())));
        } else {
            waiting.cancel();
            if (generations.next() != null) {
                generations.abandon(generations.next());
                generations.next(null);
            }
            startFirst(true, false);
        }
        settle();
    }

    /** Tells who asked for something how it goes, and what it came to. */
    public void watch(Consumer<String> progress, Consumer<Outcome> end) {
        watchers.add(progress, end);
        settle();
    }

    /**
     * One process is to be replaced by another of the same generation: when that is ready, this one drains. One at a time;
     * what is asked for while another generation is on its way is done by that.
     *
     * @return whether that is news, and possible: it serves, or starts
     */
    public boolean renewProcess(DaemonProcess daemon, ProcessRenewal renewal) {
        Member member = generations.of(daemon);
        boolean drains = daemon.state() == DaemonState.DRAINING || daemon.state() == DaemonState.STOPPED;
        if (member == null
                || drains
                || generations.leaving().contains(member.generation())
                || !renewals.add(member, renewal)) {
            return false;
        }
        say("JSGID0380", "daemon " + daemon.pid() + " is to be renewed: " + renewal.why());
        fill();
        return true;
    }

    /** Ends one process at once, with what it does; another one is started as after a crash. */
    public void killProcess(DaemonProcess daemon, String why) {
        Member member = generations.of(daemon);
        if (member != null) {
            member.kill(why);
        }
    }

    /** The JDK that a process runs on has been replaced on disk; what follows is the group's policy. */
    public void markStale(DaemonProcess daemon) {
        if (generations.of(daemon) == null || daemon.isStale()) {
            return;
        }
        daemon.becomesStale();
        staleness();
        renewStale(daemon);
    }

    /** Its JDK is not there any more: what runs serves on, and nothing is started. */
    public void jdkGone() {
        if (isWithoutJdk) {
            return;
        }
        isWithoutJdk = true;
        log.warn(
                "JSGID0381",
                "its JDK is gone (" + definition.jdk().home() + "): what runs serves on, and nothing is"
                        + " started until it is installed again");
        staleness();
        stopWithoutJdk();
        settle();
    }

    /** Its JDK is there again. */
    public void jdkBack() {
        if (!isWithoutJdk) {
            return;
        }
        isWithoutJdk = false;
        log.notice("JSGID0386", "its JDK is there again: " + definition.jdk().home());
        backoff.reset();
        staleness();
        if (wish == Wish.RUN && generations.areNone()) {
            startFirst(true, false);
        }
        fill();
        renewIfAsked();
        settle();
    }

    /** Looks after silence, inactivity, and the route. Called every second. */
    public void tick() {
        claimRoute();
        Duration now = services.loop().now();
        boolean wasStopped = !lastTick.isZero() && now.minus(lastTick).compareTo(WAS_STOPPED) > 0;
        lastTick = now;
        for (Member member : generations.members()) {
            if (wasStopped) {
                member.daemon().excuseSilence(now);
            } else {
                member.watchSilence(now);
            }
            if (member.daemon().isStale()) {
                renewStale(member.daemon());
            }
        }
        tryRefusedAgain();
        endInactivity();
        // A stale process that drains does not serve any more.
        staleness();
        settle();
    }

    /** What the JVM refused may be possible now: its JDK, or what is known of it, is another. */
    private void tryRefusedAgain() {
        boolean isStillRefused = refused.flatMap(services.trials()::refusal).isPresent();
        if (wish != Wish.RUN || refused.isEmpty() || isStillRefused) {
            return;
        }
        GroupDefinition before = refused.get();
        refused = Optional.empty();
        discarded = Optional.empty();
        if (state == GroupState.FAILED && generations.areNone()) {
            startFirst(true, false);
        } else if (before.equals(definition) && !before.equals(newestDefinition())) {
            renew(new Asked("its JDK may take its options now", graceful(servingDefinition())));
        }
        fill();
    }

    /** Remembers a definition whose options the JVM does not take. */
    private void noteRefusal(GroupDefinition started) {
        refused = Optional.of(started)
                .filter(definitionTried ->
                        services.trials().refusal(definitionTried).isPresent());
    }

    private void renewStale(DaemonProcess daemon) {
        if (Inactivity.renewsStale(definition.renewStale(), daemon)) {
            renewProcess(daemon, ProcessRenewal.because("its JDK has been replaced on disk"));
        }
    }

    private void endInactivity() {
        Generation current = generations.current();
        boolean isAtRest = generations.next() == null && handOver.isEmpty() && !idleness.isOn();
        if (wish != Wish.RUN || current == null || !isAtRest) {
            return;
        }
        String time = Inactivity.limit(current.definition()).toSeconds() + " s";
        if (Inactivity.stops(current)) {
            say("JSGID0385", "had no request for " + time + ": stops until the next one comes");
            becomeIdle(ACCEPTS_WHILE_DRAINING);
            current.daemons().forEach(daemon -> generations.of(daemon).drain(graceful(current.definition())));
        }
        Inactivity.renewed(current)
                .forEach(daemon -> renewProcess(
                        daemon, ProcessRenewal.because("no request for " + time + " (JsgiInactivityTimeout)")));
    }

    /** Whoever is configured with a group and serves it has the route, whatever two monitors did at the same moment. */
    private void claimRoute() {
        if (wish == Wish.RUN
                && handOver.isEmpty()
                && generations.current() != null
                && (generations.current().ready() > 0 || idleness.isOn())
                && !route.pointsTo(generations.current().socket().path())) {
            log.warn(
                    "JSGID0344",
                    "its route pointed elsewhere; it points to generation "
                            + generations.current().number() + " again");
            point(generations.current());
        }
    }

    // ---- processes of a former monitor

    /**
     * Takes over the processes that a former monitor of this group left, before anything is started. What is at work goes
     * on; nothing is started until {@link #resume}.
     *
     * @param areWanted whether they may serve on; else they finish what they have
     */
    public void adopt(List<Adopted> processesLeft, boolean areWanted) {
        if (adoption.adopt(processesLeft, areWanted, route)) {
            point(generations.current());
        }
        if (!generations.areNone()) {
            state = GroupTransitions.after(state, GroupEvent.START);
        }
        if (generations.current() != null) {
            formerWithin = graceful(generations.current().definition());
            if (generations.current().ready() > 0) {
                serves();
            }
        }
    }

    /** Goes on after {@link #adopt}: starts what is missing. */
    public void resume() {
        if (generations.areNone()) {
            start();
            return;
        }
        wish = Wish.RUN;
        services.remember().run();
        if (generations.current() != null
                && generations.current().definition().onDemand()
                && generations.current().active() == 0) {
            becomeIdle(ACCEPTS_WHILE_DRAINING);
        }
        fill();
        settle();
    }

    /** Takes over a process whose keeper came when this group was at work again; what is too much finishes what it has. */
    public void adoptLate(Adopted one) {
        adoption.adoptLate(one, wish == Wish.RUN);
    }

    // ---- generations

    /**
     * Starts a group of which nothing serves.
     *
     * @param routeAtOnce whether requests wait for it; else they are refused until it is ready
     * @param isNeeded whether an on-demand group starts a process although nobody has asked for it
     */
    private void startFirst(boolean routeAtOnce, boolean isNeeded) {
        waiting.cancel();
        idleness.end();
        refused = Optional.empty();
        state = GroupTransitions.after(state, GroupEvent.START);
        if (isWithoutJdk) {
            withoutJdk();
            return;
        }
        if (routeAtOnce) {
            reason = "";
        }
        Optional<Generation> opened = open(definitionToStart());
        if (opened.isEmpty()) {
            return;
        }
        if (routeAtOnce && !route.isServedElsewhere()) {
            generations.current(opened.get());
            point(generations.current());
            if (generations.current().definition().onDemand() && !isNeeded) {
                becomeIdle(Duration.ZERO);
                return;
            }
        } else {
            generations.next(opened.get());
        }
        fill();
    }

    /** From now on no process is needed until somebody connects. */
    private void becomeIdle(Duration lookAfter) {
        state = GroupTransitions.after(state, GroupEvent.IDLE);
        reason = "";
        idleness.begin(generations.current().socket(), lookAfter, () -> wake("a request has come"));
    }

    private void wake(String why) {
        idleness.end();
        if (wish != Wish.RUN || generations.current() == null) {
            return;
        }
        say("JSGID0384", "is started: " + why);
        state = GroupTransitions.after(state, GroupEvent.START);
        fill();
        settle();
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
        for (int taken = 0; ; taken++) {
            int number = generations.newNumber();
            services.remember().run();
            try {
                ListeningSocket socket = services.sockets().bind(from.name(), number, from.listenBacklog());
                return Optional.of(new Generation(number, from, socket, handOn));
            } catch (FileAlreadyExistsException e) {
                // The number is another monitor's, of a group that moves, or was that of a dead one.
                if (taken == MOST_TAKEN) {
                    cannot("cannot bind a socket: there are files of too many other generations, the last one is "
                            + e.getMessage());
                    return Optional.empty();
                }
            } catch (IOException e) {
                cannot("cannot bind the socket of generation " + number + ": " + e.getMessage());
                return Optional.empty();
            }
        }
    }

    private void renew(Asked asked) {
        if (isWithoutJdk || handOver.isPresent()) {
            // A group that moves begins no generation: the monitor that gets it has what is new, and two would contend
            // for the route.
            renewAgain = Optional.of(asked);
            return;
        }
        if (idleness.isOn()) {
            renewIdle(asked);
            return;
        }
        if (generations.next() != null) {
            if (generations.next().definition().equals(definition)) {
                renewAgain = Optional.of(asked);
                return;
            }
            generations.abandon(generations.next());
            generations.next(null);
        }
        say("JSGID0321", "begins generation " + (generations.lastNumber() + 1) + ": " + asked.why());
        rememberApplications();
        Optional<Generation> opened = open(definition);
        if (opened.isPresent()) {
            generations.next(opened.get());
            formerWithin = asked.within();
            renewals.replacement()
                    .ifPresent(member -> member.terminate("another generation comes in place of all processes"));
            renewals.forgetReplacement();
            fill();
        }
    }

    void renewChanged(Generation generation, ApplicationKey application) {
        renew(new Asked(application.file() + " has changed", graceful(generation.definition())));
        settle();
    }

    /** Whether the monitor itself has to end. */
    boolean isHurried() {
        return hurry;
    }

    /** A group that runs nothing gets another socket, and starts what is configured at its next request. */
    private void renewIdle(Asked asked) {
        Generation former = giveUpCurrent();
        startFirst(true, false);
        generations.leave(former, asked.within());
    }

    /** Applications loaded on request go on to the next generation. */
    private void rememberApplications() {
        if (generations.current() != null) {
            handOn = generations.current().loadedOnRequest();
        }
    }

    /** Starts and ends what is to be, as far as the limit on processes allows. */
    void fill() {
        if (wish != Wish.RUN) {
            return;
        }
        if (generations.next() != null) {
            if (staffing.fillNext(!isWithoutJdk, formerWithin)) {
                promote();
                fill();
            }
        } else if (generations.current() != null) {
            staffing.drainReplaced().ifPresent(said -> say("JSGID0387", said));
            staffing.drainSurplus();
            if (mayStart()) {
                staffing.fillCurrent();
            }
        }
    }

    private boolean mayStart() {
        return wish == Wish.RUN && !isWithoutJdk && !idleness.isOn() && !waiting.isOn();
    }

    void becameReady(Member member) {
        Generation generation = member.generation();
        DaemonProcess daemon = member.daemon();
        if (daemon.state() != DaemonState.STARTING) {
            return;
        }
        daemon.on(DaemonEvent.READY);
        daemon.readyAt(services.loop().now());
        // Said first: another monitor may take the place from that moment on.
        say("JSGID0320", "generation " + generation.number() + ": daemon " + daemon.pid() + " is ready");
        member.startIsOver();
        if (generation == generations.current()) {
            serves();
        }
        fill();
        renewIfAsked();
        settle();
    }

    private void promote() {
        Generation former = generations.current();
        generations.current(generations.next());
        generations.next(null);
        discarded = Optional.empty();
        // The order is the point: first the way to the new generation, then the end of the old one.
        point(generations.current());
        idleness.end();
        renewals.retain(member -> member.generation() == generations.current());
        if (former != null) {
            say(
                    "JSGID0323",
                    "generation " + generations.current().number() + " serves; generation " + former.number()
                            + " drains");
            generations.leave(former, formerWithin);
        }
        serves();
    }

    /** A process of the generation that has the route is ready. */
    private void serves() {
        generations.current().on(GenerationEvent.READY);
        lastGood = Optional.of(generations.current().definition());
        state = GroupTransitions.after(state, GroupEvent.READY);
        reason = handOver.isPresent() ? reason : "";
        staleness();
    }

    private void staleness() {
        boolean isStale = isWithoutJdk
                || currentProcesses().stream()
                        .anyMatch(daemon -> daemon.isStale() && daemon.state() != DaemonState.DRAINING);
        state = GroupTransitions.after(state, isStale ? GroupEvent.STALE : GroupEvent.FRESH);
    }

    /** Nothing runs, and nothing can. */
    private void withoutJdk() {
        waiting.cancel();
        idleness.end();
        state = GroupTransitions.after(state, GroupEvent.NO_JDK);
        reason = "its JDK is gone (" + definition.jdk().home() + "); it starts when that is installed again";
        log.error("JSGID0388", reason);
        tellWatchers(reason);
        route.unavailable(GroupState.NO_RUNTIME, NO_RUNTIME_RETRY);
        if (generations.current() != null) {
            Generation former = giveUpCurrent();
            generations.leave(former, graceful(former.definition()));
        }
    }

    void stopWithoutJdk() {
        boolean nothingRuns = generations.next() == null
                && (generations.current() == null || generations.current().active() == 0);
        if (isWithoutJdk && wish == Wish.RUN && state != GroupState.NO_RUNTIME && nothingRuns) {
            withoutJdk();
        }
    }

    private void renewIfAsked() {
        boolean may = wish == Wish.RUN && !isWithoutJdk && handOver.isEmpty();
        if (may && generations.next() == null && generations.current() != null && renewAgain.isPresent()) {
            Asked asked = renewAgain.get();
            renewAgain = Optional.empty();
            renew(asked);
        }
    }

    /** No generation has the route from now on. */
    private Generation giveUpCurrent() {
        rememberApplications();
        idleness.end();
        renewals.retain(member -> false);
        Generation former = generations.current();
        generations.current(null);
        if (former != null) {
            // Its socket stays known as this group's own.
            generations.goes(former);
        }
        return former;
    }

    void discard(String why) {
        Generation generation = generations.next();
        generations.next(null);
        discarded = Optional.of("generation " + generation.number() + " was discarded: " + why);
        if (generations.current() == null) {
            generations.abandon(generation);
            crashed(Duration.ZERO, why);
        } else {
            if (!generation.definition().equals(generations.current().definition())) {
                lastBad = Optional.of(generation.definition());
            }
            noteRefusal(generation.definition());
            log.error(
                    "JSGID0324",
                    discarded.get() + "; generation " + generations.current().number() + " serves on");
            tellWatchers(discarded.get());
            generations.abandon(generation);
            fill();
            renewIfAsked();
        }
        stopWithoutJdk();
        settle();
    }

    void replacementFailed(String why) {
        noteRefusal(newestDefinition());
        Duration wait = renewals.failed(
                "a process that is due was not renewed, since the one in its place failed: " + why, this::fill);
        log.error(
                "JSGID0389",
                "the process in place of one that is due failed: " + why + "; that one serves on, the next try is in "
                        + wait.toSeconds() + " s");
        tellWatchers(why);
    }

    // ---- ends of processes

    void ended(Member member, ExitReason exit) {
        Generation generation = member.generation();
        DaemonProcess daemon = member.daemon();
        if (!generations.remove(member)) {
            return;
        }
        boolean wasDraining = daemon.state() == DaemonState.DRAINING;
        boolean wasReady = !daemon.served(services.loop().now()).isZero();
        ExitReason why = Exits.explained(daemon, exit, wasReady);
        // System.exit in an application looks like draining until the status shows that it is not.
        boolean hasDrained = wasDraining && daemon.whyKilled().isEmpty() && exit.isSuccess();
        boolean isCrash = !hasDrained && !member.wasAsked();
        Duration served = daemon.served(services.loop().now());
        boolean wasReplacement = renewals.replacement().filter(member::equals).isPresent();
        daemon.on(DaemonEvent.EXIT);
        member.over();
        if (renewals.remove(member).isPresent() && generation == generations.current() && !isCrash) {
            // What is being started in its place is one like the others.
            renewals.forgetReplacement();
        }
        if (member.wasAsked() && !wasReady) {
            log.notice(
                    "JSGID0349",
                    "daemon " + daemon.pid() + " of generation " + generation.number() + " " + why.sentence());
        } else {
            exits.report(daemon, generation, why, hasDrained);
        }
        String sentence = "daemon " + daemon.pid() + " " + why.sentence();
        if (generation == generations.next()) {
            if (exit.signal().isPresent() && daemon.whyKilled().isEmpty() && generation.mayTryAgain()) {
                log.warn("JSGID0390", sentence + "; generation " + generation.number() + " tries once more");
            } else {
                discard("its " + sentence);
            }
        } else if (wasReplacement && isCrash) {
            replacementFailed(sentence);
        } else if (generation == generations.current() && isCrash) {
            crashed(served, sentence);
        } else if (generation != generations.current()) {
            generations.forgetIfEmpty(generation);
        }
        fill();
        stopWithoutJdk();
        staleness();
        finishStopping();
        settle();
    }

    private void crashed(Duration served, String why) {
        Duration delay = backoff.crashed(served);
        if (generations.current() != null && generations.current().ready() == 0) {
            state = GroupTransitions.after(state, GroupEvent.LOST);
        }
        if (generations.next() != null || isWithoutJdk) {
            // A renewal is under way; it takes over, or what runs is filled up when it has failed.
            return;
        }
        if (renewals.replacement().isPresent()) {
            // What is being started in place of one that is due comes in place of this one.
            renewals.forgetReplacement();
            return;
        }
        if (!waiting.isOn() && delay.isZero()) {
            if (generations.current() == null) {
                startFirst(false, false);
            } else {
                fill();
            }
            return;
        }
        if (generations.current() != null && generations.current().live() > 0) {
            log.warn("JSGID0329", why + "; the next start is in " + delay.toSeconds() + " s");
            waiting.waitFor(delay, this::fill);
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
        if (generations.current() != null) {
            // Closed: those who wait in its queue fail fast, find the route unavailable, and are answered 503.
            generations.forgetIfEmpty(giveUpCurrent());
        }
        waiting.waitFor(delay, () -> startFirst(false, false));
    }

    void cannot(String why) {
        noteRefusal(newestDefinition());
        if (generations.current() != null && generations.current().ready() > 0) {
            discarded = Optional.of(why);
            log.error("JSGID0348", why + "; what runs serves on");
            return;
        }
        log.error("JSGID0334", "cannot be started: " + why);
        discarded = Optional.empty();
        state = GroupTransitions.after(state, GroupEvent.CANNOT);
        reason = why;
        waiting.cancel();
        route.unavailable(GroupState.FAILED, FAILED_RETRY);
        if (generations.next() != null) {
            generations.abandon(generations.next());
            generations.next(null);
        }
        if (generations.current() != null) {
            generations.abandon(giveUpCurrent());
        }
    }

    // ---- stopping

    private void drainAll(Duration within) {
        waiting.cancel();
        renewAgain = Optional.empty();
        state = GroupTransitions.after(state, GroupEvent.DRAIN);
        if (generations.next() != null) {
            generations.abandon(generations.next());
            generations.next(null);
        }
        if (generations.current() != null) {
            generations.leave(giveUpCurrent(), within);
        }
        // Those that drained before get no more time than the rest.
        generations.leaveWithin(within);
        finishStopping();
    }

    void finishStopping() {
        if (wish == Wish.RUN || generations.live() > 0) {
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
        if (generations.current() == null
                || !route.pointsTo(generations.current().socket().path())) {
            remove(graceful(definition), true, then);
            return;
        }
        handOver = Optional.of(services.loop().after(HAND_OVER_CHECK, () -> checkHandOver(then)));
    }

    /** The time that draining daemons get; none: they end what can be ended at once. */
    private static Duration graceful(GroupDefinition of) {
        return of.timeouts().graceful();
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

    void settle() {
        boolean mayRenewAgain = renewAgain.isPresent() && !isWithoutJdk;
        boolean settled = !isTrying
                && generations.next() == null
                && !mayRenewAgain
                && state != GroupState.STARTING
                && state != GroupState.DRAINING;
        if (!settled || watchers.isEmpty()) {
            return;
        }
        boolean serves = state == GroupState.READY || state == GroupState.STALE || state == GroupState.IDLE;
        boolean asWanted = wish == Wish.RUN ? serves : state == GroupState.STOPPED;
        Outcome outcome = new Outcome(name(), state, asWanted && discarded.isEmpty(), reason());
        watchers.end(outcome);
    }
}
