package org.jsgid.harness.faults;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RunningProcess;

/**
 * Does to the server what the plan says, one step after the other, and keeps what it did. What a step takes back later
 * (a process that continues, a good file after a broken one) happens beside the steps that follow.
 */
final class Injector {

    /** How long after a move a group may still have processes below its former monitor. */
    private static final long MOVING_MILLIS = 30_000;

    private final Server server;
    private final Journal journal;
    private final Collection<Incident> incidents = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> moved = new ConcurrentHashMap<>();
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(4);
    private final Collection<Future<?>> takenBack = new ConcurrentLinkedQueue<>();
    private final ExecutorService commands = Executors.newCachedThreadPool();

    Injector(Server server, Journal journal) {
        this.server = server;
        this.journal = journal;
    }

    /** What was done so far, as far as it is over. */
    Collection<Incident> incidents() {
        return incidents;
    }

    /** Takes all steps, and waits until what they began is over. */
    void run(List<Plan.Step> steps) {
        long begin = journal.now();
        for (Plan.Step step : steps) {
            while (journal.now() < begin + step.at()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(begin + step.at() - journal.now()));
            }
            journal.say(step.toString());
            take(step);
        }
        await(later, 60);
        // jsgid-ctl restart waits for the group, which may have to recover first.
        await(commands, 180);
        for (Future<?> each : takenBack) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a step could not be taken back", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while looking at the steps", e);
            }
        }
    }

    private void take(Plan.Step step) {
        String group = step.target().group();
        switch (step.kind()) {
            case KILL_DAEMON -> pick(server.daemons(group), step).ifPresent(daemon -> kill(step, daemon, daemon));
            case KILL_KEEPER ->
                pick(server.daemons(group), step)
                        .ifPresent(daemon -> ProcessTree.process(daemon.parent())
                                .filter(keeper -> keeper.title().startsWith("jsgid-keeper"))
                                .ifPresentOrElse(
                                        keeper -> kill(step, keeper, daemon),
                                        () -> journal.say("    " + daemon.pid() + " has no keeper")));
            case KILL_MONITOR ->
                pick(server.monitors(), step).ifPresent(monitor -> {
                    Set<String> groups = groupsOf(monitor);
                    long from = journal.now();
                    signal(monitor, "KILL");
                    add(new Incident(step.kind(), from, journal.now(), groups, Set.of(), 0));
                });
            case KILL_CHILD ->
                pick(server.httpd().children(), step).ifPresent(child -> {
                    long from = journal.now();
                    signal(child, "KILL");
                    add(new Incident(step.kind(), from, journal.now(), Set.of(), Set.of(), child.pid()));
                });
            case STOP_DAEMON ->
                pick(server.daemons(group), step).ifPresent(daemon -> stop(step, daemon, Set.of(group)));
            case STOP_MONITOR ->
                pick(server.monitors(), step).ifPresent(monitor -> stop(step, monitor, groupsOf(monitor)));
            case GRACEFUL -> timed(step, Set.of(), ignored -> server.httpd().graceful());
            case RESTART -> timed(step, Set.of(), ignored -> server.httpd().restart());
            case CTL_RESTART -> commands.execute(() -> timed(step, Set.of(group), this::ctlRestart));
            case REDEPLOY ->
                timed(
                        step,
                        Set.of(group),
                        ignored -> journal.say("    version " + server.deploy(step.target()) + " of " + step.target()));
            case REDEPLOY_BROKEN -> {
                long from = journal.now();
                server.deployBroken(step.target());
                after(step, () -> {
                    journal.say("    version " + server.deploy(step.target()) + " of " + step.target() + " mends step "
                            + step.number());
                    add(new Incident(step.kind(), from, journal.now(), Set.of(group), Set.of(), 0));
                });
            }
            case SWITCH_JDK -> {
                moved.put(group, journal.now());
                server.switchJdk(group);
                journal.say("    group " + group + " goes to JDK " + server.runtime(group));
                timed(step, Set.of(group), ignored -> server.httpd().graceful());
            }
        }
    }

    private void ctlRestart(Plan.Step step) {
        RunningProcess.Completed completed =
                server.httpd().ctl().run("restart", step.target().group());
        journal.say("    step " + step.number() + ": jsgid-ctl ended with status " + completed.status() + ": "
                + completed.output().replaceAll("\\s+", " "));
    }

    private void kill(Plan.Step step, ProcessTree.Entry victim, ProcessTree.Entry daemon) {
        long from = journal.now();
        signal(victim, "KILL");
        add(new Incident(step.kind(), from, journal.now(), Set.of(step.target().group()), Set.of(daemon.pid()), 0));
    }

    private void stop(Plan.Step step, ProcessTree.Entry process, Set<String> groups) {
        long from = journal.now();
        signal(process, "STOP");
        after(step, () -> {
            signal(process, "CONT");
            add(new Incident(step.kind(), from, journal.now(), groups, Set.of(), 0));
        });
    }

    private void timed(Plan.Step step, Set<String> groups, Consumer<Plan.Step> action) {
        long from = journal.now();
        try {
            action.accept(step);
        } catch (AssertionError e) {
            journal.say("    step " + step.number() + " did not succeed: " + e.getMessage());
        }
        add(new Incident(step.kind(), from, journal.now(), groups, Set.of(), 0));
    }

    private void after(Plan.Step step, Runnable action) {
        takenBack.add(later.schedule(action, step.millis(), TimeUnit.MILLISECONDS));
    }

    private void signal(ProcessTree.Entry process, String name) {
        // It may have ended by itself in between; then there is nothing to signal, and the id is not used again so
        // soon.
        int status = RunningProcess.run(List.of("kill", "-" + name, Long.toString(process.pid())))
                .status();
        journal.say("    SIG" + name + " to " + process.pid() + ", " + process.title()
                + (status == 0 ? "" : ": it was gone"));
    }

    private Optional<ProcessTree.Entry> pick(List<ProcessTree.Entry> processes, Plan.Step step) {
        if (processes.isEmpty()) {
            journal.say("    there is none");
            return Optional.empty();
        }
        return Optional.of(processes.get((int) (step.pick() * processes.size())));
    }

    /** The groups that a monitor looks after, or did a moment ago. */
    private Set<String> groupsOf(ProcessTree.Entry monitor) {
        Set<String> groups = new TreeSet<>();
        for (String group : Server.GROUPS.keySet()) {
            Long since = moved.get(group);
            if (monitor.title().endsWith("jdk-" + server.runtime(group))
                    || (since != null && journal.now() < since + MOVING_MILLIS)) {
                groups.add(group);
            }
        }
        return groups;
    }

    private void add(Incident incident) {
        incidents.add(incident);
    }

    private void await(ExecutorService service, int seconds) {
        service.shutdown();
        try {
            if (!service.awaitTermination(seconds, TimeUnit.SECONDS)) {
                journal.say("some steps are not over after " + seconds + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the steps to be over", e);
        }
    }
}
