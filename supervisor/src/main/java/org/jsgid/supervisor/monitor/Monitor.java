package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jsgid.supervisor.archive.Archives;
import org.jsgid.supervisor.control.ControlledMonitor;
import org.jsgid.supervisor.group.Adopted;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.group.GroupDiff;
import org.jsgid.supervisor.group.GroupServices;
import org.jsgid.supervisor.group.Route;
import org.jsgid.supervisor.group.UnixListeningSocket;
import org.jsgid.supervisor.log.LogSetup;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.LaunchPlans;
import org.jsgid.supervisor.process.Strays;
import org.jsgid.supervisor.process.TemporaryFolders;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Owns the groups of one profile, and applies new configurations to them. Used on the event loop only. */
public final class Monitor implements ControlledMonitor {

    private static final Duration TICK = Duration.ofSeconds(1);

    /** What groups still do after the time given for stopping is over, before the monitor ends regardless. */
    private static final Duration AFTER_STOP = Duration.ofMillis(2500);

    private static final int PROBE_MILLIS = 200;

    private final RunFolder folder;
    private final EventLoop loop;
    private final RememberingLauncher launcher;
    private final Sweeper sweeper;
    private final LaunchContext context;
    private final boolean isRoot;
    private final ServerLog log;
    private final Upkeep upkeep;
    private final Map<String, DaemonGroup> groups = new TreeMap<>();
    private final List<DaemonGroup> leaving = new ArrayList<>();
    private final Instant startedAt = Clock.systemUTC().instant();
    private final MonitorState former;
    private final Runnable exit;
    private final Adoption adoption;
    private Runnable whenBegun = () -> {};
    private MonitorConfig config;
    private boolean begun;
    private boolean stopping;
    private boolean ended;

    /**
     * A monitor without groups.
     *
     * @param context is told of each configuration
     * @param plans what daemons are started with
     * @param isRoot whether it may choose users and owners
     * @param exit called when it has nothing more to do
     */
    Monitor(
            RunFolder folder,
            EventLoop loop,
            DaemonLauncher launcher,
            LaunchContext context,
            LaunchPlans plans,
            boolean isRoot,
            ServerLog log,
            Runnable exit) {
        this.folder = folder;
        this.loop = loop;
        this.sweeper = new Sweeper(
                loop, sweeperThread(), new Strays(folder.temporary()), new TemporaryFolders(folder.temporary()), log);
        this.launcher = new RememberingLauncher(launcher, this::remember, sweeper::removeFoldersOfDead);
        context.whenKeeperLost(sweeper::killStrays);
        this.context = context;
        this.isRoot = isRoot;
        this.log = log;
        this.exit = exit;
        this.upkeep = new Upkeep(folder, loop, plans, isRoot, log);
        this.former = MonitorState.read(folder.stateFile());
        this.adoption = new Adoption(former.daemons(), loop, this::adoptAll);
    }

