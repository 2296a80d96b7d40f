package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.faults.FaultRun;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Twenty groups on two processors and all JDKs: they come up a few at a time, and Apache answers from the start on. */
@Tag("C12")
@Tag("C6")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("alone")
class StartSpreadIT {

    private static final int GROUPS = 20;
    private static final int LIMIT = 2;
    private static final Duration ALL_READY_WITHIN = Duration.ofSeconds(200);

    /** Of clocks that are compared: the process's start is known in hundredths of a second. */
    private static final Duration TOLERANCE = Duration.ofMillis(100);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.prepared("spread", StartSpreadIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        Path hello = Apps.java(server, "hello/Hello.java");
        HttpdConf conf = new HttpdConf().add("JsgiStartConcurrency " + LIMIT);
        List<InstalledJdks.Jdk> jdks = FaultRun.usualJdks();
        for (int i = 0; i < GROUPS; i++) {
            String name = name(i);
            conf.group(name, "JsgiRuntime " + jdks.get(i % jdks.size()).feature(), "JsgiMaxHeap 24M");
            if (isPreloaded(i)) {
                conf.mount("/" + name, hello, name);
            } else {
                conf.add("JsgiScriptAlias /" + name + " " + hello)
                        .add("<Location /" + name + ">", "JsgiProcessGroup " + name, "</Location>");
            }
        }
        server.configure(conf);
    }

    /** Those that load nothing come first by name and in the configuration, so that order alone would start them first. */
    private static boolean isPreloaded(int i) {
        return i >= 6;
    }

    private static String name(int i) {
        return String.format(Locale.ROOT, "%s-%02d", isPreloaded(i) ? "b-preloaded" : "a-bare", i);
    }

    /** From its process's beginning until its first process was ready. */
    private record Start(int number, String profile, Instant began, Instant ready) {}

    @Test
    @Order(1)
    void groupsStartAFewAtATimeAndNoConnectionIsRefusedMeanwhile() throws Exception {
        // 503 says so in the log; what is answered so is counted here.
        httpd.errorLog().announce("JSGID04\\d\\d");
        Instant began = Instant.now();
        httpd.start();
        Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
        List<Thread> clients = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        Map<String, Boolean> running = new ConcurrentSkipListMap<>(Map.of("go", true));
        for (int i = 0; i < 6; i++) {
            Thread client = new Thread(() -> {
                while (running.containsKey("go")) {
                    String answer = ask("/" + name(next.getAndIncrement() % GROUPS));
                    answers.computeIfAbsent(answer, key -> new LongAdder()).increment();
                }
            });
            client.start();
            clients.add(client);
        }
        double load = 0;
        try {
            load = Await.value(
                    "all groups to be ready",
                    ALL_READY_WITHIN,
                    () -> {
                        Status status = httpd.status();
                        return status.groups().size() == GROUPS
                                        && status.groups().stream()
                                                .noneMatch(
                                                        group -> group.ready().isEmpty())
                                ? loadOfTheMachine()
                                : -1;
                    },
                    figure -> figure >= 0);
        } finally {
            running.clear();
            for (Thread client : clients) {
                client.join();
            }
        }

        List<Start> starts = starts();
        assertThat(starts).hasSize(GROUPS);
        Instant last = starts.stream().map(Start::ready).max(Instant::compareTo).orElseThrow();
        System.out.printf(
                "measured: %d groups on %d processors ready after %.1f s, at most %d JVMs starting at a time (limit %d),"
                        + " load %.1f; answers meanwhile: %s%n",
                GROUPS,
                Runtime.getRuntime().availableProcessors(),
                Duration.between(began, last).toMillis() / 1000.0,
                atTheSameTime(starts),
                LIMIT,
                load,
                answers);
        assertThat(answers.keySet()).isSubsetOf("200", "503 with Retry-After");
        assertThat(answers).containsKey("200");
        assertThat(atTheSameTime(starts)).isBetween(1, LIMIT);
        assertPreloadedFirst(starts);
    }

