package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.process.DaemonState;
import org.junit.jupiter.api.Test;

/** A new generation of several processes comes without a hole in what can be served. */
class RollingGenerationTest extends GroupFixture {

    /** Processes that are ready and belong to the generation that the route points to. */
    private long serving(DaemonGroup group) {
        return group.processes().stream()
                .filter(process -> route().equals(socket(process.generation())))
                .filter(process -> process.state() == DaemonState.READY)
                .count();
    }

    @Test
    void halfOfTheProcessesServeAtAnyTime() {
        DaemonGroup group = ready(Definitions.shop(4));
        List<TestingDaemon> old = launcher.alive();
        group.restart("test");
        loop.run();

        for (int step = 0; step < 20 && launcher.alive().stream().anyMatch(old::contains); step++) {
            assertThat(serving(group)).as("step %d", step).isGreaterThanOrEqualTo(2);
            launcher.alive(2).stream()
                    .filter(daemon -> group.processes().stream()
                            .anyMatch(process ->
                                    process.pid() == daemon.pid() && process.state() == DaemonState.STARTING))
                    .findFirst()
                    .ifPresent(TestingDaemon::becomesReady);
            assertThat(serving(group)).as("step %d", step).isGreaterThanOrEqualTo(2);
            old.stream()
                    .filter(daemon ->
                            daemon.wasTold("drain") && launcher.alive().contains(daemon))
                    .findFirst()
                    .ifPresent(daemon -> daemon.exits(0));
            assertThat(serving(group)).as("step %d", step).isGreaterThanOrEqualTo(2);
        }
        launcher.alive(2).forEach(TestingDaemon::becomesReady);

        assertThat(launcher.alive(1)).isEmpty();
        assertThat(serving(group)).isEqualTo(4);
        assertThat(launcher.mostAlive()).isEqualTo(5);
        assertThat(sockets.open()).containsExactly("shop.2.sock");
    }

    @Test
    void oldProcessesMakeRoomOneByOneUntilHalfOfTheNewOnesAreReady() {
        DaemonGroup group = ready(Definitions.shop(4));
        List<TestingDaemon> old = launcher.alive();
        old.get(0).says(COUNTERS);
        group.restart("test");
        loop.run();
        assertThat(old).noneMatch(daemon -> daemon.wasTold("drain"));

        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(1));
        List<TestingDaemon> drained =
                old.stream().filter(daemon -> daemon.wasTold("drain")).toList();
        assertThat(drained).hasSize(1).doesNotContain(old.get(0));
        assertThat(group.reason()).contains("waits for daemon " + drained.get(0).pid());

        drained.get(0).exits(0);
        assertThat(launcher.alive(2)).hasSize(2);
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(2));
        assertThat(old).allMatch(daemon -> daemon.wasTold("drain"));
    }

    @Test
    void whatMadeRoomComesBackWhenTheNewGenerationIsDiscarded() {
        DaemonGroup group = ready(Definitions.shop(4));
        List<TestingDaemon> old = launcher.alive();
        group.restart("test");
        loop.run();
        TestingDaemon first = launcher.last().becomesReady();
        old.stream().filter(daemon -> daemon.wasTold("drain")).forEach(daemon -> daemon.exits(0));
        launcher.last().exits(1);
        assertThat(first.wasTold("terminate")).isTrue();
        first.exits(143);
        loop.run();
        launcher.last().becomesReady();

        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.alive(1)).hasSize(4);
        assertThat(group.reason()).contains("was discarded");
        assertThat(sockets.open()).containsExactly("shop.1.sock");
    }

    @Test
    void whenNothingServesAnyMoreTheFirstReadyProcessIsEnough() {
        DaemonGroup group = ready(Definitions.shop(4));
        List<TestingDaemon> old = launcher.alive();
        group.restart("test");
        loop.run();
        launcher.last().becomesReady();
        old.forEach(daemon -> daemon.exits(137));
        loop.run();

        assertThat(route()).isEqualTo(socket(2));
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.alive(2)).hasSize(4);
    }

    @Test
    void fewerProcessesThanBeforeAreReachedToo() {
        DaemonGroup group = ready(Definitions.shop(4));
        List<TestingDaemon> old = launcher.alive();
        group.redefine(Definitions.shop(1));
        loop.run();
        launcher.last().becomesReady();
        old.forEach(daemon -> daemon.exits(0));

        assertThat(route()).isEqualTo(socket(2));
        assertThat(launcher.alive()).hasSize(1);
    }

    @Test
    void moreProcessesThanBeforeAreReachedToo() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.redefine(Definitions.shop(4));
        loop.run();
        assertThat(launcher.alive(2)).hasSize(2);
        launcher.alive(2).forEach(TestingDaemon::becomesReady);
        loop.run();

        assertThat(route()).isEqualTo(socket(2));
        assertThat(launcher.mostAlive()).isLessThanOrEqualTo(5);
    }

    @Test
    void newProcessThatSomebodyKillsIsTriedOnceMore() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.restart("test");
        loop.run();
        launcher.last().isKilled();
        loop.run();
        assertThat(launcher.alive(2)).hasSize(1);
        assertThat(group.reason()).isEmpty();

        launcher.last().isKilled();
        loop.run();
        assertThat(launcher.alive(2)).isEmpty();
        assertThat(group.reason()).contains("was discarded").contains("SIGKILL");
    }

    @Test
    void renewalThatIsAskedForAgainAndAgainIsDoneOnceMore() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon old = launcher.last();
        for (int i = 0; i < 5; i++) {
            group.restart("test " + i);
        }
        loop.run();
        TestingDaemon second = launcher.last().becomesReady();
        old.exits(0);
        loop.run();
        launcher.last().becomesReady();
        second.exits(0);
        loop.pass(Duration.ofMinutes(1));

        assertThat(group.generation()).isEqualTo(3);
        assertThat(launcher.alive()).hasSize(1);
    }
}
