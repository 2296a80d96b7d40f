package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

/** What becomes of a group whose options its JVM refuses. */
class RefusedOptionsTest extends GroupFixture {

    private static final GroupDefinition GOOD = Definitions.shop(1);
    private static final GroupDefinition BAD = Definitions.shopWithThreads(1, 16);

    @Test
    void aFirstStartFailsWithTheJvmsWordsAndIsNotTriedAgain() {
        trials.refuse(BAD, "Unrecognized VM option 'Foo'");
        DaemonGroup group = group(BAD);
        group.start();
        live(group, Duration.ofMinutes(5));

        assertThat(group.state()).isEqualTo(GroupState.FAILED);
        assertThat(group.reason()).contains("Unrecognized VM option 'Foo'");
        assertThat(route()).isEqualTo("unavailable:failed:60");
        assertThat(launcher.count()).isZero();
        assertThat(trials.count()).isEqualTo(1);
        assertThat(errors).hasSize(1);
    }

    @Test
    void startsWhenTheJdkTakesTheOptions() {
        trials.refuse(BAD, "no");
        DaemonGroup group = group(BAD);
        group.start();
        loop.run();

        trials.takeAll();
        live(group, Duration.ofSeconds(1));
        launcher.last().becomesReady();

        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.reason()).isEmpty();
    }

    @Test
    void isTriedAgainWhenSomebodyAsks() {
        trials.refuse(BAD, "no");
        DaemonGroup group = group(BAD);
        group.start();
        loop.run();

        group.restart("asked");
        loop.run();
        assertThat(trials.count()).isEqualTo(2);
        group.startNow();
        loop.run();

        assertThat(trials.count()).isEqualTo(3);
        assertThat(group.state()).isEqualTo(GroupState.FAILED);
    }

    @Test
    void startsWhenItsConfigurationIsCorrected() {
        trials.refuse(BAD, "no");
        DaemonGroup group = group(BAD);
        group.start();
        loop.run();

        group.redefine(GOOD);
        loop.run();
        launcher.last().becomesReady();

        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void aRunningGroupServesOnAndSaysWhy() {
        DaemonGroup group = ready(GOOD);
        trials.refuse(BAD, "Unrecognized VM option 'Foo'");

        group.redefine(BAD);
        command(group);
        live(group, Duration.ofSeconds(70), launcher.last());

        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.reason()).contains("was discarded").contains("Unrecognized VM option 'Foo'");
        assertThat(route()).isEqualTo(socket(1));
        assertThat(launcher.count()).isEqualTo(1);
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.get(0).done()).isFalse();

        trials.takeAll();
        live(group, Duration.ofSeconds(2), launcher.last());
        assertThat(launcher.last().order.definition()).isEqualTo(BAD);
    }

    @Test
    void anUpgradedJdkThatRefusesTheOptionsLeavesWhatRunsAlone() {
        DaemonGroup group = ready(GOOD);
        TestingDaemonLauncher.TestingDaemon serving = launcher.last();
        DaemonProcess process = group.currentProcesses().get(0);
        trials.refuse(GOOD, "Unrecognized VM option 'Foo'");

        group.markStale(process);
        live(group, Duration.ofMinutes(10), serving);

        assertThat(group.state()).isEqualTo(GroupState.STALE);
        assertThat(group.notes()).anyMatch(note -> note.contains("Unrecognized VM option 'Foo'"));
        assertThat(launcher.count()).isEqualTo(1);
        assertThat(serving.wasTold("drain")).isFalse();
        assertThat(errors).as("it is said once").hasSize(1);

        trials.takeAll();
        live(group, Duration.ofSeconds(2), serving);
        launcher.last().becomesReady();
        assertThat(launcher.count()).isEqualTo(2);
        assertThat(serving.wasTold("drain")).isTrue();
        assertThat(group.notes()).isEmpty();
    }

    @Test
    void whatEndsWhileTheJdkRefusesTheOptionsIsNotStartedInALoop() {
        DaemonGroup group = ready(Definitions.shop(2));
        trials.refuse(Definitions.shop(2), "no");

        TestingDaemonLauncher.TestingDaemon other = launcher.alive().get(1);
        launcher.alive().get(0).isKilled();
        live(group, Duration.ofMinutes(2), other);
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.count()).isEqualTo(2);

        other.isKilled();
        live(group, Duration.ofMinutes(2));

        assertThat(group.state()).isEqualTo(GroupState.FAILED);
        assertThat(group.reason()).isEqualTo("no");
        assertThat(launcher.count()).isEqualTo(2);
        assertThat(route()).isEqualTo("unavailable:failed:60");
    }

    @Test
    void restartAtOnceEndsNothingForOptionsThatAreRefused() {
        DaemonGroup group = ready(GOOD);
        trials.refuse(GOOD, "no");
        trials.beSlow();

        group.restartNow("asked");
        command(group);
        loop.run();
        assertThat(outcomes).isEmpty();
        trials.end();
        loop.run();

        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.get(0).done()).isFalse();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.last().wasTold("drain")).isFalse();
    }

    @Test
    void aGroupThatIsStoppedWhileItsOptionsAreTriedStaysStopped() {
        trials.beSlow();
        DaemonGroup group = group(GOOD);
        group.start();
        loop.run();

        group.stop();
        loop.run();
        trials.end();
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
        assertThat(launcher.count()).isZero();
    }
}