    private static Executor sweeperThread() {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(null, task, "sweeper", 512 * 1024L);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes over what a former monitor left, starts the other groups of the first configuration, and looks after all of
     * them from then on.
     *
     * @param then called when all groups are there
     */
    void begin(MonitorConfig first, Runnable then) {
        whenBegun = then;
        config = first;
        context.configured(first);
        adoption.begin();
    }

    /** A keeper has come that a former monitor started. */
    void keeperCame(DaemonLauncher.Kept kept) {
        if (adoption.isOver()) {
            adopted(kept).ifPresent(this::adoptLate);
        } else {
            adoption.came(kept);
        }
    }

    private Optional<Adopted> adopted(DaemonLauncher.Kept kept) {
        try {
            Memo memo = MonitorConfigReader.memo(kept.memo());
            Optional<GroupDefinition> same = configured(memo.definition().name())
                    .filter(definition -> Memo.digestOf(definition).equals(memo.digest()));
            return Optional.of(new Adopted(
                    memo.instance(),
                    memo.generation(),
                    memo.number(),
                    same.orElse(memo.definition()),
                    Set.copyOf(memo.handedOn()),
                    memo.startedAt(),
                    stateOf(kept.keeperPid()),
                    memo.jdkBuild(),
                    launcher.watched(kept)));
        } catch (ConfigProblemsException e) {
            log.error(
                    "JSGID0358",
                    "ends daemon " + kept.pid() + " of a former monitor, which was of another version of jsgid: "
                            + e.getMessage());
            ProcessHandle.of(kept.keeperPid()).ifPresent(ProcessHandle::destroyForcibly);
            return Optional.empty();
        }
    }

    private DaemonState stateOf(long keeper) {
        String word =
                former.daemonOfKeeper(keeper).map(MonitorState.Daemon::state).orElse(DaemonState.STARTING.word());
        return Arrays.stream(DaemonState.values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElse(DaemonState.STARTING);
    }

    private Optional<GroupDefinition> configured(String name) {
        return config.groups().stream()
                .filter(definition -> definition.name().equals(name))
                .findFirst();
    }

    /** All keepers have come that will. */
    private void adoptAll() {
        upkeep.configured(config);
        Map<String, List<Adopted>> byGroup = new TreeMap<>();
        for (DaemonLauncher.Kept kept : adoption.come()) {
            adopted(kept).ifPresent(one -> {
                if (isOfThisApache(one)) {
                    byGroup.computeIfAbsent(one.definition().name(), name -> new ArrayList<>())
                            .add(one);
                } else {
                    endOfFormerApache(one);
                }
            });
        }
        byGroup.forEach(this::adopt);
        if (!adoption.come().isEmpty()) {
            log.notice(
                    "JSGID0359",
                    "goes on with " + adoption.come().size() + " daemons of the monitor before it; "
                            + adoption.missing().size() + " have not come");
        }
        begun = true;
        if (stopping) {
            return;
        }
        apply(config);
        removeLeftovers();
        tick();
        whenBegun.run();
    }

    private boolean isOfThisApache(Adopted one) {
        return one.instance().equals(config.instance());
    }

    private void adopt(String name, List<Adopted> come) {
        // In the order in which they were started, not that in which their keepers came: status shows it.
        List<Adopted> left =
                come.stream().sorted(Comparator.comparing(Adopted::startedAt)).toList();
        Adopted newest =
                left.stream().max(Comparator.comparingInt(Adopted::generation)).orElseThrow();
        Optional<GroupDefinition> configured = configured(name);
        DaemonGroup group = newGroup(configured.orElse(newest.definition()));
        groups.put(name, group);
        if (stopping) {
            group.adopt(left, false);
        } else if (configured.isPresent() && isStopped(name)) {
            group.adopt(left, false);
            group.remainStopped();
        } else {
            group.adopt(left, true);
            if (configured.isPresent()) {
                group.resume();
            }
        }
    }

    private void adoptLate(Adopted one) {
        String name = one.definition().name();
        if (stopping || ended) {
            Adopted.end(one);
        } else if (!isOfThisApache(one)) {
            endOfFormerApache(one);
        } else {
            Optional<DaemonGroup> group = allGroups().stream()
                    .filter(known -> known.name().equals(name))
                    .reduce((first, second) -> second);
            if (group.isPresent()) {
                group.get().adoptLate(one);
            } else {
                DaemonGroup gone = newGroup(one.definition());
                gone.adopt(List.of(one), false);
                leave(gone);
            }
            remember();
        }
    }

    /** Its Apache is gone, and it has been told to end; it may not hang. */
    private void endOfFormerApache(Adopted one) {
        DaemonLauncher.Handle handle = Adopted.attach(one);
        handle.terminate();
        loop.after(one.definition().timeouts().shutdown().plusSeconds(1), handle::kill);
    }

    /** Reads the configuration again; an unusable one changes nothing. */
    void reload() {
        if (stopping) {
            return;
        }
        try {
            MonitorConfig read = MonitorConfigReader.read(folder.config());
            // A rotated log is followed by opening it anew.
            LogSetup.logTo(read.errorLog());
            if (begun) {
                apply(read);
            } else {
                // Applied as soon as it is known what there is.
                config = read;
                context.configured(read);
            }
        } catch (ConfigProblemsException e) {
            log.error(
                    "JSGID0303",
                    "keeps what runs: " + folder.config() + " is unusable: " + e.getMessage()
                            + ". Module and monitor may be of different versions: restart Apache");
        } catch (IOException e) {
            log.error("JSGID0346", "keeps what runs: cannot read " + folder.config() + ": " + e);
        }
    }

    /** Drains everything for at most that long, then ends. */
    void stop(Duration within) {
        if (stopping || ended) {
            return;
        }
        stopping = true;
        log.notice("JSGID0302", "stops; daemons have " + within.toSeconds() + " s to finish their requests");
        adoption.finish();
        for (DaemonGroup group : allGroups()) {
            leaving.remove(group);
            leaving.add(group);
            group.end(within, () -> gone(group));
        }
        groups.clear();
        loop.after(within.plus(AFTER_STOP), () -> end("not all daemons ended in time; they end by themselves"));
        endIfEmpty();
    }

    @Override
    public Collection<DaemonGroup> allGroups() {
        List<DaemonGroup> all = new ArrayList<>(leaving);
        all.addAll(groups.values());
        return all;
    }

    @Override
    public Optional<DaemonGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    @Override
    public Collection<DaemonGroup> groups() {
        return groups.values();
    }

    @Override
    public GroupDefinition.Jdk jdk() {
        return config.jdk();
    }

    @Override
    public Optional<Path> errorLog() {
        return config.errorLog();
    }

    @Override
    public Instant startedAt() {
        return startedAt;
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    private void apply(MonitorConfig changed) {
        config = changed;
        context.configured(changed);
        upkeep.configured(changed);
        upkeep.trials().forgetRefusals();
        Map<String, GroupDefinition> running = new LinkedHashMap<>();
        groups.forEach((name, group) -> running.put(name, group.newestDefinition()));
        GroupDiff diff = GroupDiff.between(running, changed.groups());
        for (String name : diff.remove()) {
            leave(groups.remove(name));
        }
        // Also a group that is kept hears of it: its configured definition may be back at what runs.
        diff.keep().forEach(definition -> groups.get(definition.name()).redefine(definition));
        for (GroupDefinition definition : diff.renew()) {
            groups.get(definition.name()).redefine(definition);
        }
        // Whoever asks first starts first while there are free places: those that load applications ask before others.
        List<GroupDefinition> added = new ArrayList<>(diff.add());
        added.sort(Comparator.comparing(definition -> definition.applications().isEmpty()));
        added.forEach(this::add);
        log.notice(
                "JSGID0301",
                "configuration read: " + diff.keep().size() + " groups kept, "
                        + diff.renew().size() + " renewed, " + diff.add().size() + " new, "
                        + diff.remove().size() + " removed");
        remember();
        endIfEmpty();
    }

    private void add(GroupDefinition definition) {
        String name = definition.name();
        Optional<DaemonGroup> back = leaving.stream()
                .filter(group -> group.name().equals(name) && group.takeBack())
                .findFirst();
        if (back.isPresent()) {
            leaving.remove(back.get());
            groups.put(name, back.get());
            back.get().redefine(definition);
            return;
        }
        DaemonGroup group = newGroup(definition);
        groups.put(name, group);
        if (isStopped(name)) {
            ServerLog.about("group " + name)
                    .notice("JSGID0304", "stays stopped, as before; jsgid-ctl start " + name + " starts it");
            group.remainStopped();
        } else {
            group.start();
        }
    }

    private boolean isStopped(String name) {
        return former.instance().equals(config.instance()) && former.stopped().contains(name);
    }

    private DaemonGroup newGroup(GroupDefinition definition) {
        String name = definition.name();
        int last = Math.max(folder.highestGeneration(name), former.generations().getOrDefault(name, 0));
        for (DaemonGroup group : leaving) {
            if (group.name().equals(name)) {
                last = Math.max(last, group.lastGeneration());
            }
        }
        DaemonGroup group = new DaemonGroup(
                definition,
                last,
                new GroupServices(
                        loop,
                        launcher,
                        UnixListeningSocket.in(
                                folder.sockets(), isRoot ? OptionalInt.of(config.apacheUid()) : OptionalInt.empty()),
                        new Route(folder.routes(), name),
                        upkeep.places().starts(),
                        upkeep.crashFiles(),
                        upkeep.trials(),
                        upkeep::jdkBuild,
                        Clock.systemUTC(),
                        ServerLog.about("group " + name),
                        this::isServedElsewhere,
                        this::remember));
        upkeep.isNew(group);
        return group;
    }

    private void leave(DaemonGroup group) {
        leaving.add(group);
        Optional<String> other = folder.otherMonitorOf(group.name());
        if (other.isPresent()) {
            group.handOver(other.get(), () -> gone(group));
        } else {
            group.remove(group.definition().timeouts().graceful(), false, () -> gone(group));
        }
    }

    private void gone(DaemonGroup group) {
        leaving.remove(group);
        if (!stopping) {
            removeArchivesUnlessServed(group);
            removeFolderUnlessServed(group.name());
        }
        remember();
        endIfEmpty();
    }

    private void endIfEmpty() {
        if (begun && groups.isEmpty() && leaving.isEmpty()) {
            end(stopping ? "everything has ended" : "has no groups any more");
        }
    }

    private void end(String why) {
        if (ended) {
            return;
        }
        ended = true;
        // Nobody would wait for them: they are no part of any group.
        adoption.missing()
                .forEach(daemon -> ProcessHandle.of(daemon.keeper()).ifPresent(ProcessHandle::destroyForcibly));
        log.notice("JSGID0311", "ends: " + why);
        exit.run();
    }

    /** A socket that no monitor of this profile made and behind which somebody listens. */
    private boolean isServedElsewhere(String socketName) {
        if (former.sockets().contains(socketName)) {
            return false;
        }
        for (DaemonGroup group : allGroups()) {
            if (group.socketNames().contains(socketName)) {
                return false;
            }
        }
        try (AFUNIXSocket probe = AFUNIXSocket.newInstance()) {
            probe.connect(AFUNIXSocketAddress.of(folder.sockets().resolve(socketName)), PROBE_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            // Its queue is full, so there is one.
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a monitor of this profile left when it died, and what belonged to processes that have not come from there. */
    private void removeLeftovers() {
        Set<String> own = new HashSet<>();
        allGroups().forEach(group -> own.addAll(group.socketNames()));
        for (String name : former.sockets()) {
            if (!own.contains(name) && name.indexOf('/') < 0) {
                removeSocket(folder.sockets().resolve(name));
            }
        }
        for (String name : former.generations().keySet()) {
            removeRouteOfFormerGroup(name);
            removeFolderUnlessServed(name);
            // Bound by a monitor that was killed before it could write that down.
            folder.socketsOf(name).stream()
                    .filter(socket -> !own.contains(String.valueOf(socket.getFileName())))
                    .filter(socket -> !isServedElsewhere(String.valueOf(socket.getFileName())))
                    .forEach(this::removeSocket);
        }
        former.daemons().stream()
                .filter(daemon -> !daemon.isKept())
                .map(MonitorState.Daemon::group)
                .distinct()
                .forEach(group -> {
                    sweeper.killStrays(group);
                    sweeper.removeFoldersOfDead(group);
                });
    }

    private void removeSocket(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            log.warn("JSGID0313", "cannot remove the socket " + socket + " of a former monitor: " + e);
        }
    }

    private boolean isServed(String group) {
        return allGroups().stream().anyMatch(known -> known.name().equals(group))
                || folder.otherMonitorOf(group).isPresent();
    }

    /** Another monitor's archives of a group are kept in the same folder. */
    private void removeArchivesUnlessServed(DaemonGroup group) {
        if (!isServed(group.name())) {
            context.archiveFolder()
                    .map(all -> Archives.seen(group.definition(), all))
                    .ifPresent(all -> sweeper.removeArchives(all, group.name()));
        }
    }

    private void removeFolderUnlessServed(String group) {
        if (!isServed(group)) {
            sweeper.removeFolder(group);
        }
    }

    /** A group that was removed from the configuration while no monitor ran leaves a route to nowhere. */
    private void removeRouteOfFormerGroup(String name) {
        Route route = new Route(folder.routes(), name);
        boolean isOurs = route.socketName().filter(former.sockets()::contains).isPresent();
        if (isOurs && !groups.containsKey(name)) {
            try {
                route.remove();
            } catch (IOException e) {
                log.warn("JSGID0347", "cannot remove the route of the former group " + name + ": " + e);
            }
        }
    }

    private void tick() {
        allGroups().forEach(DaemonGroup::tick);
        upkeep.tick(allGroups());
        loop.after(TICK, this::tick);
    }

    private void remember() {
        Set<String> stopped = new TreeSet<>();
        Map<String, Integer> generations = new TreeMap<>();
        Set<String> sockets = new TreeSet<>();
        List<MonitorState.Daemon> daemons = new ArrayList<>();
        if (stopping || !begun) {
            // Groups that end with the monitor are wanted again with the next, and what a former one left may still be
            // lost.
            return;
        }
        for (DaemonGroup group : groups.values()) {
            if (!group.isWanted()) {
                stopped.add(group.name());
            }
        }
        for (DaemonGroup group : allGroups()) {
            generations.merge(group.name(), group.lastGeneration(), Math::max);
            sockets.addAll(group.socketNames());
            group.processes().forEach(daemon -> living(group, daemon).ifPresent(daemons::add));
        }
        try {
            new MonitorState(config.instance(), stopped, generations, sockets, daemons).write(folder.stateFile());
        } catch (IOException e) {
            log.warn(
                    "JSGID0314",
                    "cannot write " + folder.stateFile() + " (" + e
                            + "); after a crash of this monitor, stopped groups would start and daemons be started twice");
        }
    }

    private static Optional<MonitorState.Daemon> living(DaemonGroup group, DaemonProcess daemon) {
        long keeper = daemon.handle().map(DaemonLauncher.Handle::keeperPid).orElse(0L);
        OptionalLong start = keeper == 0 ? OptionalLong.empty() : ProcessStart.of(keeper);
        return start.isEmpty()
                ? Optional.empty()
                : Optional.of(new MonitorState.Daemon(
                        group.name(),
                        daemon.generation(),
                        keeper,
                        daemon.pid(),
                        start.getAsLong(),
                        daemon.state().word()));
    }
}
