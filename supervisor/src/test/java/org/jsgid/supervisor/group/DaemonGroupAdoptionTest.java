package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that finds processes of a former monitor. */
class DaemonGroupAdoptionTest {

    private static final ApplicationKey SHOP = new ApplicationKey("/srv/shop.war", "/shop", "");

    @TempDir
    Path run;

    private final TestingEventLoop loop = new TestingEventLoop();
    private final TestingDaemonLauncher launcher = new TestingDaemonLauncher(loop);
    private final Set<String> elsewhere = new HashSet<>();
    private TestingSockets sockets;
    private Route route;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(run.resolve("groups"));
        Files.createDirectories(run.resolve("sockets"));
        sockets = new TestingSockets(run.resolve("sockets"));
        route = new Route(run.resolve("groups"), "shop");
    }

    private DaemonGroup group(GroupDefinition definition) {
        Notices silent = new Notices() {
            @Override
            public void notice(String id, String message) {}

            @Override
            public void warn(String id, String message) {}

            @Override
            public void error(String id, String message) {}
        };
        return new DaemonGroup(
                definition,
                9,
                new GroupServices(
                        loop,
                        launcher,
                        sockets,
                        route,
                        StartSpreader.withPlaces(100),
                        (group, chroot, pid) -> Optional.empty(),
                        JvmTrials.none(),
                        () -> "",
                        Clock.systemUTC(),
                        silent,
                        elsewhere::contains,
                        () -> {}));
    }

    private Adopted left(int generation, long pid, DaemonState state) {
        return left(generation, pid, state, Definitions.shop(1, SHOP));
    }

    private Adopted left(int generation, long pid, DaemonState state, GroupDefinition definition) {
        return left(generation, 0, pid, state, definition);
    }

    private Adopted left(int generation, int number, long pid, DaemonState state, GroupDefinition definition) {
        return new Adopted(
                "1-1",
                generation,
                number,
                definition,
                Set.of(),
                Clock.systemUTC().instant(),
                state,
                "",
                launcher.left(pid));
    }

    private void pointTo(int generation) throws IOException {
        route.pointTo(run.resolve("sockets/shop." + generation + ".sock"));
    }

    private TestingDaemonLauncher.TestingDaemon daemon(long pid) {
        return launcher.alive().stream()
                .filter(daemon -> daemon.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    private List<Long> pids(DaemonGroup group) {
        return group.processes().stream().map(DaemonProcess::pid).toList();
    }

    @Test
    void aProcessThatServedServesOn() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY)), true);
        group.resume();
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.generation()).isEqualTo(4);
        assertThat(pids(group)).containsExactly(77L);
        assertThat(launcher.count()).isEqualTo(1);
        assertThat(sockets.open()).containsExactly("shop.4.sock");
        assertThat(route.socketName()).contains("shop.4.sock");
    }

    @Test
    void whatItReportsAgainIsKnownAgain() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY)), true);
        group.resume();
        daemon(77).says(new DaemonReport.Step("jvm", 1));
        daemon(77).says(new DaemonReport.Hello(77, "17.0.15", "Debian"));
        daemon(77).says(new DaemonReport.Step("jvm", 80)).becomesReady();

        DaemonProcess process = group.processes().get(0);
        assertThat(process.javaVersion()).contains("17.0.15");
        assertThat(process.steps()).containsExactly(new DaemonReport.Step("jvm", 80));
        assertThat(process.hasLoaded(SHOP)).isTrue();
    }

    @Test
    void oneThatEndedMeanwhileIsReplacedOnTheSameSocketAndItsEndIsKnown() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY)), true);
        group.resume();
        daemon(77).exits(3);

        assertThat(group.lastExit().orElseThrow().pid()).isEqualTo(77);
        assertThat(group.lastExit().orElseThrow().reason().status()).hasValue(3);
        assertThat(launcher.last().order.generation()).isEqualTo(4);
        assertThat(sockets.open()).containsExactly("shop.4.sock");
    }

    @Test
    void missingProcessesAreStarted() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(2, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY, Definitions.shop(2, SHOP))), true);
        group.resume();
        loop.run();

        assertThat(launcher.alive(4)).hasSize(2);
    }

    @Test
    void aRenewalOfAProcessThatWasUnderWayEndsWithAsManyAsThereShouldBe() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY), left(4, 78, DaemonState.STARTING)), true);
        group.resume();
        loop.run();
        assertThat(daemon(77).wasTold("drain")).isFalse();

        daemon(78).becomesReady();
        assertThat(daemon(77).wasTold("drain")).isTrue();
        daemon(77).exits(0);
        assertThat(pids(group)).containsExactly(78L);
        assertThat(launcher.count()).isEqualTo(2);
    }

    @Test
    void aRenewalUnderWayIsFinished() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY), left(5, 78, DaemonState.STARTING)), true);
        group.resume();
        loop.run();

        assertThat(group.generation()).isEqualTo(4);
        assertThat(daemon(77).wasTold("drain")).isFalse();
        daemon(78).becomesReady();
        assertThat(group.generation()).isEqualTo(5);
        assertThat(route.socketName()).contains("shop.5.sock");
        assertThat(daemon(77).wasTold("drain")).isTrue();
    }

    @Test
    void aGenerationThatBecameReadyInTheMeantimeTakesTheRoute() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(5, 78, DaemonState.READY), left(4, 77, DaemonState.READY)), true);
        group.resume();

        assertThat(route.socketName()).contains("shop.5.sock");
        assertThat(daemon(77).wasTold("drain")).isTrue();
        assertThat(daemon(78).wasTold("drain")).isFalse();
    }

    @Test
    void anOldGenerationFinishesWhatItHas() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(3, 76, DaemonState.DRAINING), left(4, 77, DaemonState.READY)), true);
        group.resume();

        assertThat(daemon(76).wasTold("drain")).isTrue();
        assertThat(daemon(76).wasTold("terminate")).isFalse();
        daemon(76).exits(0);
        assertThat(sockets.open()).containsExactly("shop.4.sock");
        assertThat(group.lastExit()).isEmpty();
    }

    private List<Integer> numbers(DaemonGroup group) {
        return group.processes().stream().map(DaemonProcess::number).toList();
    }

    @Test
    void theNumbersOfItsProcessesAreKeptAndWhatIsStartedGetsTheOneThatIsFree() throws IOException {
        GroupDefinition three = Definitions.shop(3, SHOP);
        pointTo(4);
        DaemonGroup group = group(three);
        group.adopt(List.of(left(4, 3, 77, DaemonState.READY, three), left(4, 1, 78, DaemonState.READY, three)), true);
        group.resume();
        loop.run();

        assertThat(numbers(group)).containsExactly(3, 1, 2);
    }

    @Test
    void ofTwoWithTheSameNumberTheOlderOneDrains() throws IOException {
        GroupDefinition two = Definitions.shop(2, SHOP);
        pointTo(4);
        DaemonGroup group = group(two);
        Adopted oldest = left(4, 1, 76, DaemonState.READY, two);
        Adopted old = left(4, 2, 77, DaemonState.READY, two);
        Adopted replacement = left(4, 2, 78, DaemonState.READY, two);
        group.adopt(List.of(oldest, old, replacement), true);
        group.resume();
        loop.run();

        assertThat(daemon(77).wasTold("drain")).isTrue();
        assertThat(daemon(76).wasTold("drain")).isFalse();
        assertThat(daemon(78).wasTold("drain")).isFalse();
    }

    @Test
    void aStartUnderWayHasWhatIsLeftOfItsTime() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        Adopted starting = new Adopted(
                "1-1",
                4,
                1,
                Definitions.shop(1, SHOP),
                Set.of(),
                Clock.systemUTC().instant().minus(Duration.ofSeconds(50)),
                DaemonState.STARTING,
                "",
                launcher.left(77));
        group.adopt(List.of(starting), true);
        group.resume();
        assertThat(group.state()).isEqualTo(GroupState.STARTING);

        TestingDaemonLauncher.TestingDaemon daemon = daemon(77);
        loop.pass(Duration.ofSeconds(11));
        assertThat(daemon.wasTold("kill")).isTrue();
    }

    @Test
    void anAttemptAfterABackOffGoesOn() throws IOException {
        route.unavailable(GroupState.BACKOFF, Duration.ofSeconds(8));
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(5, 78, DaemonState.STARTING)), true);
        group.resume();
        loop.run();
        assertThat(route.socketName()).isEmpty();
        assertThat(launcher.count()).isEqualTo(1);

        daemon(78).becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(route.socketName()).contains("shop.5.sock");
    }

    @Test
    void aRouteToNobodyGoesToTheGenerationThatComesUp() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(5, 78, DaemonState.STARTING)), true);
        group.resume();

        assertThat(route.socketName()).contains("shop.5.sock");
        assertThat(group.state()).isEqualTo(GroupState.STARTING);
    }

    @Test
    void aChangedDefinitionIsRolledOut() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shopWithThreads(1, 30));
        group.adopt(List.of(left(4, 77, DaemonState.READY)), true);
        group.resume();
        group.redefine(Definitions.shopWithThreads(1, 30));
        loop.run();

        assertThat(daemon(77).wasTold("drain")).isFalse();
        assertThat(launcher.last().order.generation()).isEqualTo(10);
        launcher.last().becomesReady();
        assertThat(daemon(77).wasTold("drain")).isTrue();
    }

    @Test
    void aStoppedGroupStaysStopped() throws IOException {
        route.unavailable(GroupState.STOPPED, Duration.ofSeconds(30));
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.adopt(List.of(left(4, 77, DaemonState.READY)), false);
        group.remainStopped();
        loop.run();

        assertThat(daemon(77).wasTold("drain")).isTrue();
        daemon(77).exits(0);
        assertThat(launcher.alive()).isEmpty();
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
    }

    @Test
    void oneThatComesLateServesOnWhenItIsNeeded() throws IOException {
        pointTo(4);
        GroupDefinition two = Definitions.shop(2, SHOP);
        DaemonGroup group = group(two);
        group.adopt(List.of(left(4, 77, DaemonState.READY, two)), true);
        group.resume();
        group.adoptLate(left(4, 78, DaemonState.READY, two));
        loop.run();

        assertThat(pids(group)).containsExactly(77L, 78L);
        assertThat(daemon(78).wasTold("drain")).isFalse();
    }

    @Test
    void oneThatComesTooLateFinishesWhatItHas() throws IOException {
        pointTo(4);
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.start();
        loop.run();
        launcher.last().becomesReady();
        group.adoptLate(left(4, 77, DaemonState.READY));

        assertThat(daemon(77).wasTold("drain")).isTrue();
        assertThat(route.socketName()).isEqualTo(Optional.of("shop.10.sock"));
        daemon(77).exits(0);
        assertThat(sockets.open()).containsExactly("shop.10.sock");
    }
}
