package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

/** Groups that start at their first request, and stop when none comes any more. */
class OnDemandTest extends GroupFixture {

    private static final Duration LONG_IDLE = Duration.ofMinutes(6);

    private static GroupDefinition shop(int processes) {
        return Definitions.onDemand(Definitions.shop(processes));
    }

    private DaemonGroup idle(GroupDefinition definition) {
        DaemonGroup group = group(definition);
        group.start();
        loop.run();
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
        return group;
    }

    private void connect(int generation) {
        sockets.connect("shop." + generation + ".sock");
        loop.run();
    }

    /** Ready after a request, and then without one for so long that it stops. */
    private TestingDaemon stopsForInactivity(DaemonGroup group) {
        TestingDaemon daemon = launcher.last().becomesReady().says(idle(LONG_IDLE));
        live(group, Duration.ofSeconds(1));
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
        return daemon;
    }

    @Test
    void hasItsRouteAndNoProcessUntilSomebodyConnects() {
        DaemonGroup group = idle(shop(1));
        assertThat(route()).isEqualTo(socket(1));
        assertThat(launcher.count()).isZero();

        connect(1);
        assertThat(group.state()).isEqualTo(GroupState.STARTING);
        assertThat(launcher.alive(1)).hasSize(1);
        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void ofSeveralProcessesOneStartsAndTheOthersWhenItIsReady() {
        idle(shop(3));
        connect(1);
        assertThat(launcher.alive()).hasSize(1);
        launcher.last().becomesReady();
        loop.run();

        assertThat(launcher.alive()).hasSize(3);
    }

    @Test
    void stopsWhenNoProcessHadARequestForFiveMinutesUnlessAnotherTimeIsSet() {
        DaemonGroup group = idle(shop(1));
        connect(1);
        TestingDaemon daemon = launcher.last().becomesReady().says(idle(Duration.ofSeconds(299)));
        live(group, Duration.ofSeconds(1));
        assertThat(daemon.wasTold("drain")).isFalse();
        daemon.says(idle(Duration.ofMinutes(5)));
        live(group, Duration.ofSeconds(1));
        assertThat(daemon.wasTold("drain 15")).isTrue();
        assertThat(group.state()).isEqualTo(GroupState.IDLE);

        daemon.exits(0);
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
        assertThat(route()).isEqualTo(socket(1));
        assertThat(sockets.open()).containsExactly("shop.1.sock");
        assertThat(launcher.alive()).isEmpty();
        assertThat(errors).isEmpty();
    }

    @Test
    void staysWhileOneOfItsProcessesIsBusy() {
        DaemonGroup group = idle(shop(2));
        connect(1);
        launcher.last().becomesReady();
        loop.run();
        List<TestingDaemon> both = launcher.alive();
        both.get(0).says(idle(LONG_IDLE));
        both.get(1).becomesReady().says(COUNTERS);
        live(group, Duration.ofSeconds(1));

        assertThat(group.state()).isEqualTo(GroupState.READY);
        both.get(1).says(idle(LONG_IDLE));
        live(group, Duration.ofSeconds(1));
        assertThat(both).allMatch(daemon -> daemon.wasTold("drain"));
    }

    @Test
    void requestThatComesWhileItDrainsIsServedByTheNextProcess() {
        DaemonGroup group = idle(shop(1));
        connect(1);
        TestingDaemon former = stopsForInactivity(group);
        assertThat(sockets.isWatched("shop.1.sock"))
                .as("what drains still accepts")
                .isFalse();
        loop.pass(Duration.ofSeconds(1));
        assertThat(sockets.isWatched("shop.1.sock")).isTrue();

        connect(1);
        assertThat(launcher.alive(1)).hasSize(2);
        former.exits(0);
        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.alive()).hasSize(1);
    }

    @Test
    void startsAndStopsAgainAndAgain() {
        DaemonGroup group = idle(shop(1));
        for (int i = 0; i < 5; i++) {
            connect(1);
            stopsForInactivity(group).exits(0);
            loop.pass(Duration.ofSeconds(1));
        }

        assertThat(launcher.count()).isEqualTo(5);
        assertThat(group.generation()).isEqualTo(1);
    }

    @Test
    void commandsDoWhatIsExpected() {
        DaemonGroup group = idle(shop(1));
        group.restart("test");
        command(group);
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.done()).isTrue());
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
        assertThat(route()).isEqualTo(socket(2));
        assertThat(sockets.open()).containsExactly("shop.2.sock");

        group.stop();
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
        assertThat(route()).isEqualTo("unavailable:stopped:30");
        assertThat(sockets.open()).isEmpty();

        group.startNow();
        loop.run();
        assertThat(launcher.alive(3)).hasSize(1);
        launcher.last().becomesReady();
        stopsForInactivity(group).exits(0);
        group.startNow();
        loop.run();
        assertThat(launcher.alive(3)).as("of an idle group").hasSize(1);
        launcher.last().becomesReady();

        TestingDaemon running = launcher.last();
        group.restartNow("test");
        loop.run();
        assertThat(running.wasTold("drain 0")).isTrue();
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
        connect(4);
        assertThat(launcher.alive(4)).hasSize(1);
    }

    @Test
    void changedDefinitionOfAnIdleGroupStartsNothing() {
        DaemonGroup group = idle(shop(1));
        group.redefine(shop(2));
        loop.run();

        assertThat(launcher.count()).isZero();
        assertThat(route()).isEqualTo(socket(2));
        assertThat(sockets.open()).containsExactly("shop.2.sock");
        connect(2);
        launcher.last().becomesReady();
        loop.run();
        assertThat(launcher.alive()).hasSize(2);
    }

    @Test
    void idleGroupThatIsNotOnDemandAnyMoreStarts() {
        DaemonGroup group = idle(shop(1));
        group.redefine(Definitions.shop(1));
        loop.run();

        assertThat(launcher.alive(2)).hasSize(1);
        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void runningGroupThatBecomesOnDemandIsRenewedAndThenStops() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon former = launcher.last();
        group.redefine(shop(1));
        loop.run();
        launcher.last().becomesReady();
        former.exits(0);
        stopsForInactivity(group);
    }

    @Test
    void crashesBackOffAsThoseOfOtherGroups() {
        DaemonGroup group = idle(shop(1));
        connect(1);
        launcher.last().exits(1);
        loop.run();
        launcher.last().exits(1);
        assertThat(group.state()).isEqualTo(GroupState.BACKOFF);
        assertThat(route()).isEqualTo("unavailable:backoff:1");

        loop.pass(Duration.ofSeconds(1));
        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void groupThatAnotherMonitorServesStartsToTakeTheRouteAndStopsThen() throws IOException {
        Files.createSymbolicLink(run.resolve("groups/shop.sock"), Path.of("../sockets/shop.4.sock"));
        elsewhere.add("shop.4.sock");
        DaemonGroup group = group(shop(1), 4);
        group.start();
        loop.run();
        assertThat(route()).isEqualTo(socket(4));
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(5));

        launcher.last().says(idle(LONG_IDLE));
        live(group, Duration.ofSeconds(1));
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
    }

    @Test
    void idleGroupClaimsItsRouteAgain() throws IOException {
        DaemonGroup group = idle(shop(1));
        Files.delete(run.resolve("groups/shop.sock"));
        group.tick();

        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void idleGroupThatIsRemovedLeavesNothing() {
        DaemonGroup group = idle(shop(1));
        group.remove(Duration.ZERO, false, () -> {});

        assertThat(sockets.open()).isEmpty();
        assertThat(route()).isEqualTo("none");
    }
}
