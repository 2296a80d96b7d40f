package org.jsgid.harness.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Status;

/** One run of the fault injection, as a program and for a test. */
public final class FaultRun {

    /** What is in the error log when memory or an invariant broke; a killed child is not among it. */
    private static final Pattern CRASH = Pattern.compile("exit signal (?!Killed)|AddressSanitizer|runtime error:"
            + "|glibc detected|Exception in thread|fatal error has been detected|OutOfMemoryError|NullPointerException"
            + "|IllegalStateException|AssertionError");

    private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(90);
    private static final Duration WARMS_UP_WITHIN = Duration.ofSeconds(60);

    private final long seed;
    private final Duration length;
    private final Set<FaultKind> kinds;
    private final List<InstalledJdks.Jdk> jdks;
    private final Journal journal;
    private final List<String> recovery = new ArrayList<>();

    private FaultRun(long seed, Duration length, Set<FaultKind> kinds, List<InstalledJdks.Jdk> jdks, Path journalFile) {
        this.seed = seed;
        this.length = length;
        this.kinds = kinds;
        this.jdks = jdks;
        this.journal = new Journal(journalFile);
    }

    /** The two JDKs of a run unless others are wanted: the oldest and the newest from 17 to 25. */
    public static List<InstalledJdks.Jdk> usualJdks() {
        List<InstalledJdks.Jdk> all = InstalledJdks.served().stream()
                // From what its WAR needs up to the newest long-term one.
                .filter(jdk -> jdk.feature() >= 17 && jdk.feature() <= 25)
                .toList();
        return all.size() < 2 ? all : List.of(all.get(0), all.get(all.size() - 1));
    }

    /**
     * Runs the sequence of that seed.
     *
     * @param length of the sequence; starting, recovering and stopping come on top
     * @param journalFile where to write what happens; Apache's error log is put beside it
     */
    public static Verdict run(long seed, Duration length, List<InstalledJdks.Jdk> jdks, Path journalFile)
            throws IOException {
        return new FaultRun(seed, length, EnumSet.allOf(FaultKind.class), jdks, journalFile).run();
    }

