package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.DaemonProcess;
import org.junit.jupiter.api.Test;

/** Renewal of single processes inside a generation. */
class ProcessRenewalTest extends GroupFixture {

    private static DaemonProcess process(DaemonGroup group, TestingDaemon daemon) {
        return group.processes().stream()
                .filter(process -> process.pid() == daemon.pid())
                .findFirst()
                .orElseThrow();
    }

    private boolean renew(DaemonGroup group, TestingDaemon daemon, ProcessRenewal renewal) {
        boolean accepted = group.renewProcess(process(group, daemon), renewal);
        loop.run();
        return accepted;
    }

    @Test
    void anotherOfTheSameGenerationIsReadyBeforeTheDueOneDrains() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();

        assertThat(renew(group, due, ProcessRenewal.because("it is old"))).isTrue();
        assertThat(launcher.alive(1)).hasSize(2);
        assertThat(due.wasTold("drain")).isFalse();
        assertThat(process(group, due).renewal()).contains("it is old");

        launcher.last().becomesReady();
        assertThat(due.wasTold("drain 15")).isTrue();
        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.READY);

        due.exits(0);
        assertThat(launcher.alive()).hasSize(1);
        assertThat(group.lastExit()).isEmpty();
        assertThat(launcher.mostAlive()).isEqualTo(2);
    }

    @Test
    void itsOwnTimeForRequestsIsGivenToTheDueOne() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old").within(Duration.ofSeconds(3)));
        launcher.last().becomesReady();

        assertThat(due.wasTold("drain 3")).isTrue();
    }

    @Test
    void askingTwiceIsNoNews() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old"));

        assertThat(renew(group, due, ProcessRenewal.because("it is older"))).isFalse();
        assertThat(launcher.count()).isEqualTo(2);
    }

    @Test
    void severalDueProcessesAreRenewedOneByOneTheUrgentOneFirst() {
        DaemonGroup group = ready(Definitions.shop(3));
        List<TestingDaemon> old = launcher.alive();
        renew(group, old.get(0), ProcessRenewal.because("it is old"));
        renew(group, old.get(1), ProcessRenewal.because("it is old"));
        renew(group, old.get(2), ProcessRenewal.urgent("it is stuck"));

        List<TestingDaemon> drained = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertThat(launcher.alive()).hasSize(4);
            launcher.last().becomesReady();
            List<TestingDaemon> draining = old.stream()
                    .filter(daemon -> daemon.wasTold("drain") && !drained.contains(daemon))
                    .toList();
            assertThat(draining).hasSize(1);
            assertThat(launcher.alive()).as("no more than one above").hasSize(4);
            assertThat(group.currentProcesses().stream()
                            .filter(process -> process.state().word().equals("ready")))
                    .hasSize(3);
            drained.addAll(draining);
            draining.get(0).exits(0);
        }

        assertThat(drained).containsExactly(old.get(2), old.get(0), old.get(1));
        assertThat(launcher.alive()).hasSize(3);
        assertThat(launcher.mostAlive()).isEqualTo(4);
    }

    @Test
    void statusSaysWhenARenewalWaitsForADrainingProcess() {
        DaemonGroup group = ready(Definitions.shop(2));
        List<TestingDaemon> old = launcher.alive();
        renew(group, old.get(0), ProcessRenewal.because("it is old"));
        renew(group, old.get(1), ProcessRenewal.because("it is old"));
        launcher.last().becomesReady();

        assertThat(group.reason()).contains("waits for daemon " + old.get(0).pid());
        old.get(0).exits(0);
        assertThat(group.reason()).isEmpty();
    }

    @Test
    void replacementThatFailsIsDiscardedWithItsReasonAndTriedAgainEverMoreSlowly() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old"));

        int[] waits = {1, 1, 2, 4, 8};
        for (int wait : waits) {
            int count = launcher.count();
            launcher.last().exits(1);
            assertThat(group.state()).isEqualTo(GroupState.READY);
            assertThat(group.reason()).contains("not renewed").contains("exited with status 1");
            loop.pass(Duration.ofSeconds(wait).minusMillis(1));
            assertThat(launcher.count()).isEqualTo(count);
            loop.pass(Duration.ofMillis(1));
            assertThat(launcher.count()).isEqualTo(count + 1);
        }
        assertThat(due.wasTold("drain")).isFalse();

        launcher.last().becomesReady();
        assertThat(due.wasTold("drain")).isTrue();
        assertThat(group.reason()).isEmpty();
    }

    @Test
    void replacementThatIsNotReadyInTimeIsDiscarded() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old"));
        TestingDaemon slow = launcher.last();
        loop.pass(Duration.ofSeconds(60));

        assertThat(slow.wasTold("terminate")).isTrue();
        assertThat(group.reason()).contains("not ready within 60 s");
        assertThat(due.wasTold("drain")).isFalse();
        slow.exits(143);
        loop.pass(Duration.ofSeconds(1));
        assertThat(launcher.alive()).hasSize(2);
    }

    @Test
    void replacementThatRejectsWhatTheDueOneHasLoadedIsDiscarded() {
        DaemonGroup group = ready(Definitions.shop(1, SHOP));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old"));
        TestingDaemon other = launcher.last().says(new DaemonReport.Rejected(SHOP, "line 3"));

        assertThat(other.wasTold("terminate")).isTrue();
        assertThat(group.reason()).contains("/srv/shop.war").contains("line 3");
        assertThat(due.wasTold("drain")).isFalse();
    }

    @Test
    void dueProcessThatDiesMeanwhileIsSimplyReplaced() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old"));
        due.exits(134);

        assertThat(launcher.alive()).hasSize(1);
        launcher.last().becomesReady();
        assertThat(launcher.alive()).hasSize(1);
        assertThat(launcher.last().wasTold("drain")).isFalse();
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void crashOfAnotherProcessIsMadeGoodByTheReplacementAndTheDueOneIsRenewedThen() {
        DaemonGroup group = ready(Definitions.shop(2));
        List<TestingDaemon> old = launcher.alive();
        renew(group, old.get(0), ProcessRenewal.because("it is old"));
        old.get(1).exits(134);
        loop.run();
        launcher.alive().stream().filter(daemon -> !old.contains(daemon)).forEach(TestingDaemon::becomesReady);
        launcher.last().becomesReady();
        assertThat(old.get(0).wasTold("drain")).isTrue();
        old.get(0).exits(0);

        assertThat(launcher.alive()).hasSize(2);
        assertThat(launcher.mostAlive()).isLessThanOrEqualTo(3);
    }

    @Test
    void renewalOfTheGenerationComesInPlaceOfThatOfAProcess() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        renew(group, due, ProcessRenewal.because("it is old"));
        TestingDaemon replacement = launcher.last();
        group.restart("test");
        assertThat(replacement.wasTold("terminate")).isTrue();
        replacement.exits(143);

        assertThat(launcher.alive(2)).hasSize(1);
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(2));
        due.exits(0);
        assertThat(launcher.alive()).hasSize(1);
        assertThat(errors).isEmpty();
    }

    @Test
    void dueProcessIsRenewedWhenTheNewGenerationWasDiscarded() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon due = launcher.last();
        group.restart("test");
        loop.run();
        renew(group, due, ProcessRenewal.because("it is old"));
        launcher.alive(2).get(0).exits(1);
        loop.run();

        assertThat(launcher.alive(1)).hasSize(2);
    }

    @Test
    void stuckRequestsRenewTheProcessAtOnce() {
        ready(Definitions.shop(1));
        TestingDaemon stuck = launcher.last();
        stuck.says(new DaemonReport.Stuck(2)).says(new DaemonReport.Stuck(3));

        assertThat(launcher.alive()).hasSize(2);
        launcher.last().becomesReady();
        assertThat(stuck.wasTold("drain 15")).isTrue();
    }

    @Test
    void killedProcessIsReplacedWithTheReasonKept() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemon big = launcher.last();
        group.killProcess(process(group, big), "it used 2 GB (JsgiMemoryLimit)");
        loop.run();

        assertThat(launcher.alive()).hasSize(1);
        assertThat(group.lastExit())
                .hasValueSatisfying(exit -> assertThat(exit.reason().sentence()).contains("it used 2 GB"));
    }
}
