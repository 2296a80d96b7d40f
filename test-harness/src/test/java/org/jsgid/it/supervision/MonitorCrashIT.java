package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.faults.FaultRun;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Monitors that are killed: their daemons serve on, and the next monitors take them over as if nothing had been. */
@Tag("C8")
@Tag("A2")
class MonitorCrashIT {

    private static final Duration WITHIN = Duration.ofSeconds(30);

    private static final int ADOPTIONS = 8;

    /** What a keeper and a daemon may hold more after so many adoptions. */
    private static final int MORE_DESCRIPTORS = 3;

    private static final long MORE_KEEPER_BYTES = 256 * 1024;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("monitor-crash", server -> {
        server.addInstalledProfiles();
        List<InstalledJdks.Jdk> jdks = FaultRun.usualJdks();
        String newest = "JsgiRuntime " + jdks.get(jdks.size() - 1).feature();
        server.configure(new HttpdConf()
                .group("pair", "JsgiProcesses 2", "JsgiRuntime " + jdks.get(0).feature())
                .group("single", newest)
                .group("long", newest)
                .group("gated", newest, "JsgiStartupTimeout 90", "JsgiEnvironment UNTIL ROOT/marks/gate")
                .group("rare", newest, "JsgiOnDemand On", "JsgiInactivityTimeout 3")
                .mount("/pair", Apps.java(server, "hello/Hello.java", "pair/Hello.java"), "pair")
                .mount("/single", Apps.java(server, "hello/Hello.java", "single/Hello.java"), "single")
                .mount("/rare", Apps.java(server, "hello/Hello.java", "rare/Hello.java"), "rare")
                .mount("/long", Apps.java(server, "slow/Slow.java"), "long")
                .mount("/gated", Apps.java(server, "slow/SlowStart.java"), "gated"));
        open(server);
    });

    private final Httpd httpd = SERVER.httpd();

    private static Path gate(Httpd server) throws IOException {
        return Marks.folder(server).resolve("gate");
    }

