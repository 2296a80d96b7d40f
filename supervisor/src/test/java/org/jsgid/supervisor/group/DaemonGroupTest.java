package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.junit.jupiter.api.Test;

class DaemonGroupTest extends GroupFixture {

    @Test
    void firstGenerationGetsItsRouteBeforeItIsReady() {
        DaemonGroup group = group(Definitions.shop(1));
        group.start();
        loop.run();

        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.STARTING);

        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.generation()).isEqualTo(1);
    }

    @Test
    void numbersGenerationsFromTheLastOneThatThereWas() {
        DaemonGroup group = group(Definitions.shop(1), 7);
        group.start();
        loop.run();

        assertThat(route()).isEqualTo(socket(8));
    }

    @Test
    void startsAsManyProcessesAsConfigured() {
        ready(Definitions.shop(3));

        assertThat(launcher.alive()).hasSize(3);
    }

    @Test
    void renewalSwitchesTheRouteOnlyWhenTheNewGenerationIsReadyAndThenDrainsTheOld() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon old = launcher.last();

        group.restart("test");
        loop.run();
        assertThat(route()).isEqualTo(socket(1));
        assertThat(old.wasTold("drain")).isFalse();

        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(2));
        assertThat(old.wasTold("drain 15")).isTrue();
        assertThat(sockets.open()).as("the old queue is kept").containsExactly("shop.1.sock", "shop.2.sock");

        old.exits(0);
        assertThat(sockets.open()).containsExactly("shop.2.sock");
        assertThat(group.lastExit()).as("an asked-for exit is no fault").isEmpty();
    }

    @Test
    void rollingRenewalOfTwoProcessesNeverHasMoreThanThree() {
        DaemonGroup group = ready(Definitions.shop(2));
        List<TestingDaemonLauncher.TestingDaemon> old = launcher.alive();

        group.restart("test");
        loop.run();
        assertThat(launcher.alive(2)).hasSize(1);
        launcher.alive(2).get(0).becomesReady();
        assertThat(old).allMatch(daemon -> daemon.wasTold("drain"));
        assertThat(launcher.alive(2)).as("no room yet").hasSize(1);

        old.get(0).exits(0);
        assertThat(launcher.alive(2)).hasSize(2);
        old.get(1).exits(0);
        launcher.last().becomesReady();

        assertThat(launcher.alive()).hasSize(2);
        assertThat(launcher.mostAlive()).isEqualTo(3);
    }

    @Test
    void renewalWaitsWhileAnEarlierOneStillDrains() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon first = launcher.last();
        group.restart("one");
        loop.run();
        launcher.last().becomesReady();

        group.restart("two");
        loop.run();
        assertThat(launcher.alive()).hasSize(2);
        assertThat(launcher.alive(3)).isEmpty();

        first.exits(0);
        assertThat(launcher.alive(3)).hasSize(1);
        assertThat(launcher.mostAlive()).isEqualTo(2);
    }

    @Test
    void newGenerationThatExitsIsDiscardedAndTheOldOneServesOn() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.restart("test");
        command(group);
        loop.run();
        launcher.last().exits(1);

        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.reason()).contains("generation 2 was discarded").contains("exited with status 1");
        assertThat(launcher.alive()).hasSize(1);
        assertThat(sockets.open()).containsExactly("shop.1.sock");
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.done()).isFalse());
    }

    @Test
    void newGenerationThatIsNotReadyInTimeIsDiscarded() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.restart("test");
        loop.run();
        TestingDaemonLauncher.TestingDaemon slow = launcher.last();
        loop.pass(Duration.ofSeconds(61));

        assertThat(slow.wasTold("terminate")).isTrue();
        loop.pass(Duration.ofSeconds(3));
        assertThat(slow.wasTold("kill")).isTrue();
        assertThat(group.reason()).contains("not ready within 60 s");
        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void newGenerationThatRejectsWhatTheCurrentOneHasLoadedIsDiscarded() {
        DaemonGroup group = ready(Definitions.shop(1, SHOP));
        group.restart("test");
        loop.run();
        launcher.last().says(new DaemonReport.Rejected(SHOP, "line 3: ';' expected"));

        assertThat(group.reason()).contains("/srv/shop.war").contains("';' expected");
        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void newGenerationThatRejectsWhatNobodyHasLoadedIsTaken() {
        ApplicationKey broken = new ApplicationKey("/srv/broken.war", "/broken", "");
        DaemonGroup group = ready(Definitions.shop(1, SHOP));
        group.redefine(Definitions.shop(1, SHOP, broken));
        loop.run();
        launcher.last().says(new DaemonReport.Rejected(broken, "no")).becomesReady();

        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void firstGenerationServesWhateverDidNotLoad() {
        DaemonGroup group = group(Definitions.shop(1, SHOP));
        group.start();
        loop.run();
        launcher.last().says(new DaemonReport.Rejected(SHOP, "no")).says(new DaemonReport.Ready());

        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void unchangedDefinitionKeepsItsProcesses() {
        DaemonGroup group = ready(Definitions.shop(2, SHOP));
        group.redefine(Definitions.shop(2, SHOP));
        loop.run();

        assertThat(launcher.count()).isEqualTo(2);
        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void changedDefinitionIsANewGeneration() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.redefine(Definitions.shopWithThreads(1, 3));
        loop.run();

        assertThat(launcher.last().order.generation()).isEqualTo(2);
        assertThat(launcher.last().order.definition().threads()).isEqualTo(3);
    }

    @Test
    void definitionThatDidNotComeUpIsTriedAgainWhenTheConfigurationIsReadAgain() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.redefine(Definitions.shopWithThreads(1, 3));
        loop.run();
        launcher.last().exits(1);
        assertThat(group.newestDefinition()).isEqualTo(Definitions.shop(1));

        group.redefine(Definitions.shopWithThreads(1, 3));
        loop.run();
        assertThat(launcher.last().order.generation()).isEqualTo(3);
    }

    @Test
    void crashAfterAnUnsuccessfulChangeStartsWhatServedBefore() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.redefine(Definitions.shopWithThreads(1, 3));
        loop.run();
        launcher.last().exits(1);
        launcher.alive().get(0).exits(1);
        loop.run();
        launcher.last().exits(1);
        loop.pass(Duration.ofSeconds(2));

        assertThat(launcher.last().order.definition()).isEqualTo(Definitions.shop(1));
    }

    @Test
    void crashedProcessIsStartedAgainAtOnceOnTheSameSocket() {
        DaemonGroup group = ready(Definitions.shop(1));
        launcher.last().exits(134);
        loop.run();

        assertThat(launcher.alive()).hasSize(1);
        assertThat(launcher.last().order.generation()).isEqualTo(1);
        assertThat(route()).isEqualTo(socket(1));
        assertThat(group.state()).isEqualTo(GroupState.STARTING);
        assertThat(group.lastExit()).hasValueSatisfying(exit -> {
            assertThat(exit.pid()).isEqualTo(1000);
            assertThat(exit.lastLines()).containsExactly("last line of 1000");
        });
    }

    @Test
    void repeatedCrashesBackOffAndRequestsAreRefusedMeanwhile() {
        DaemonGroup group = ready(Definitions.shop(1));
        launcher.last().exits(1);
        loop.run();
        launcher.last().exits(1);

        assertThat(group.state()).isEqualTo(GroupState.BACKOFF);
        assertThat(route()).isEqualTo("unavailable:backoff:1");
        assertThat(sockets.open()).as("those who wait in the queue fail fast").isEmpty();
        assertThat(group.retryAfter()).contains(Duration.ofSeconds(1));

        loop.pass(Duration.ofSeconds(1));
        assertThat(launcher.last().order.generation()).isEqualTo(2);
        assertThat(route()).as("until it is ready").isEqualTo("unavailable:backoff:1");
        launcher.last().exits(1);
        assertThat(route()).isEqualTo("unavailable:backoff:2");

        loop.pass(Duration.ofSeconds(2));
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(3));
        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.reason()).isEmpty();
    }

    @Test
    void crashOfOneOfTwoLeavesTheRouteAlone() {
        DaemonGroup group = ready(Definitions.shop(2));
        launcher.alive().get(0).exits(1);
        loop.run();
        launcher.last().exits(1);
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(route()).isEqualTo(socket(1));
        assertThat(launcher.alive()).as("the next start waits").hasSize(1);
        loop.pass(Duration.ofSeconds(1));
        assertThat(launcher.alive()).hasSize(2);
    }

    @Test
    void changedDefinitionEndsTheBackOff() {
        DaemonGroup group = ready(Definitions.shop(1));
        launcher.last().exits(1);
        loop.run();
        launcher.last().exits(1);
        assertThat(group.state()).isEqualTo(GroupState.BACKOFF);

        group.redefine(Definitions.shopWithThreads(1, 3));
        loop.run();
        assertThat(group.state()).isEqualTo(GroupState.STARTING);
        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void unchangedDefinitionDoesNotEndTheBackOff() {
        DaemonGroup group = ready(Definitions.shop(1));
        launcher.last().exits(1);
        loop.run();
        launcher.last().exits(1);
        group.redefine(Definitions.shop(1));
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.BACKOFF);
    }

    @Test
    void impossibleStartFailsWithTheReasonUntilItIsAskedForAgain() {
        launcher.makeImpossible("no plugin serves Java 17");
        DaemonGroup group = group(Definitions.shop(1));
        group.start();
        command(group);
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.FAILED);
        assertThat(group.reason()).isEqualTo("no plugin serves Java 17");
        assertThat(route()).isEqualTo("unavailable:failed:60");
        assertThat(sockets.open()).isEmpty();
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.state()).isEqualTo(GroupState.FAILED));

        launcher.makeImpossible("");
        group.redefine(Definitions.shop(1));
        loop.run();
        launcher.last().becomesReady();
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void fullDiskDuringARenewalLeavesWhatRuns() {
        DaemonGroup group = ready(Definitions.shop(1));
        sockets.becomeFull();
        group.restart("test");
        command(group);
        loop.run();

        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(group.reason()).contains("No space left");
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.done()).isFalse());
    }

    @Test
    void daemonThatIsStoppedWhileItStartsIsNoError() {
        DaemonGroup group = group(Definitions.shop(1));
        group.start();
        loop.run();
        TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
        group.stop();
        assertThat(daemon.wasTold("terminate")).isTrue();
        daemon.exits(143);

        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
        assertThat(errors).isEmpty();
        assertThat(group.lastExit()).isEmpty();
    }

    @Test
    void stopRefusesRequestsBeforeItDrainsAndStartServesAgain() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
        group.stop();
        command(group);

        assertThat(route()).isEqualTo("unavailable:stopped:30");
        assertThat(daemon.wasTold("drain 15")).isTrue();
        assertThat(group.state()).isEqualTo(GroupState.DRAINING);
        assertThat(outcomes).isEmpty();

        daemon.exits(0);
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
        assertThat(group.isWanted()).isFalse();
        assertThat(sockets.open()).isEmpty();
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.done()).isTrue());

        group.start();
        loop.run();
        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void stoppedGroupStaysStoppedWhenItsDefinitionChanges() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.stop();
        launcher.last().exits(0);
        group.redefine(Definitions.shopWithThreads(1, 3));
        loop.run();

        assertThat(launcher.alive()).isEmpty();
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
    }

    @Test
    void drainingDaemonThatDoesNotEndIsTerminatedThenKilled() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
        group.stop();

        loop.pass(Duration.ofSeconds(19));
        assertThat(daemon.wasTold("terminate")).isFalse();
        loop.pass(Duration.ofSeconds(1));
        assertThat(daemon.wasTold("terminate")).isTrue();
        assertThat(daemon.wasTold("kill")).isFalse();
        loop.pass(Duration.ofSeconds(2));
        assertThat(daemon.wasTold("kill")).isTrue();
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
    }

    @Test
    void restartAtOnceGivesTheNewSocketTheRouteBeforeItIsReady() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon old = launcher.last();
        group.restartNow("test");
        loop.run();

        assertThat(route()).isEqualTo(socket(2));
        assertThat(old.wasTold("drain 0")).isTrue();
        assertThat(group.state()).isEqualTo(GroupState.STARTING);
    }

    @Test
    void changedFileBeginsOneNewGenerationHoweverManyProcessesReportIt() {
        DaemonGroup group = ready(Definitions.shop(2, SHOP));
        List<TestingDaemonLauncher.TestingDaemon> old = launcher.alive();
        old.get(0).says(new DaemonReport.Changed(SHOP));
        old.get(1).says(new DaemonReport.Changed(SHOP));
        launcher.alive(2).get(0).becomesReady();
        old.forEach(daemon -> daemon.exits(0));
        launcher.last().becomesReady();

        assertThat(group.generation()).isEqualTo(2);
        assertThat(launcher.alive(3)).isEmpty();
    }

    @Test
    void fileThatChangesDuringARenewalIsRenewedAgainAfterwards() {
        DaemonGroup group = ready(Definitions.shop(1, SHOP));
        TestingDaemonLauncher.TestingDaemon old = launcher.last();
        old.says(new DaemonReport.Changed(SHOP));
        old.says(new DaemonReport.Changed(SHOP));
        assertThat(launcher.count()).isEqualTo(2);

        launcher.last().becomesReady();
        old.exits(0);
        launcher.last().becomesReady();
        assertThat(group.generation()).isEqualTo(3);
    }

    @Test
    void applicationsLoadedOnRequestAreHandedOn() {
        DaemonGroup group = ready(Definitions.shop(1, SHOP));
        launcher.last().loads(ON_REQUEST);
        group.restart("test");
        loop.run();

        assertThat(launcher.last().order.applications()).containsExactly(SHOP, ON_REQUEST);
    }

    @Test
    void daemonThatClosesItsConnectionIsKilledUnlessItExits() {
        ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
        daemon.closesConnection();
        loop.pass(Duration.ofSeconds(6));
        assertThat(daemon.wasTold("kill")).as("within the shutdown timeout").isFalse();
        loop.pass(Duration.ofSeconds(5));

        assertThat(daemon.wasTold("kill")).isTrue();
        assertThat(launcher.alive()).hasSize(1);
    }

    @Test
    void daemonThatDrainsByItselfIsReplacedWithoutCountingAsACrash() {
        DaemonGroup group = ready(Definitions.shop(1));
        for (int i = 0; i < 5; i++) {
            TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
            daemon.says(new DaemonReport.Draining());
            launcher.last().becomesReady();
            daemon.exits(0);
        }

        assertThat(group.state()).isEqualTo(GroupState.READY);
        assertThat(launcher.count()).isEqualTo(6);
        assertThat(launcher.mostAlive()).isEqualTo(2);
    }

    @Test
    void exitOfAnApplicationsOwnIsACrashAlthoughItLooksLikeDraining() {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
        daemon.says(new DaemonReport.Draining());
        daemon.exits(43);

        assertThat(group.lastExit()).hasValueSatisfying(exit -> {
            assertThat(exit.pid()).isEqualTo(daemon.pid());
            assertThat(exit.reason().status()).hasValue(43);
        });
        for (int i = 0; i < 2; i++) {
            TestingDaemonLauncher.TestingDaemon following = launcher.last();
            following.becomesReady().says(new DaemonReport.Draining());
            following.exits(43);
        }
        assertThat(group.state()).as("it counts").isEqualTo(GroupState.BACKOFF);
    }

    @Test
    void whatAProcessSaidBeforeItWasReadyIsPartOfTheReason() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.restart("test");
        loop.run();
        launcher.last().exits(1);

        assertThat(group.reason()).contains("it said: last line of 1001");
    }

    @Test
    void routeOfAnotherMonitorIsTakenOnlyWhenReady() throws IOException {
        Files.createSymbolicLink(run.resolve("groups/shop.sock"), Path.of("../sockets/shop.4.sock"));
        elsewhere.add("shop.4.sock");
        DaemonGroup group = group(Definitions.shop(1), 4);
        group.start();
        loop.run();
        assertThat(route()).isEqualTo(socket(4));

        launcher.last().exits(1);
        loop.run();
        launcher.last().exits(1);
        assertThat(group.state()).isEqualTo(GroupState.BACKOFF);
        assertThat(route()).as("the other one serves on").isEqualTo(socket(4));

        loop.pass(Duration.ofSeconds(1));
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo("../sockets/shop.7.sock");
    }

    @Test
    void groupThatMovesServesUntilTheOtherMonitorHasTheRoute() throws IOException {
        DaemonGroup group = ready(Definitions.shop(1));
        TestingDaemonLauncher.TestingDaemon daemon = launcher.last();
        List<String> gone = new ArrayList<>();
        group.handOver("temurin-25", () -> gone.add("gone"));
        loop.pass(Duration.ofMinutes(5));
        assertThat(daemon.wasTold("drain")).isFalse();

        new Route(run.resolve("groups"), "shop").pointTo(run.resolve("sockets/shop.2.sock"));
        loop.pass(Duration.ofSeconds(1));
        assertThat(daemon.wasTold("drain")).isTrue();
        daemon.exits(0);
        assertThat(gone).containsExactly("gone");
        assertThat(route()).as("it is the other's").isEqualTo(socket(2));
    }

    @Test
    void groupThatIsTakenBackServesOn() {
        DaemonGroup group = ready(Definitions.shop(1));
        group.handOver("temurin-25", () -> {});
        assertThat(group.takeBack()).isTrue();
        loop.pass(Duration.ofMinutes(1));

        assertThat(launcher.last().wasTold("drain")).isFalse();
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void fileThatChangesWhileItsGroupMovesIsLoadedByTheFormerMonitorOnlyWhenItStays() throws IOException {
        DaemonGroup group = ready(Definitions.shop(1));
        group.handOver("temurin-25", () -> {});
        launcher.last().says(new DaemonReport.Changed(SHOP));
        loop.pass(Duration.ofSeconds(5));
        assertThat(launcher.alive()).hasSize(1);

        assertThat(group.takeBack()).isTrue();
        loop.run();
        assertThat(launcher.alive()).hasSize(2);
        launcher.last().becomesReady();
        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void groupThatMovesGivesUpWhatIsOnItsWayAndBeginsItAnewWhenItStays() throws IOException {
        DaemonGroup group = ready(Definitions.shop(1));
        group.restart("test");
        loop.run();
        TestingDaemonLauncher.TestingDaemon next = launcher.last();
        group.handOver("temurin-25", () -> {});
        assertThat(next.wasTold("terminate")).isTrue();
        next.exits(143);
        loop.pass(Duration.ofSeconds(5));
        assertThat(launcher.alive()).hasSize(1);
        assertThat(route()).isEqualTo(socket(1));

        group.takeBack();
        loop.run();
        assertThat(launcher.alive(3)).hasSize(1);
    }

    @Test
    void numberThatAnotherMonitorHasTakenIsPassedOver() {
        DaemonGroup group = ready(Definitions.shop(1));
        sockets.take(2, 3);
        group.restart("test");
        loop.run();
        launcher.last().becomesReady();

        assertThat(route()).isEqualTo(socket(4));
        assertThat(group.generation()).isEqualTo(4);
    }

    @Test
    void groupThatIsTakenBackTakesTheRouteBackToo() throws IOException {
        DaemonGroup group = ready(Definitions.shop(1));
        group.handOver("temurin-25", () -> {});
        new Route(run.resolve("groups"), "shop").pointTo(run.resolve("sockets/shop.2.sock"));
        assertThat(group.takeBack()).isTrue();

        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void groupThatHasLostItsRouteClaimsItAgain() throws IOException {
        DaemonGroup group = ready(Definitions.shop(1));
        Files.delete(run.resolve("groups/shop.sock"));
        group.tick();

        assertThat(route()).isEqualTo(socket(1));
    }

    @Test
    void groupThatIsGivenAwayClaimsNothing() throws IOException {
        DaemonGroup group = ready(Definitions.shop(1));
        group.handOver("temurin-25", () -> {});
        new Route(run.resolve("groups"), "shop").pointTo(run.resolve("sockets/shop.2.sock"));
        group.tick();

        assertThat(route()).isEqualTo(socket(2));
    }

    @Test
    void removedGroupLeavesNothing() {
        DaemonGroup group = ready(Definitions.shop(2));
        List<String> gone = new ArrayList<>();
        group.remove(Duration.ofSeconds(5), false, () -> gone.add("gone"));
        assertThat(route()).isEqualTo("none");
        launcher.alive().forEach(daemon -> daemon.exits(0));

        assertThat(gone).containsExactly("gone");
        assertThat(sockets.open()).isEmpty();
    }

    @Test
    void processThatWaitsForItsTurnIsForgottenWhenTheGroupStops() {
        DaemonGroup group = group(Definitions.shop(1));
        group.start();
        group.stop();
        loop.run();

        assertThat(launcher.count()).isZero();
        assertThat(group.state()).isEqualTo(GroupState.STOPPED);
    }
}
