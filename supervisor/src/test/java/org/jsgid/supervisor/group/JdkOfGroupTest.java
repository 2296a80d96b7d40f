package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.management.DaemonReport;
import org.junit.jupiter.api.Test;

/** A JDK that is replaced, goes, and comes back. */
class JdkOfGroupTest extends GroupFixture {

    private void allStale(DaemonGroup group) {
        group.processes().forEach(group::markStale);
        loop.run();
    }

    @Test
    void staleProcessesAreRenewedOneByOneAndTheGroupIsReadyAgain() {
        DaemonGroup group = ready(Definitions.shop(2));
        List<TestingDaemon> old = launcher.alive();
        allStale(group);
        assertThat(group.state()).isEqualTo(GroupState.STALE);
        assertThat(group.processes().get(0).isStale()).isTrue();

        for (int i = 0; i < 2; i++) {
            launcher.last().becomesReady();
            old.get(i).exits(0);
        }
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.alive()).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(launcher.mostAlive()).isEqualTo(3);
        assertThat(group.generation()).as("no new generation").isEqualTo(1);
    }

    @Test
    void staleProcessIsRenewedAtItsNextIdleMomentIfThatIsThePolicy() {
        DaemonGroup group = ready(Definitions.renewingStale(Definitions.shop(1), "idle"));
        TestingDaemon busy = launcher.last().says(COUNTERS);
        allStale(group);
        live(group, Duration.ofSeconds(5), busy);
        assertThat(launcher.count()).isEqualTo(1);

        busy.says(new DaemonReport.Counters(6, 0, 0, 0, 20, 1, 2, 900, 0));
        live(group, Duration.ofSeconds(1));
        assertThat(launcher.count()).isEqualTo(2);
    }

    @Test
    void staleProcessServesOnIfThatIsThePolicy() {
        DaemonGroup group = ready(Definitions.renewingStale(Definitions.shop(1), "never"));
        TestingDaemon daemon = launcher.last().says(idle(Duration.ofHours(1)));
        allStale(group);
        live(group, Duration.ofSeconds(5), daemon);

        assertThat(launcher.count()).isEqualTo(1);
        assertThat(group.state()).isEqualTo(GroupState.STALE);
        assertThat(group.reason()).contains("replaced on disk");
    }

    @Test
    void commandsAreDoneByAStaleGroup() {
        DaemonGroup group = ready(Definitions.renewingStale(Definitions.shop(1), "never"));
        allStale(group);
        group.restart("test");
        command(group);
        loop.run();
        launcher.last().becomesReady();

        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.done()).isTrue());
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void withoutItsJdkWhatRunsServesOnAndNothingIsStarted() {
        DaemonGroup group = ready(Definitions.shop(2));
        List<TestingDaemon> old = launcher.alive();
        group.jdkGone();
        assertThat(group.state()).isEqualTo(GroupState.STALE);
        assertThat(group.reason()).contains("/jdk");

        old.get(0).exits(134);
        old.get(1).says(new DaemonReport.Changed(SHOP));
        loop.pass(Duration.ofMinutes(5));
        assertThat(launcher.alive()).containsExactly(old.get(1));
        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.STALE);

        old.get(1).exits(134);
        loop.pass(Duration.ofMinutes(5));
        assertThat(launcher.alive()).isEmpty();
        assertThat(group.state()).isEqualTo(GroupState.NO_RUNTIME);
        assertThat(route()).isEqualTo("unavailable:no-runtime:30");
        assertThat(sockets.open()).isEmpty();
    }

    @Test
    void startsByItselfAtOnceWhenItsJdkIsBack() {
        DaemonGroup group = ready(Definitions.shop(1));
        for (int i = 0; i < 4; i++) {
            launcher.last().exits(1);
            loop.run();
        }
        assertThat(group.state()).isEqualTo(GroupState.BACKOFF);
        group.jdkGone();
        assertThat(group.state()).isEqualTo(GroupState.NO_RUNTIME);
        loop.pass(Duration.ofMinutes(5));
        assertThat(launcher.alive()).isEmpty();

        group.jdkBack();
        loop.run();
        assertThat(launcher.alive()).hasSize(1);
        launcher.last().exits(1);
        loop.run();
        assertThat(launcher.alive()).as("crashes before are forgotten").hasSize(1);
        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.reason()).isEmpty();
    }

    @Test
    void whatWasAskedForWithoutAJdkIsDoneWhenItIsBack() {
        DaemonGroup group = ready(Definitions.shop(2, SHOP));
        List<TestingDaemon> old = launcher.alive();
        group.jdkGone();
        old.get(0).says(new DaemonReport.Changed(SHOP));
        old.get(1).exits(134);
        group.jdkBack();
        loop.run();

        assertThat(launcher.alive(2)).hasSize(1);
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(2));
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void restartWithoutAJdkSaysWhyItIsNotDone() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.jdkGone();
        group.restart("test");
        command(group);

        assertThat(outcomes).singleElement().satisfies(outcome -> {
            assertThat(outcome.done()).isFalse();
            assertThat(outcome.message()).contains("JDK");
        });
    }

    @Test
    void groupThatIsStartedWithoutAJdkWaitsForIt() {
        DaemonGroup group = group(Definitions.shop(1));
        group.jdkGone();
        group.start();
        command(group);
        loop.run();
        assertThat(group.state()).isEqualTo(GroupState.NO_RUNTIME);
        assertThat(launcher.count()).isZero();
        assertThat(outcomes).hasSize(1);

        group.jdkBack();
        loop.run();
        assertThat(launcher.alive()).hasSize(1);
        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void idleGroupWithoutAJdkRefusesRequestsUntilItIsBack() {
        DaemonGroup group = group(Definitions.onDemand(Definitions.shop(1)));
        group.start();
        group.jdkGone();
        assertThat(group.state()).isEqualTo(GroupState.NO_RUNTIME);
        assertThat(route()).isEqualTo("unavailable:no-runtime:30");

        group.jdkBack();
        assertThat(group.state()).isEqualTo(GroupState.IDLE);
        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void stoppedGroupStaysStoppedWhenItsJdkGoesAndComes() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.stop();
        launcher.last().exits(0);
        group.jdkGone();
        group.jdkBack();
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
        assertThat(launcher.alive()).isEmpty();
    }
}