    private Verdict run() throws IOException {
        Server server = new Server(jdks);
        try {
            return run(server);
        } finally {
            try {
                Files.copy(
                        server.httpd().root().resolve("error.log"),
                        Path.of(journal.file() + ".error.log"),
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                journal.close();
                server.httpd().close();
            }
        }
    }

    private Verdict run(Server server) throws IOException {
        List<Plan.Step> steps = Plan.of(seed, length, kinds);
        journal.say("seed " + seed + ", " + length.toSeconds() + " s, " + steps.size() + " steps, JDKs " + jdks);
        server.httpd().start();
        server.httpd().awaitReady(Server.GROUPS.keySet().toArray(String[]::new));
        journal.say("all groups are ready");
        Injector injector = new Injector(server, journal);
        try (Traffic first = new Traffic(server.httpd().client(), journal, "w")) {
            first.start();
            Await.until("every kind of request to be answered", WARMS_UP_WITHIN, () -> warm(first));
        }
        server.httpd().graceful();
        Holdings before = settled(server);
        Traffic traffic = new Traffic(server.httpd().client(), journal, "r");
        Growth growth;
        try (traffic) {
            traffic.start();
            growth = new Growth(server, journal);
            try (growth) {
                injector.run(steps);
                heal(server);
            }
        }
        journal.say("the load has stopped");
        List<String> leaks = new ArrayList<>(growth.tooMuch());
        List<String> figures = new ArrayList<>();
        try {
            server.httpd().graceful();
            Holdings after = Await.value(
                    "the server to hold what it held before",
                    Duration.ofSeconds(30),
                    () -> settled(server),
                    found -> found.leakedSince(before).isEmpty());
            figures.addAll(after.figures(before));
        } catch (AssertionError e) {
            Holdings after = settled(server);
            leaks.addAll(after.leakedSince(before));
            figures.addAll(after.figures(before));
        }
        figures.add("the child of Apache that grew most, under load: " + growth.most() / 1024 + " KB");
        List<String> crashes = server.httpd().errorLog().linesSince(0, CRASH.pattern());
        Evidence evidence = Evidence.read(server.marks(), server.forensicLog());
        server.httpd().tree().below(server.httpd().pid());
        try {
            server.httpd().stop("stop");
        } catch (AssertionError e) {
            leaks.add("after stopping Apache: " + e.getMessage());
        }
        return judge(traffic, evidence, injector, leaks, crashes, figures);
    }

    /** Whether every kind of request has been answered on every target. */
    private static boolean warm(Traffic traffic) {
        return traffic.attempts().stream()
                        .filter(attempt -> attempt.status() == 200)
                        .map(attempt -> attempt.target() + attempt.kind())
                        .distinct()
                        .count()
                == 4 * 4 + 2;
    }

    /** What the server holds when the children of former restarts have ended. */
    private static Holdings settled(Server server) throws IOException {
        Await.value(
                "the children of former restarts to have ended",
                Duration.ofSeconds(30),
                server.httpd()::children,
                children -> !children.isEmpty() && children.size() <= 4);
        server.httpd().tree().below(server.httpd().pid());
        return Holdings.of(server);
    }

    /** Waits, with everything mended, until every group serves as if nothing had been. */
    private void heal(Server server) throws IOException {
        journal.say("the sequence is over");
        server.home();
        server.httpd().graceful();
        for (Map.Entry<String, Integer> group : Server.GROUPS.entrySet()) {
            try {
                Await.value(
                        "group " + group.getKey() + " to be ready with all its processes on JDK "
                                + server.runtime(group.getKey()),
                        RECOVERS_WITHIN,
                        () -> ask(server, group.getKey()),
                        found -> "ready".equals(found.state())
                                && found.profile().equals("jdk-" + server.runtime(group.getKey()))
                                && found.processes().size() == group.getValue()
                                && found.pids().size() == group.getValue());
            } catch (AssertionError e) {
                recovery.add(e.getMessage());
            }
        }
        for (Target target : Target.values()) {
            if (target == Target.STATIC) {
                continue;
            }
            try {
                Await.value(
                        target + " to answer with its last version, " + server.version(target),
                        RECOVERS_WITHIN,
                        () -> server.httpd().client().get(target.path() + "?kind=get&id=last-" + target),
                        (Response response) -> response.status() == 200
                                && response.header("X-Version")
                                        .orElse("")
                                        .equals(Integer.toString(server.version(target))));
            } catch (AssertionError e) {
                recovery.add(e.getMessage());
            }
        }
        journal.say("recovered" + (recovery.isEmpty() ? "" : ", but: " + recovery));
    }

    /** Asks for a group's status; a monitor that does not answer is an exception, not the end of this program. */
    private static Status.Group ask(Server server, String group) throws IOException {
        ExecutorService asking = Executors.newSingleThreadExecutor();
        try {
            return asking.submit(() -> server.httpd().status().group(group)).get(10, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("no status of " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while asking for the status", e);
        } finally {
            asking.shutdownNow();
        }
    }

    private Verdict judge(
            Traffic traffic,
            Evidence evidence,
            Injector injector,
            List<String> leaks,
            List<String> crashes,
            List<String> figures) {
        Judge judge = new Judge(evidence, injector.incidents());
        Map<String, Long> outcomes = new TreeMap<>();
        List<String> requests = new ArrayList<>();
        for (Attempt attempt : traffic.attempts()) {
            Judge.Judgement judgement = judge.judge(attempt);
            String who = attempt.target() == Target.STATIC ? "static file: " : "application: ";
            outcomes.merge(who + judgement.outcome().meaning(), 1L, Long::sum);
            if (judgement.outcome() != Judge.Outcome.ANSWERED) {
                journal.say("judged: " + attempt.id() + " " + attempt.target() + " " + attempt.kind() + ", "
                        + attempt.begin()
                        + " to " + attempt.end() + " ms, status " + attempt.status() + ": "
                        + judgement.outcome() + " " + judgement.reason());
            }
            if (judgement.outcome() == Judge.Outcome.UNEXPLAINED) {
                requests.add(String.format(
                        Locale.ROOT,
                        "%s of %s (%s, %s connection) from %d to %d ms: %s; %s",
                        attempt.id(),
                        attempt.target(),
                        attempt.kind(),
                        attempt.reused() ? "persistent" : "new",
                        attempt.begin(),
                        attempt.end(),
                        judgement.reason(),
                        attempt.detail().replaceAll("\\s+", " ")));
            }
        }
        Verdict verdict = new Verdict(seed, journal.file(), outcomes, requests, recovery, leaks, crashes, figures);
        print(verdict).forEach(journal::say);
        return verdict;
    }

    /** The verdict, for people. */
    public static List<String> print(Verdict verdict) {
        List<String> lines = new ArrayList<>();
        lines.add("seed " + verdict.seed() + "; what happened when: " + verdict.journal());
        verdict.outcomes()
                .forEach((outcome, count) -> lines.add(String.format(Locale.ROOT, "%8d  %s", count, outcome)));
        verdict.figures().forEach(figure -> lines.add("          " + figure));
        Map<String, List<String>> wrong = Map.of(
                "requests that no fault explains", verdict.requests(),
                "what did not recover", verdict.recovery(),
                "what leaked", verdict.leaks(),
                "what broke", verdict.crashes());
        wrong.forEach((title, sentences) -> {
            if (!sentences.isEmpty()) {
                lines.add(title + " (" + sentences.size() + "):");
                sentences.stream().limit(30).forEach(sentence -> lines.add("    " + sentence));
            }
        });
        lines.add(verdict.isGood() ? "good" : "NOT GOOD");
        return lines;
    }

    /** {@code [--seconds N] [--seed S] [--jdks 17,25] [--faults KILL_DAEMON,GRACEFUL] [--journal FILE]}. */
    public static void main(String[] arguments) throws IOException {
        long seed = System.currentTimeMillis() % 1_000_000;
        Duration length = Duration.ofMinutes(2);
        Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        List<InstalledJdks.Jdk> jdks = usualJdks();
        Path journalFile = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--seed" -> seed = Long.parseLong(value);
                case "--seconds" -> length = Duration.ofSeconds(Long.parseLong(value));
                case "--jdks" -> {
                    jdks = new ArrayList<>();
                    for (String feature : value.split(",", -1)) {
                        jdks.add(InstalledJdks.get(Integer.parseInt(feature)));
                    }
                }
                case "--faults" -> {
                    kinds = EnumSet.noneOf(FaultKind.class);
                    for (String kind : value.split(",", -1)) {
                        kinds.add(
                                FaultKind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')));
                    }
                }
                case "--journal" -> journalFile = Path.of(value);
                default -> throw new IllegalArgumentException("no such option: " + arguments[i]);
            }
        }
        if (jdks.size() != 2) {
            System.err.println("two JDKs of at least 17 are needed, there is " + jdks);
            System.exit(2);
        }
        System.out.println("seed " + seed);
        Path journal = journalFile == null ? Path.of("faults-" + seed + ".log") : journalFile;
        Verdict verdict = new FaultRun(seed, length, kinds, jdks, journal).run();
        print(verdict).forEach(System.out::println);
        System.exit(verdict.isGood() ? 0 : 1);
    }
}