    @Test
    @Order(2)
    void aGracefulRestartKeepsAllOfThem() throws Exception {
        ensureStarted();
        Map<String, List<Long>> before = pids();
        assertThat(before).hasSize(GROUPS);

        httpd.graceful();
        Await.until(
                "the monitors to have read their configuration again",
                Duration.ofSeconds(30),
                () -> httpd.errorLog()
                                .linesSince(0, "JSGID0301.* groups kept, 0 renewed, 0 new, 0 removed")
                                .size()
                        >= httpd.status().monitors().size());

        assertThat(pids()).isEqualTo(before);
        for (int i = 0; i < GROUPS; i++) {
            assertThat(ask("/" + name(i))).isEqualTo("200");
        }
    }

    @Test
    @Order(3)
    void aStopLeavesNothing() throws Exception {
        ensureStarted();
        Instant began = Instant.now();

        httpd.stop("stop");

        System.out.printf(
                "measured: %d groups stopped within %.1f s%n",
                GROUPS, Duration.between(began, Instant.now()).toMillis() / 1000.0);
        for (String folder : List.of("sockets", "groups", "control")) {
            try (Stream<Path> left = Files.list(httpd.runDir().resolve(folder))) {
                assertThat(left).as(folder).isEmpty();
            }
        }
    }

    /** By the first test, unless another one runs alone. */
    private void ensureStarted() {
        if (!httpd.isRunning()) {
            httpd.start();
        }
        for (int i = 0; i < GROUPS; i++) {
            httpd.awaitGroup(
                    name(i),
                    "to be ready",
                    ALL_READY_WITHIN,
                    group -> !group.ready().isEmpty());
        }
    }

    private String ask(String path) {
        try {
            Response response = httpd.client().get(path);
            if (response.status() == 503 && response.header("Retry-After").isPresent()) {
                return "503 with Retry-After";
            }
            return response.complete() ? Integer.toString(response.status()) : "incomplete " + response.status();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Map<String, List<Long>> pids() throws IOException {
        Map<String, List<Long>> pids = new TreeMap<>();
        httpd.status().groups().forEach(group -> pids.put(group.name(), group.pids()));
        return pids;
    }

    /** From the processes that run and from what the monitors have logged. */
    private List<Start> starts() throws IOException {
        Status status = httpd.status();
        List<Start> starts = new ArrayList<>();
        for (int i = 0; i < GROUPS; i++) {
            Status.Group group = status.group(name(i));
            long pid = group.pids().get(0);
            String line = httpd.errorLog().linesSince(0, "JSGID0320.*daemon " + pid + " is ready").stream()
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no line that daemon " + pid + " is ready"));
            starts.add(new Start(i, group.profile(), beganAt(pid), time(line)));
        }
        return starts;
    }

    private static Instant beganAt(long pid) throws IOException {
        double uptime =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
        Instant boot = Instant.now().minusMillis((long) (uptime * 1000));
        long ticks = ProcessTree.process(pid).orElseThrow().started();
        return boot.plusMillis(ticks * 10);
    }

    private static Instant time(String line) {
        Matcher matcher =
                Pattern.compile("^\\[(\\w+ \\w+ \\d+ [\\d:.]+ \\d+)\\]").matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return LocalDateTime.parse(
                        matcher.group(1),
                        DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss.SSSSSS yyyy", Locale.ENGLISH))
                .atZone(ZoneId.systemDefault())
                .toInstant();
    }

    private static int atTheSameTime(List<Start> starts) {
        return starts.stream()
                .mapToInt(one -> (int) starts.stream()
                        .filter(other -> !other.began().isAfter(one.began())
                                && other.ready().isAfter(one.began().plus(TOLERANCE)))
                        .count())
                .max()
                .orElseThrow();
    }

    /**
     * On one JDK, since monitors that are started one after the other cannot know of what the next has to do. What may
     * begin after a start that has to wait for it are those that have their places already and whose processes are not
     * there yet: one fewer than there are places.
     */
    private static void assertPreloadedFirst(List<Start> starts) {
        for (Start bare : starts) {
            if (!isPreloaded(bare.number())) {
                assertThat(starts)
                        .filteredOn(start ->
                                isPreloaded(start.number()) && start.profile().equals(bare.profile()))
                        .filteredOn(start -> !start.began().isBefore(bare.began()))
                        .as("begun after %s", bare)
                        .hasSizeLessThan(LIMIT);
            }
        }
    }

    private static double loadOfTheMachine() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    }
}
