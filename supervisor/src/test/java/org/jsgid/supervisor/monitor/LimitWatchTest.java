package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.supervisor.group.TestingEventLoop;
import org.jsgid.supervisor.group.TestingHandle;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.DaemonEvent;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.ProcessFigures;
import org.junit.jupiter.api.Test;

class LimitWatchTest {

    private static final long MIB = 1L << 20;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TestingEventLoop loop = new TestingEventLoop();
    private final Map<Long, ProcessFigures.Figures> figures = new HashMap<>();
    private final Group group = new Group();
    private Instant now = START;
    private final LimitWatch watch = new LimitWatch(
            loop,
            new Clock() {
                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now;
                }
            },
            pid -> Optional.ofNullable(figures.get(pid)),
            Runnable::run,
            () -> 0.0);

    private static final class Group implements LimitWatch.Limited {
        private GroupDefinition.Limits limits = limits(0, 0, 0);
        private final List<DaemonProcess> serving = new ArrayList<>();
        private final List<DaemonProcess> leaving = new ArrayList<>();
        private final Map<Long, String> renewed = new HashMap<>();
        private final Map<Long, String> killed = new HashMap<>();

        static GroupDefinition.Limits limits(long ageSeconds, long soft, long hard) {
            return new GroupDefinition.Limits(Duration.ofSeconds(ageSeconds), 0, Duration.ZERO, soft, hard, 0);
        }

        @Override
        public String name() {
            return "shop";
        }

        @Override
        public Notices log() {
            return ServerLog.about("test");
        }

        @Override
        public GroupDefinition.Limits limits() {
            return limits;
        }

        @Override
        public List<DaemonProcess> processes() {
            List<DaemonProcess> all = new ArrayList<>(leaving);
            all.addAll(serving);
            return all;
        }

        @Override
        public List<DaemonProcess> serving() {
            return serving;
        }

        @Override
        public void renew(DaemonProcess daemon, String why) {
            renewed.put(daemon.pid(), why);
        }

        @Override
        public void kill(DaemonProcess daemon, String why) {
            killed.put(daemon.pid(), why);
            daemon.killedBecause(why);
        }
    }

    private DaemonProcess ready(long pid) {
        DaemonProcess daemon = new DaemonProcess(1, 1, now);
        daemon.launched(new TestingHandle(pid));
        daemon.on(DaemonEvent.READY);
        daemon.readyAt(loop.now());
        return daemon;
    }

    private void pass(long seconds) {
        now = now.plusSeconds(seconds);
        loop.pass(Duration.ofSeconds(seconds));
        watch.tick(List.of(group));
        loop.run();
    }

    private void uses(long pid, long mib) {
        figures.put(pid, new ProcessFigures.Figures(mib * MIB, 0));
    }

    @Test
    void aProcessThatIsOldEnoughIsRenewed() {
        group.limits = Group.limits(100, 0, 0);
        group.serving.add(ready(7));
        pass(99);
        assertThat(group.renewed).isEmpty();
        pass(1);
        assertThat(group.renewed.get(7L)).contains("JsgiRestartInterval 100");
    }

    @Test
    void aProcessBeyondTheSoftLimitIsRenewedOnceItHasServedForAWhile() {
        group.limits = Group.limits(0, 100 * MIB, 200 * MIB);
        group.serving.add(ready(7));
        uses(7, 150);
        pass(9);
        assertThat(group.renewed).isEmpty();
        pass(1);
        assertThat(group.renewed.get(7L)).contains("JsgiMemoryLimit 100 MiB");
    }

    @Test
    void theNextProcessThatReachesALimitSoonIsLeftLonger() {
        group.limits = Group.limits(0, 100 * MIB, 200 * MIB);
        group.serving.add(ready(7));
        uses(7, 150);
        pass(10);
        group.serving.clear();
        group.serving.add(ready(8));
        uses(8, 150);
        pass(19);
        assertThat(group.renewed).containsOnlyKeys(7L);
        pass(1);
        assertThat(group.renewed).containsKey(8L);
    }

    @Test
    void aProcessBeyondTheHardLimitIsKilledAtOnceAlsoWhenItDrains() {
        group.limits = Group.limits(0, 100 * MIB, 200 * MIB);
        group.serving.add(ready(7));
        DaemonProcess draining = ready(8);
        draining.on(DaemonEvent.DRAIN);
        group.leaving.add(draining);
        uses(7, 200);
        uses(8, 300);
        pass(1);

        assertThat(group.killed).containsOnlyKeys(7L, 8L);
        assertThat(group.killed.get(8L)).contains("300 MiB").contains("at most 200 MiB");
    }

    @Test
    void aDrainingProcessIsNotRenewed() {
        group.limits = Group.limits(100, 0, 0);
        DaemonProcess draining = ready(8);
        draining.on(DaemonEvent.DRAIN);
        group.serving.add(draining);
        pass(500);

        assertThat(group.renewed).isEmpty();
    }
}