    private static void open(Httpd server) {
        try {
            Files.createFile(gate(server));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady("pair", "single", "long", "gated");
    }

    private Set<Long> monitors() throws IOException {
        return httpd.status().monitors().stream().map(Status.Monitor::pid).collect(Collectors.toSet());
    }

    /** Kills all monitors, and waits until others have taken over. */
    private void killMonitors() throws IOException {
        httpd.errorLog().announce("AH00052|JSGID01[0-9][0-9].*onitor");
        Set<Long> before = monitors();
        before.forEach(pid -> ProcessTree.signal(pid, "KILL"));
        Await.value(
                "other monitors",
                WITHIN,
                this::monitors,
                now -> now.size() == before.size() && now.stream().noneMatch(before::contains));
    }

    /** What must be the same after a change of monitors. */
    private Map<String, Object> lasting(Status status) {
        Map<String, Object> lasting = new TreeMap<>();
        for (Status.Group group : status.groups()) {
            if (group.name().equals("rare")) {
                // One without processes leaves nothing to adopt.
                continue;
            }
            lasting.put(group.name() + " state", group.state());
            lasting.put(group.name() + " generation", group.generation());
            lasting.put(group.name() + " pids", group.pids());
            lasting.put(
                    group.name() + " started",
                    group.ready().stream()
                            .map(Status.DaemonProcess::startedAt)
                            .sorted()
                            .toList());
            lasting.put(group.name() + " applications", group.applications());
            lasting.put(group.name() + " java", String.valueOf(group.javaVersion()));
        }
        return lasting;
    }

    @Test
    void theirDaemonsServeOnAndTheNextMonitorsKnowAllOfThem() throws IOException {
        Map<String, Object> before = lasting(httpd.status());
        try (Load pair = Load.start(httpd.client(), "/pair", 2, 20);
                Load single = Load.start(httpd.client(), "/single", 2, 20)) {
            Await.until("load", WITHIN, () -> pair.answered() > 50 && single.answered() > 50);
            for (int i = 0; i < 2; i++) {
                killMonitors();
                Await.value("the same status as before", WITHIN, () -> lasting(httpd.status()), before::equals);
            }
            long answered = pair.answered();
            Await.until("more load", WITHIN, () -> pair.answered() > answered + 50);
            assertThat(pair.stop().failures()).isEmpty();
            assertThat(single.stop().failures()).isEmpty();
            long requests = httpd.awaitGroup(
                            "pair", "to have counted all requests", WITHIN, group -> requests(group) >= pair.answered())
                    .ready()
                    .size();
            assertThat(requests).isEqualTo(2);
        }
    }

    private static long requests(Status.Group group) {
        return group.ready().stream().mapToLong(Status.DaemonProcess::requests).sum();
    }

    @Test
    void howADaemonEndsAfterwardsIsKnown() throws IOException {
        httpd.errorLog().announce("single");
        killMonitors();
        long killed = httpd.status().group("single").pids().get(0);

        ProcessTree.signal(killed, "SEGV");

        Status.Group after = awaitReplaced("single", killed);
        assertThat(after.lastExit().signal()).isEqualTo("SIGABRT");
    }

    @Test
    void howADaemonEndedWhileThereWasNoMonitorIsKnown() throws IOException {
        httpd.errorLog().announce("single");
        long killed = httpd.status().group("single").pids().get(0);
        String profile = httpd.status().group("single").profile();
        long monitor = httpd.status().monitor(profile).pid();

        httpd.errorLog().announce("AH00052|JSGID01[0-9][0-9].*onitor");
        ProcessTree.signal(monitor, "KILL");
        ProcessTree.signal(killed, "KILL");

        Status.Group after = awaitReplaced("single", killed);
        assertThat(after.lastExit().signal()).isEqualTo("SIGKILL");
        assertThat(after.generation()).isEqualTo(httpd.status().group("single").generation());
    }

    private Status.Group awaitReplaced(String name, long pid) {
        return httpd.awaitGroup(
                name,
                "to tell how process " + pid + " ended, and to have another",
                WITHIN,
                group -> group.lastExit() != null
                        && group.lastExit().pid() == pid
                        && group.pids().size() == 1
                        && !group.pids().contains(pid));
    }

    @Test
    void adoptedGroupsAreRenewedWithoutAFailedRequest() throws IOException {
        killMonitors();
        List<Long> pair = httpd.status().group("pair").pids();
        int generation = httpd.status().group("pair").generation();
        try (Load load = Load.start(httpd.client(), "/pair", 2, 20)) {
            httpd.ctl().run("restart", "pair").expectSuccess();
            assertThat(load.stop().failures()).isEmpty();
        }
        Status.Group after = httpd.awaitGroup(
                "pair",
                "to be renewed",
                WITHIN,
                group -> group.generation() == generation + 1 && group.pids().size() == 2);
        assertThat(after.pids()).doesNotContainAnyElementsOf(pair);
    }

    @Test
    void aFileThatChangesAfterwardsIsDeployed() throws IOException {
        killMonitors();
        String before = Facts.from(httpd.client(), "/single").get("pid");
        Apps.replace(
                Apps.folder(httpd).resolve("single/Hello.java"),
                Apps.source("hello/Hello.java").replace("\"java.version\"", "\"version.of.java\""));

        Await.value(
                "the new file to answer",
                WITHIN,
                () -> Facts.from(httpd.client(), "/single"),
                facts -> facts.get("version.of.java") != null && !before.equals(facts.get("pid")));
    }

    @Test
    void aStartThatIsUnderWayGoesOn() throws IOException {
        Files.delete(gate(httpd));
        Status.Group before = httpd.status().group("gated");
        // Waits for the end, which is what the test keeps it from.
        CompletableFuture<?> restart =
                CompletableFuture.runAsync(() -> httpd.ctl().run("restart", "--now", "gated"));
        long starting = httpd
                .awaitGroup(
                        "gated",
                        "to start",
                        WITHIN,
                        group -> group.processes().stream()
                                .anyMatch(process -> "starting".equals(process.state())
                                        && process.pid() > 0
                                        && process.step() != null
                                        && process.step().name().contains("SlowStart")))
                .processes()
                .stream()
                .filter(process -> "starting".equals(process.state()))
                .findFirst()
                .orElseThrow()
                .pid();

        killMonitors();
        open(httpd);

        Status.Group after = httpd.awaitGroup("gated", "to be ready", WITHIN, group -> "ready".equals(group.state()));
        assertThat(after.pids()).containsExactly(starting);
        assertThat(after.generation()).isGreaterThan(before.generation());
        restart.join();
    }

    @Test
    void aRequestWhoseProcessDrainsIsFinished() throws IOException {
        long old = httpd.status().group("long").pids().get(0);
        Path began = Marks.folder(httpd).resolve("drains-began-" + old);
        Path until = Marks.folder(httpd).resolve("drains-until-" + old);
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/long?began=" + began + "&until=" + until, List.of());
            Await.until("the request to begin", WITHIN, () -> Files.exists(began));
            httpd.ctl().run("restart", "long").expectSuccess();
            assertThat(httpd.status().group("long").pids()).doesNotContain(old);

            killMonitors();

            assertThat(httpd.status().group("long").pids()).hasSize(1).doesNotContain(old);
            assertThat(ProcessTree.isAlive(old)).isTrue();
            Files.createFile(until);
            Client.Response answer = connection.readResponse("GET");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("done by " + old);
        }
        Await.until("the old process to be gone", WITHIN, () -> !ProcessTree.isAlive(old));
        assertThat(httpd.status().group("long").lastExit()).isNull();
    }

