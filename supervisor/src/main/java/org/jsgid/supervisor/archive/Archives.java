package org.jsgid.supervisor.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.ArchiveUse;
import org.jsgid.plugin.spi.Jdk;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.supervisor.diagnostics.AttachProgram;
import org.jsgid.supervisor.diagnostics.JvmTarget;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.ArchiveStatus;
import org.jsgid.supervisor.process.DaemonArchives;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.ExitReason;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.LaunchPlans;

/**
 * The archives of a monitor's groups. A start without one that fits records; a while after such a daemon is ready, an
 * archive is made of it, and the next one starts from that. Nothing here delays a start, an exit or a renewal, and nothing
 * that goes wrong here keeps a group from starting: it starts without.
 */
public final class Archives implements DaemonArchives {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** What went wrong is remembered for so many keys. */
    private static final int MOST_FAILURES = 500;

    private final Path jsgidHome;
    private final LaunchPlans plans;
    private final EventLoop loop;
    private final Path temporary;
    private final ArchiveMaker maker;
    private final boolean isRoot;
    private final Notices log;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(null, task, "archives", 512 * 1024L);
        made.setDaemon(true);
        return made;
    });
    private final Map<String, String> failures = new LinkedHashMap<>();
    private volatile Optional<Path> folder = Optional.empty();
    private Duration after = Duration.ZERO;

    /**
     * Archives of daemons that are started as those plans say.
     *
     * @param temporary {@code RUN/tmp}
     * @param monitors the folder of locks that all monitors of a server share
     */
    public Archives(
            Path jsgidHome,
            LaunchPlans plans,
            EventLoop loop,
            Path temporary,
            Path monitors,
            boolean isRoot,
            Notices log) {
        this.jsgidHome = jsgidHome;
        this.plans = plans;
        this.loop = loop;
        this.temporary = temporary;
        this.maker = new ArchiveMaker(new AttachProgram(jsgidHome), monitors.resolve("archive.lock"), isRoot);
        this.isRoot = isRoot;
        this.log = log;
    }

    /**
     * Uses that folder from now on, and makes it when it is not there.
     *
     * @param cache {@code JsgiCacheDir}
     * @param served how long a daemon has served when its archive is made; zero: there are no archives
     */
    public void configured(Optional<Path> cache, Duration served) {
        after = served;
        Optional<Path> wanted = served.isZero() ? Optional.empty() : cache.map(path -> path.resolve("archives"));
        if (wanted.equals(folder)) {
            return;
        }
        folder = Optional.empty();
        if (wanted.isPresent()) {
            try {
                have(wanted.get().getParent(), "rwxr-xr-x");
                have(wanted.get(), "rwx--x--x");
                folder = wanted;
            } catch (IOException e) {
                log.warn(
                        "JSGID0396",
                        "daemons start without archives of their classes, since " + e.getMessage()
                                + "; see to that, or name another folder with JsgiCacheDir");
            }
        }
    }

    /** The folder of all archives, when there is one. */
    public Optional<Path> folder() {
        return folder;
    }

    /** A path of a group's daemons, for this process: they may have a root folder of their own. */
    public static Path seen(GroupDefinition group, Path inside) {
        return ArchiveInputs.seen(group, inside);
    }

    /** Whoever could replace a folder could replace what is in it; the folders above are the module's to look at. */
    private void have(Path path, String mode) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, permissions);
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is no folder");
        }
        long owner = ((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)) & 0xFFFF_FFFFL;
        Set<PosixFilePermission> given = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        boolean othersWrite =
                given.contains(PosixFilePermission.GROUP_WRITE) || given.contains(PosixFilePermission.OTHERS_WRITE);
        if ((isRoot && owner != 0) || othersWrite) {
            throw new IOException(
                    path + " belongs to user id " + owner + (othersWrite ? ", and others may write to it" : ""));
        }
    }

    /** Ends what runs. */
    public void close() {
        maker.close();
        thread.shutdownNow();
    }

    @Override
    public Start start(DaemonLauncher.Order order, DaemonLauncher.Listener listener) {
        return new Watched(order, listener);
    }

    private synchronized Optional<String> failure(String base) {
        return Optional.ofNullable(failures.get(base));
    }

    private synchronized void remember(String base, String reason) {
        failures.put(base, reason);
        if (failures.size() > MOST_FAILURES) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    /** One start and its process. */
    private final class Watched implements Start {
        private final DaemonLauncher.Order order;
        private final DaemonLauncher.Listener listener;
        private final Optional<Path> inside;
        private DaemonLauncher.Handle handle;
        private Chosen chosen;
        private boolean hasStarted;
        private boolean hasSpoken;
        private boolean isOver;
        private Duration readySince = Duration.ZERO;
        private Duration quietSince = Duration.ZERO;
        private long requests;

        Watched(DaemonLauncher.Order order, DaemonLauncher.Listener listener) {
            this.order = order;
            this.listener = listener;
            this.inside = folder.map(all -> all.resolve(order.definition().name()));
        }

        @Override
        public Optional<Path> folder() {
            return inside;
        }

        @Override
        public void launched(DaemonLauncher.Handle started) {
            handle = started;
        }

        @Override
        public ArchiveUse use(LaunchRequest request) {
            Chosen made = choose(request);
            loop.execute(() -> {
                chosen = made;
                listener.archive(made.status());
            });
            return made.use();
        }

        private Chosen choose(LaunchRequest request) {
            GroupDefinition group = order.definition();
            if (inside.isEmpty()) {
                return Chosen.none("there is no folder for it, or JsgiArchiveAfter is 0");
            }
            try {
                ArchiveKind kind = plans.plugin(request.feature())
                        .map(plugin -> plugin.abilities(request.feature()).archive())
                        .orElse(ArchiveKind.NONE);
                LaunchPlan plan = plans.plan(request.with(ArchiveUse.none()));
                ArchiveKey key = ArchiveInputs.key(kind, order, plan, jsgidHome);
                String base = group.jdk().profile() + "-" + key.digest();
                Path own = inside.get();
                ArchiveFolder files = new ArchiveFolder(ArchiveInputs.seen(group, own));
                ArchivePolicy.Decision decision = ArchivePolicy.decide(new ArchivePolicy.Known(
                        kind,
                        request.jdk().vm() == Jdk.Vm.HOTSPOT,
                        plan.options(),
                        order.number(),
                        files.has(ArchiveFolder.archive(base)),
                        failure(base)));
                if (decision.mode() == ArchiveUse.Mode.RECORD) {
                    files.remove(ArchiveFolder.recording(base));
                }
                return new Chosen(kind, plan, key, base, own, files, decision);
            } catch (IOException | DaemonLauncher.CannotLaunchException | RuntimeException e) {
                return Chosen.none("what it would be made of cannot be looked at: " + e.getMessage());
            }
        }

        @Override
        public void started() {
            hasStarted = true;
            listener.started();
        }

        @Override
        public void reported(DaemonReport report) {
            if (report instanceof DaemonReport.Hello) {
                hasSpoken = true;
                lookWhetherUsed();
            } else if (report instanceof DaemonReport.Ready) {
                becameReady();
            } else if (report instanceof DaemonReport.Counters counters) {
                boolean isBusy = counters.active() > 0 || counters.waiting() > 0 || counters.requests() != requests;
                requests = counters.requests();
                quietSince = isBusy || quietSince.isZero() ? loop.now() : quietSince;
            } else if (report instanceof DaemonReport.Draining) {
                isOver = true;
            }
            listener.reported(report);
        }

        private void becameReady() {
            if (readySince.isZero() && chosen != null && chosen.decision().mode() == ArchiveUse.Mode.RECORD) {
                readySince = loop.now();
                quietSince = readySince;
                loop.after(after, this::makeWhenItIsTime);
            }
        }

        private void makeWhenItIsTime() {
            if (isOver || after.isZero()) {
                return;
            }
            Duration now = loop.now();
            if (ArchivePolicy.isTime(now.minus(readySince), after, now.minus(quietSince))) {
                thread.execute(this::make);
            } else {
                loop.after(BETWEEN_LOOKS, this::makeWhenItIsTime);
            }
        }

        private void make() {
            GroupDefinition group = order.definition();
            long begin = System.nanoTime();
            try {
                ArchiveMaker.Outcome outcome = maker.make(new ArchiveMaker.Job(
                        chosen.kind(),
                        group,
                        JvmTarget.daemon(handle.pid(), group, temporary),
                        chosen.plan(),
                        chosen.inside(),
                        chosen.files(),
                        chosen.base(),
                        chosen.key()));
                long millis = (System.nanoTime() - begin) / 1_000_000;
                loop.execute(() -> made(outcome, millis));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                loop.execute(() -> made(new ArchiveMaker.Outcome(false, true, e.toString()), 0));
            }
        }

        private void made(ArchiveMaker.Outcome outcome, long millis) {
            Notices ofGroup = ServerLog.about("group " + order.definition().name());
            if (outcome.isMade()) {
                ofGroup.notice(
                        "JSGID0393",
                        "an archive of the classes of daemon " + handle.pid() + " was made in " + millis
                                + " ms; the next ones start from it");
                listener.archive(
                        chosen.status().becomes(ArchiveStatus.State.NONE, "one was made of it, for the next start"));
            } else if (outcome.isOver() && !isOver) {
                remember(chosen.base(), "it could not be made: " + outcome.reason());
                ofGroup.warn(
                        "JSGID0394",
                        "no archive of the classes of daemon " + handle.pid() + " could be made, so that the next ones"
                                + " start without: " + outcome.reason()
                                + ". It is tried again when the JDK, the options or the applications change, or jsgid is"
                                + " restarted");
                listener.archive(chosen.status().becomes(ArchiveStatus.State.NONE, outcome.reason()));
                removeAll();
            }
        }

        /** A JVM that did not take its archive has not mapped it. */
        private void lookWhetherUsed() {
            if (chosen == null || chosen.decision().mode() != ArchiveUse.Mode.USE) {
                return;
            }
            long pid = handle.pid();
            thread.execute(() -> {
                if (!Mappings.has(pid, ArchiveFolder.archive(chosen.base()))) {
                    loop.execute(this::refused);
                }
            });
        }

        private void refused() {
            if (isOver) {
                return;
            }
            ServerLog.about("group " + order.definition().name())
                    .notice(
                            "JSGID0333",
                            "daemon " + handle.pid()
                                    + " did not take the archive of its classes, which is damaged or does"
                                    + " not fit; the next start makes another");
            listener.archive(chosen.status().becomes(ArchiveStatus.State.REFUSED, "damaged, or it does not fit"));
            removeAll();
        }

        private void removeAll() {
            thread.execute(() -> {
                try {
                    chosen.files().removeAll(chosen.base());
                } catch (IOException e) {
                    loop.execute(() -> log.notice("JSGID0343", "cannot remove an archive: " + e));
                }
            });
        }

        @Override
        public void connectionLost(String reason) {
            listener.connectionLost(reason);
        }

        @Override
        public void exited(ExitReason reason) {
            boolean wasReady = !readySince.isZero();
            isOver = true;
            if (chosen != null
                    && chosen.decision().mode() != ArchiveUse.Mode.NONE
                    && ArchivePolicy.isSuspect(hasSpoken, wasReady, reason.signal(), hasStarted)) {
                remember(chosen.base(), "a start with it failed: " + reason.sentence());
                ServerLog.about("group " + order.definition().name())
                        .warn(
                                "JSGID0395",
                                "the next start does without the archive of classes, which is thrown away, since daemon "
                                        + handle.pid() + " did not come up with it: " + reason.sentence());
                removeAll();
            }
            listener.exited(reason);
        }
    }

    /** What a start does with an archive, and what is needed to make one. */
    private record Chosen(
            ArchiveKind kind,
            LaunchPlan plan,
            ArchiveKey key,
            String base,
            Path inside,
            ArchiveFolder files,
            ArchivePolicy.Decision decision) {

        static Chosen none(String why) {
            return new Chosen(
                    ArchiveKind.NONE,
                    null,
                    new ArchiveKey(List.of()),
                    "",
                    Path.of("/"),
                    new ArchiveFolder(Path.of("/")),
                    new ArchivePolicy.Decision(ArchiveUse.Mode.NONE, why));
        }

        ArchiveUse use() {
            return switch (decision.mode()) {
                case NONE -> ArchiveUse.none();
                case USE -> with(ArchiveFolder.archive(base));
                case RECORD -> with(ArchiveFolder.recording(base));
            };
        }

        private ArchiveUse with(String name) {
            return new ArchiveUse(decision.mode(), Optional.of(inside.resolve(name)), List.of());
        }

        ArchiveStatus status() {
            ArchiveStatus.State state = switch (decision.mode()) {
                case NONE -> ArchiveStatus.State.NONE;
                case USE -> ArchiveStatus.State.USED;
                case RECORD -> ArchiveStatus.State.RECORDING;
            };
            return new ArchiveStatus(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'), state, decision.reason());
        }
    }
}
