package org.jsgid.supervisor.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;

/**
 * What is known of one daemon: its state, and what it said about itself. Does nothing of its own accord; used on the
 * event loop only. Bounded whatever the daemon says.
 */
public final class DaemonProcess {

    /** More applications or steps than this are not remembered. */
    private static final int MOST_REMEMBERED = 1000;

    private static final int LONGEST_REASON = 2000;

    /** What a daemon said of one application. */
    public record Application(
            ApplicationKey key, String state, String container, Optional<String> reason, long loadMillis) {}

    /**
     * The step of its start that it is at.
     *
     * @param name {@code turn} (waits for others to start), {@code launcher}, {@code jvm}, {@code runtime}, {@code
     *     applications}, or {@code loading FILE}
     * @param since the event loop's time when it began
     */
    public record StartStep(String name, Duration since) {}

    private final int generation;
    private final int number;
    private final Instant startedAt;
    private DaemonState state = DaemonState.STARTING;
    private DaemonLauncher.Handle handle;
    private DaemonReport.Counters counters = new DaemonReport.Counters(0, 0, 0, 0, 0, 0, 0, 0, 0);
    private Optional<String> javaVersion = Optional.empty();
    private Optional<String> jdkBuild = Optional.empty();
    private Optional<String> whyKilled = Optional.empty();
    private Optional<String> renewal = Optional.empty();
    private Optional<StartStep> startStep = Optional.empty();
    private Optional<ArchiveStatus> archive = Optional.empty();
    private boolean isStale;
    private Duration readySince = Duration.ZERO;
    private Duration lastHeard = Duration.ZERO;
    private boolean heard;
    private boolean silenceReported;
    private final List<DaemonReport.Step> steps = new ArrayList<>();
    private final Map<ApplicationKey, Application> applications = new LinkedHashMap<>();
    private final Map<ApplicationKey, Integer> changes = new LinkedHashMap<>();

    /**
     * A daemon that has not been launched yet.
     *
     * @param generation its generation's number
     * @param number its own among the processes of the group, from 1
     * @param startedAt when its start was asked for
     */
    public DaemonProcess(int generation, int number, Instant startedAt) {
        this.generation = generation;
        this.number = number;
        this.startedAt = startedAt;
    }

    /** Its generation's number. */
    public int generation() {
        return generation;
    }

    /** Its number among the processes of the group, from 1, which the one that comes in its place gets. */
    public int number() {
        return number;
    }

    /** When its start was asked for. */
    public Instant startedAt() {
        return startedAt;
    }

    /** Its state. */
    public DaemonState state() {
        return state;
    }

    /** Moves it as the table says. */
    public void on(DaemonEvent event) {
        state = DaemonTransitions.after(state, event);
    }

    /** The running process; empty while it waits for its turn to start. */
    public Optional<DaemonLauncher.Handle> handle() {
        return Optional.ofNullable(handle);
    }

    /** It has been launched. */
    public void launched(DaemonLauncher.Handle newHandle) {
        handle = newHandle;
    }

    /** The build of the JDK that it was started from; empty when nobody knows. */
    public Optional<String> jdkBuild() {
        return jdkBuild;
    }

    /** It is started from that build; empty text: which one is not known. */
    public void startsFrom(String build) {
        jdkBuild = Optional.of(build).filter(known -> !known.isEmpty());
    }

    /** What it does with an archive of its classes; empty when nobody knows. */
    public Optional<ArchiveStatus> archive() {
        return archive;
    }

    /** That is what it does with an archive of its classes. */
    public void archive(ArchiveStatus status) {
        archive = Optional.of(status);
    }

    /** Its pid; 0 while unknown. */
    public long pid() {
        return handle == null ? 0 : handle.pid();
    }

    /** Its latest figures. */
    public DaemonReport.Counters counters() {
        return counters;
    }

    /** The version of Java that it said it runs on. */
    public Optional<String> javaVersion() {
        return javaVersion;
    }

    /** The steps of its start. */
    public List<DaemonReport.Step> steps() {
        return List.copyOf(steps);
    }

    /** The step of its start that it is at; empty when it has started. */
    public Optional<StartStep> startStep() {
        return state == DaemonState.STARTING ? startStep : Optional.empty();
    }

    /** Its start goes on with that step. */
    public void beginsStep(String name, Duration now) {
        startStep = Optional.of(new StartStep(name, now));
    }

    /** A step of its start that was measured here is done. */
    public void endsStep(String name, Duration took) {
        addStep(new DaemonReport.Step(name, took.toMillis()));
    }

    /** Which step its start is at, or was at its end, for people: {@code while loading /srv/x.war}. */
    public String whereItStarts() {
        String name = startStep.map(StartStep::name).orElse("turn");
        return name.startsWith("loading ") ? "while " + name : "at its start's step '" + name + "'";
    }