    @Test
    void oneThatIsKilledWhileItTakesOverLosesNothing() throws IOException {
        Map<String, Object> before = lasting(httpd.status());
        httpd.errorLog().announce("AH00052|JSGID01[0-9][0-9].*onitor");
        try (Load load = Load.start(httpd.client(), "/pair", 2, 20)) {
            Set<Long> killed = monitors();
            killed.forEach(pid -> ProcessTree.signal(pid, "KILL"));
            List<Long> next = Await.value(
                    "the processes of the next monitors",
                    WITHIN,
                    this::monitorProcesses,
                    found -> found.size() == killed.size() && found.stream().noneMatch(killed::contains));
            // Before they have got anywhere, at whatever point that is.
            next.forEach(pid -> ProcessTree.signal(pid, "KILL"));
            Await.value("the same status as before", WITHIN, () -> lasting(httpd.status()), before::equals);
            assertThat(load.stop().failures()).isEmpty();
        }
    }

    private List<Long> monitorProcesses() {
        return ProcessTree.children(httpd.pid()).stream()
                .filter(entry -> entry.title().startsWith("jsgid-monitor"))
                .map(ProcessTree.Entry::pid)
                .toList();
    }

    @Test
    void aStoppedGroupStaysStopped() throws IOException {
        httpd.errorLog().announce("JSGID0404.*group single");
        httpd.ctl().run("stop", "single").expectSuccess();
        try {
            killMonitors();
            assertThat(httpd.status().group("single").state()).isEqualTo("stopped");
            assertThat(httpd.client().get("/single").status()).isEqualTo(503);
        } finally {
            httpd.ctl().run("start", "single").expectSuccess();
        }
        assertThat(httpd.client().get("/single").status()).isEqualTo(200);
    }

    @Test
    void aGroupThatWaitsForARequestStillDoes() throws IOException {
        Status.Group before = httpd.awaitGroup(
                "rare",
                "to be idle",
                WITHIN,
                group -> "idle".equals(group.state()) && group.processes().isEmpty());
        killMonitors();
        httpd.awaitGroup("rare", "to be idle", WITHIN, group -> "idle".equals(group.state()));

        assertThat(Facts.from(httpd.client(), "/rare").get("group")).isEqualTo("rare");
        assertThat(httpd.status().group("rare").generation()).isGreaterThanOrEqualTo(before.generation());
    }

    @Test
    void afterManyNothingHasGrown() throws IOException {
        killMonitors();
        List<Long> daemons = new ArrayList<>(httpd.status().group("pair").pids());
        daemons.addAll(httpd.status().group("single").pids());
        Map<Long, Long> keepers = new TreeMap<>();
        Map<Long, Integer> descriptors = new TreeMap<>();
        for (long daemon : daemons) {
            long keeper = ProcessTree.process(daemon).orElseThrow().parent();
            keepers.put(keeper, ProcessTree.rssBytes(keeper));
            descriptors.put(keeper, ProcessTree.descriptors(keeper).size());
            descriptors.put(daemon, ProcessTree.descriptors(daemon).size());
        }
        Map<String, Integer> monitors = monitorDescriptors();
        for (int i = 0; i < ADOPTIONS; i++) {
            killMonitors();
            httpd.awaitReady("pair", "single");
        }
        assertThat(httpd.status().group("pair").pids()).isSubsetOf(daemons);
        keepers.forEach((keeper, bytes) -> assertThat(resident(keeper))
                .as("resident bytes of keeper %d", keeper)
                .isLessThan(bytes + MORE_KEEPER_BYTES));
        for (Map.Entry<Long, Integer> before : descriptors.entrySet()) {
            assertThat(ProcessTree.descriptors(before.getKey()).size())
                    .as("descriptors of process %d", before.getKey())
                    .isLessThanOrEqualTo(before.getValue() + MORE_DESCRIPTORS);
        }
        monitorDescriptors()
                .forEach((profile, count) -> assertThat(count)
                        .as("descriptors of monitor %s", profile)
                        .isLessThanOrEqualTo(monitors.get(profile) + MORE_DESCRIPTORS));
    }

    private Map<String, Integer> monitorDescriptors() throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (Status.Monitor monitor : httpd.status().monitors()) {
            counts.put(monitor.profile(), ProcessTree.descriptors(monitor.pid()).size());
        }
        return counts;
    }

    private static long resident(long pid) {
        try {
            return ProcessTree.rssBytes(pid);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
