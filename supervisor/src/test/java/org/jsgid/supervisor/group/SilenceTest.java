package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

/** Daemons that say nothing, and those whose threads wait for each other. */
class SilenceTest extends GroupFixture {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static GroupDefinition shop(int processes) {
        return Definitions.withTimeouts(Definitions.shop(processes), null, null, MINUTE, null);
    }

    private DaemonGroup speaking(GroupDefinition definition) {
        DaemonGroup group = ready(definition);
        live(group, Duration.ofSeconds(3), launcher.alive().toArray(TestingDaemon[]::new));
        return group;
    }

    @Test
    void silentDaemonIsAskedForItsStacksOnceAndAnotherOneComes() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon silent = launcher.last();
        live(group, Duration.ofSeconds(9));
        assertThat(silent.wasTold("dump")).isFalse();
        live(group, Duration.ofSeconds(11));

        assertThat(silent.times("dump")).isEqualTo(1);
        assertThat(launcher.alive()).hasSize(2);
        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(silent.wasTold("drain")).isTrue();
        assertThat(silent.wasTold("kill")).isFalse();
    }

    @Test
    void silentDaemonIsKilledWhenItsTimeIsOverAlsoWhenItDrains() {
        DaemonGroup group = speaking(Definitions.withTimeouts(shop(1), null, null, null, Duration.ofMinutes(10)));
        TestingDaemon silent = launcher.last();
        live(group, Duration.ofSeconds(12));
        TestingDaemon other = launcher.last().becomesReady();
        live(group, Duration.ofSeconds(47), other);
        assertThat(silent.wasTold("kill")).isFalse();
        live(group, Duration.ofSeconds(1), other);

        assertThat(silent.wasTold("kill")).isTrue();
        assertThat(launcher.alive()).containsExactly(other);
        assertThat(group.lastExit())
                .hasValueSatisfying(exit -> assertThat(exit.reason().sentence()).contains("said nothing for 60 s"));
    }

    @Test
    void withoutATimeItIsLeftAloneButReplaced() {
        DaemonGroup group = speaking(Definitions.withTimeouts(shop(1), null, null, Duration.ZERO, null));
        TestingDaemon silent = launcher.last();
        live(group, Duration.ofSeconds(20));
        TestingDaemon other = launcher.last().becomesReady();
        assertThat(silent.wasTold("drain")).isTrue();
        live(group, Duration.ofSeconds(10), other);

        assertThat(silent.wasTold("kill")).isFalse();
    }

    @Test
    void daemonThatSpeaksAgainBeforeTheOtherOneIsReadyStays() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon silent = launcher.last();
        live(group, Duration.ofSeconds(12));
        TestingDaemon other = launcher.last();
        silent.says(COUNTERS);

        assertThat(other.wasTold("terminate")).isTrue();
        other.exits(143);
        live(group, Duration.ofSeconds(100), silent);
        assertThat(launcher.alive()).containsExactly(silent);
        assertThat(silent.wasTold("drain")).isFalse();
        assertThat(errors).isEmpty();
    }

    @Test
    void daemonThatSpeaksAgainAndFallsSilentAgainIsReportedAgain() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon silent = launcher.last();
        live(group, Duration.ofSeconds(12));
        TestingDaemon other = launcher.last();
        silent.says(COUNTERS);
        other.exits(143);
        live(group, Duration.ofSeconds(12));

        assertThat(silent.times("dump")).isEqualTo(2);
        assertThat(launcher.alive()).hasSize(2);
    }

    @Test
    void oneOfThreeThatIsSilentIsReplacedAndTheOthersStay() {
        DaemonGroup group = speaking(shop(3));
        List<TestingDaemon> all = launcher.alive();
        live(group, Duration.ofSeconds(12), all.get(0), all.get(2));
        launcher.last().becomesReady();

        assertThat(all.get(1).wasTold("drain")).isTrue();
        assertThat(all.get(0).wasTold("drain")).isFalse();
        assertThat(all.get(2).wasTold("drain")).isFalse();
        assertThat(launcher.mostAlive()).isEqualTo(4);
    }

    @Test
    void drainingDaemonThatIsStoppedIsTerminatedThenKilledAtItsDeadlines() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon stopped = launcher.last();
        group.stop();
        live(group, Duration.ofSeconds(20));
        assertThat(stopped.wasTold("terminate")).isTrue();
        live(group, Duration.ofSeconds(2));

        assertThat(stopped.wasTold("kill")).isTrue();
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
    }

    @Test
    void silenceWhileTheMonitorItselfWasStoppedSaysNothing() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon daemon = launcher.last();
        loop.pass(Duration.ofMinutes(5));
        group.tick();
        loop.run();
        live(group, Duration.ofSeconds(5), daemon);

        assertThat(daemon.wasTold("dump")).isFalse();
        assertThat(launcher.alive()).containsExactly(daemon);
    }

    @Test
    void daemonThatIsSilentWhileItStartsIsReportedAndKilledInTime() {
        GroupDefinition noStartup = Definitions.withTimeouts(shop(1), Duration.ZERO, null, null, null);
        DaemonGroup group = group(noStartup);
        group.start();
        loop.run();
        TestingDaemon silent = launcher.last().says(new DaemonReport.Hello(1000, "17", ""));
        live(group, Duration.ofSeconds(12));
        assertThat(silent.wasTold("dump")).isTrue();
        live(group, Duration.ofSeconds(50));

        assertThat(silent.wasTold("kill")).isTrue();
    }

    @Test
    void deadlockThatLastsRenewsTheProcess() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon locked = launcher.last();
        for (int i = 0; i < 12; i++) {
            locked.says(new DaemonReport.Deadlock("a,b"));
            live(group, Duration.ofSeconds(5), locked);
        }
        assertThat(launcher.alive()).hasSize(1);
        locked.says(new DaemonReport.Deadlock("a,b"));
        assertThat(launcher.alive()).hasSize(2);
        assertThat(errors)
                .filteredOn(line -> line.contains("deadlock between threads a,b"))
                .hasSize(1);

        launcher.last().becomesReady();
        assertThat(locked.wasTold("drain 15")).isTrue();
    }

    @Test
    void deadlockThatEndsRenewsNothing() {
        DaemonGroup group = speaking(shop(1));
        TestingDaemon locked = launcher.last();
        for (int i = 0; i < 5; i++) {
            locked.says(new DaemonReport.Deadlock("a,b"));
            live(group, Duration.ofSeconds(50), locked);
        }

        assertThat(launcher.alive()).containsExactly(locked);
    }

    @Test
    void deadlockRenewsNothingWithoutATimeForIt() {
        DaemonGroup group = speaking(Definitions.withTimeouts(shop(1), null, null, Duration.ZERO, null));
        TestingDaemon locked = launcher.last();
        for (int i = 0; i < 30; i++) {
            locked.says(new DaemonReport.Deadlock("a,b"));
            live(group, Duration.ofSeconds(5), locked);
        }

        assertThat(launcher.alive()).containsExactly(locked);
    }
}