    /** The same with how long: {@code while loading /srv/x.war since 58 s}. */
    public String whereItHangs(Duration now) {
        long since = startStep.map(step -> now.minus(step.since()).toSeconds()).orElse(0L);
        return whereItStarts() + " since " + since + " s";
    }

    /** Why another one is to come in its place; empty when none is. */
    public Optional<String> renewal() {
        return renewal;
    }

    /** Another one is to come in its place for that reason, or none any more. */
    public void renewBecause(Optional<String> why) {
        renewal = why;
    }

    /** Whether the JDK that it runs on is not the one any more that stands on disk. */
    public boolean isStale() {
        return isStale;
    }

    /** The JDK that it runs on has been replaced on disk. */
    public void becomesStale() {
        isStale = true;
    }

    /** Whether its JVM has said anything. */
    public boolean hasSpoken() {
        return javaVersion.isPresent();
    }

    /** What it said of its applications. */
    public List<Application> applications() {
        return List.copyOf(applications.values());
    }

    /** Whether it has that application loaded. */
    public boolean hasLoaded(ApplicationKey key) {
        Application application = applications.get(key);
        return application != null && application.state().equals("loaded");
    }

    /** Takes note of a report that changes what is known; {@code now} is the event loop's time. */
    public void note(DaemonReport report, Duration now) {
        heard = true;
        lastHeard = now;
        silenceReported = false;
        if (report instanceof DaemonReport.Hello hello) {
            javaVersion = Optional.of(shortened(hello.java()));
            beginsStep("runtime", now);
            // The first of all reports; when it comes again, all others follow again.
            steps.removeIf(step -> !step.name().equals("launcher"));
            applications.clear();
        } else if (report instanceof DaemonReport.Counters newCounters) {
            counters = newCounters;
        } else if (report instanceof DaemonReport.Step step) {
            addStep(step);
            if (step.name().equals("runtime")) {
                beginsStep("applications", now);
            }
        } else if (report instanceof DaemonReport.Loading loading) {
            remember(new Application(loading.application(), "loading", "", Optional.empty(), 0));
            beginsStep("loading " + loading.application().file(), now);
        } else if (report instanceof DaemonReport.Loaded loaded) {
            remember(new Application(
                    loaded.application(), "loaded", shortened(loaded.container()), Optional.empty(), loaded.millis()));
            if (state == DaemonState.STARTING) {
                addStep(new DaemonReport.Step("loading " + loaded.application().file(), loaded.millis()));
                beginsStep("applications", now);
            }
        } else if (report instanceof DaemonReport.Missing missing) {
            remember(new Application(missing.application(), "missing", "", Optional.empty(), 0));
        } else if (report instanceof DaemonReport.Rejected rejected) {
            remember(new Application(
                    rejected.application(), "rejected", "", Optional.of(shortened(rejected.reason())), 0));
        }
    }

    /**
     * Counts a change that it reported.
     *
     * @return how many changes of that application it has reported by now
     */
    public int countChange(ApplicationKey key) {
        if (changes.size() >= MOST_REMEMBERED && !changes.containsKey(key)) {
            return 0;
        }
        return changes.merge(key, 1, Integer::sum);
    }

    /** It is ready since that time of the event loop. */
    public void readyAt(Duration now) {
        readySince = now;
    }

    /** How long it has been ready. */
    public Duration served(Duration now) {
        return readySince.isZero() ? Duration.ZERO : now.minus(readySince);
    }

    /** How long it has said nothing; zero before it said anything. */
    public Duration silent(Duration now) {
        return heard ? now.minus(lastHeard) : Duration.ZERO;
    }

    /** Whether its present silence is to be reported: true once. */
    public boolean reportSilenceOnce() {
        boolean first = !silenceReported;
        silenceReported = true;
        return first;
    }

    /** Whether its silence has been reported, and it has not spoken since. */
    public boolean isSilenceReported() {
        return silenceReported;
    }

    /** Why the monitor ended it. */
    public Optional<String> whyKilled() {
        return whyKilled;
    }

    /** The monitor ends it; the first reason is kept. */
    public void killedBecause(String reason) {
        if (whyKilled.isEmpty()) {
            whyKilled = Optional.of(reason);
        }
    }

    /** It is asked to say something: silence counts from now on although it has not said anything here. */
    public void mustSpeak(Duration now) {
        heard = true;
        lastHeard = now;
    }

    /** The monitor itself was stopped until now, so that the silence meanwhile says nothing. */
    public void excuseSilence(Duration now) {
        lastHeard = now;
    }

    private void addStep(DaemonReport.Step step) {
        if (steps.size() < MOST_REMEMBERED) {
            steps.add(step);
        }
    }

    private void remember(Application application) {
        if (applications.size() < MOST_REMEMBERED || applications.containsKey(application.key())) {
            applications.put(application.key(), application);
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + " …";
    }
}
