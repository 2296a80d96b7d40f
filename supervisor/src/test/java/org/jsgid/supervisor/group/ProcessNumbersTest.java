package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.junit.jupiter.api.Test;

/** The numbers of a group's processes, which requests with a route name. */
class ProcessNumbersTest extends GroupFixture {

    private static List<Integer> numbers(List<TestingDaemon> daemons) {
        return daemons.stream().map(daemon -> daemon.order.number()).toList();
    }

    private static DaemonProcess process(DaemonGroup group, TestingDaemon daemon) {
        return group.processes().stream()
                .filter(process -> process.pid() == daemon.pid())
                .findFirst()
                .orElseThrow();
    }

    private void renew(DaemonGroup group, TestingDaemon daemon, ProcessRenewal renewal) {
        group.renewProcess(process(group, daemon), renewal);
        loop.run();
    }

    @Test
    void processesAreNumberedFromOne() {
        DaemonGroup group = ready(Definitions.shop(3));

        assertThat(numbers(launcher.alive())).containsExactly(1, 2, 3);
        assertThat(group.processes()).extracting(DaemonProcess::number).containsExactly(1, 2, 3);
    }

    @Test
    void oneThatComesAfterACrashHasTheNumberThatIsFree() {
        ready(Definitions.shop(3));
        launcher.alive().get(1).isKilled();
        loop.run();

        assertThat(launcher.last().order.number()).isEqualTo(2);
    }

    @Test
    void oneThatReplacesAnotherHasItsNumber() {
        DaemonGroup group = ready(Definitions.shop(3));
        renew(group, launcher.alive().get(2), ProcessRenewal.because("it is old"));

        assertThat(launcher.last().order.number()).isEqualTo(3);
    }

    @Test
    void theNextGenerationHasTheSameNumbers() {
        DaemonGroup group = ready(Definitions.shop(3));
        List<TestingDaemon> old = launcher.alive();
        group.restart("test");
        loop.run();
        launcher.last().becomesReady();
        old.forEach(daemon -> daemon.exits(0));
        loop.run();
        launcher.alive(2).forEach(TestingDaemon::becomesReady);
        loop.run();

        assertThat(numbers(launcher.alive(2))).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void numbersAreWholeAgainWhenAnUrgentRenewalCameBetween() {
        DaemonGroup group = ready(Definitions.shop(3));
        List<TestingDaemon> old = launcher.alive();
        renew(group, old.get(0), ProcessRenewal.because("it is old"));
        // The one that was started for the first is ready, but the third has to go at once.
        renew(group, old.get(2), ProcessRenewal.urgent("it is stuck"));
        for (int i = 0; i < 2; i++) {
            launcher.last().becomesReady();
            old.stream().filter(daemon -> daemon.wasTold("drain")).forEach(daemon -> daemon.exits(0));
            loop.run();
        }

        assertThat(group.processes())
                .filteredOn(process -> process.state() == DaemonState.READY)
                .extracting(DaemonProcess::number)
                .containsExactlyInAnyOrder(1, 2, 3);
    }
}
