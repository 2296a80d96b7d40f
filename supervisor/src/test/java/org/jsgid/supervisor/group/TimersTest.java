package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jsgid.supervisor.group.TestingDaemonLauncher.TestingDaemon;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each timer works by itself, with all others off. */
class TimersTest extends GroupFixture {

    private static final Duration OFF = Duration.ZERO;
    private static final Duration LONG = Duration.ofDays(365);
    private static final Duration NINE = Duration.ofSeconds(9);

    /** Timeouts in the order startup, inactivity, deadlock, graceful, eviction, shutdown; the rest is off. */
    private static GroupDefinition timeouts(Duration... seconds) {
        GroupDefinition of = Definitions.shop(1);
        return Definitions.with(
                of,
                new GroupDefinition.Timeouts(
                        seconds[0], OFF, OFF, OFF, seconds[1], seconds[2], seconds[3], seconds[4], seconds[5]));
    }

    private static Arguments timer(
            String name,
            GroupDefinition definition,
            BiConsumer<TimersTest, DaemonGroup> provoke,
            String told,
            int afterSeconds) {
        return Arguments.of(name, definition, provoke, told, afterSeconds);
    }

    static Stream<Arguments> timers() {
        BiConsumer<TimersTest, DaemonGroup> nothing = (test, group) -> {};
        BiConsumer<TimersTest, DaemonGroup> ready =
                (test, group) -> test.launcher.last().becomesReady();
        BiConsumer<TimersTest, DaemonGroup> stop = ready.andThen((test, group) -> group.stop());
        BiConsumer<TimersTest, DaemonGroup> restart = ready.andThen((test, group) -> {
            group.restart("test");
            test.loop.run();
            test.launcher.last().becomesReady();
        });
        BiConsumer<TimersTest, DaemonGroup> silence =
                (test, group) -> test.launcher.last().says(COUNTERS).becomesReady();
        return Stream.of(
                timer("startup", timeouts(NINE, OFF, OFF, LONG, LONG, LONG), nothing, "kill", 9),
                timer("deadlock", timeouts(OFF, OFF, NINE, LONG, LONG, LONG), silence, "kill", 9),
                timer("graceful", timeouts(OFF, OFF, OFF, NINE, LONG, OFF), stop, "terminate", 9),
                timer("eviction", timeouts(OFF, OFF, OFF, LONG, NINE, OFF), restart, "terminate", 9),
                timer("shutdown", timeouts(OFF, OFF, OFF, OFF, OFF, NINE), stop, "terminate", 9));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("timers")
    void timerFiresWithAllOthersOff(
            String name,
            GroupDefinition definition,
            BiConsumer<TimersTest, DaemonGroup> provoke,
            String told,
            int afterSeconds) {
        DaemonGroup group = group(definition);
        group.start();
        loop.run();
        TestingDaemon daemon = launcher.last();
        provoke.accept(this, group);
        live(group, Duration.ofSeconds(afterSeconds - 1));
        assertThat(daemon.wasTold(told)).as("%s, before its time", name).isFalse();
        live(group, Duration.ofSeconds(1));

        assertThat(daemon.wasTold(told)).as("%s, at its time", name).isTrue();
    }

    @Test
    void inactivityFiresWithAllOthersOff() {
        DaemonGroup group = ready(timeouts(OFF, NINE, OFF, LONG, LONG, LONG));
        TestingDaemon idle = launcher.last().says(idle(Duration.ofSeconds(8)));
        live(group, Duration.ofSeconds(1));
        assertThat(launcher.alive()).hasSize(1);
        idle.says(idle(NINE));
        live(group, Duration.ofSeconds(1));

        assertThat(launcher.alive()).hasSize(2);
    }

    @Test
    void idleProcessIsRenewedOnceAndTheNewOneNotBeforeItHasServed() {
        DaemonGroup group = ready(timeouts(OFF, NINE, OFF, LONG, LONG, LONG));
        TestingDaemon first = launcher.last().says(idle(NINE));
        live(group, Duration.ofSeconds(1));
        TestingDaemon second = launcher.last().becomesReady();
        first.exits(0);
        second.says(new DaemonReport.Counters(0, 0, 0, 0, 20, 1, 2, 100_000, 0));
        live(group, Duration.ofSeconds(3));
        assertThat(launcher.count()).isEqualTo(2);

        second.says(idle(NINE));
        live(group, Duration.ofSeconds(1));
        assertThat(launcher.count()).isEqualTo(3);
    }

    @Test
    void nothingEverFiresWithAllTimersOff() {
        DaemonGroup group = group(timeouts(OFF, OFF, OFF, LONG, LONG, LONG));
        group.start();
        loop.run();
        TestingDaemon daemon = launcher.last();
        live(group, Duration.ofMinutes(30));
        daemon.becomesReady();
        daemon.says(idle(Duration.ofHours(1)));
        live(group, Duration.ofMinutes(2), daemon);

        assertThat(launcher.alive()).containsExactly(daemon);
        assertThat(daemon.wasTold("dump")).isFalse();
    }

    @Test
    void gracefulTimeoutOfZeroEndsWhatCanBeEndedAtOnce() {
        DaemonGroup group = ready(timeouts(OFF, OFF, OFF, OFF, OFF, Duration.ofSeconds(5)));
        TestingDaemon daemon = launcher.last();
        group.stop();

        assertThat(daemon.wasTold("drain 0")).isTrue();
        loop.pass(Duration.ofSeconds(5));
        assertThat(daemon.wasTold("terminate")).isTrue();
    }

    @Test
    void startThatHangsIsAskedForItsStacksAndTheReasonSaysWhereItHangs() {
        DaemonGroup group = group(timeouts(Duration.ofSeconds(60), OFF, OFF, LONG, LONG, LONG));
        group.start();
        loop.run();
        TestingDaemon hung = launcher.last().says(new DaemonReport.Hello(1000, "17", ""));
        loop.pass(Duration.ofSeconds(2));
        hung.says(new DaemonReport.Loading(SHOP));
        loop.pass(Duration.ofSeconds(58));

        assertThat(hung.wasTold("dump")).isTrue();
        assertThat(hung.wasTold("kill")).as("time for the dump").isFalse();
        loop.pass(Duration.ofSeconds(1));
        assertThat(hung.wasTold("kill")).isTrue();
        assertThat(group.lastExit())
                .hasValueSatisfying(
                        exit -> assertThat(exit.reason().sentence())
                                .contains(
                                        "not ready within 60 s (JsgiStartupTimeout): hangs while loading /srv/shop.war since 58 s"));
    }

    @Test
    void startThatBecomesReadyWhileItIsAskedForItsStacksServes() {
        DaemonGroup group = group(timeouts(Duration.ofSeconds(60), OFF, OFF, LONG, LONG, LONG));
        group.start();
        loop.run();
        TestingDaemon slow = launcher.last().says(new DaemonReport.Hello(1000, "17", ""));
        loop.pass(Duration.ofSeconds(60));
        slow.becomesReady();
        loop.pass(Duration.ofSeconds(10));

        assertThat(slow.wasTold("kill")).isFalse();
        assertThat(group.state()).isEqualTo(GroupState.READY);
    }

    @Test
    void drainingProcessGetsNoMoreTimeWhenItIsToldAgain() {
        DaemonGroup group = ready(timeouts(OFF, OFF, OFF, Duration.ofSeconds(100), Duration.ofSeconds(10), OFF));
        TestingDaemon first = launcher.last();
        group.restart("test");
        loop.run();
        launcher.last().becomesReady();
        loop.pass(Duration.ofSeconds(5));
        group.stop();
        loop.pass(Duration.ofSeconds(5));

        assertThat(first.wasTold("terminate")).isTrue();
    }
}
