package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A group with a loop whose time the test sets, and daemons that do what the test says. */
abstract class GroupFixture {

    static final ApplicationKey SHOP = new ApplicationKey("/srv/shop.war", "/shop", "");
    static final ApplicationKey ON_REQUEST = new ApplicationKey("/srv/Other.java", "/other", "");

    /** What a busy daemon says each second. */
    static final DaemonReport.Counters COUNTERS = new DaemonReport.Counters(5, 1, 0, 0, 20, 1000, 2000, 0, 0);

    @TempDir
    Path run;

    final TestingEventLoop loop = new TestingEventLoop();
    final TestingDaemonLauncher launcher = new TestingDaemonLauncher(loop);
    final List<String> progress = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
    final List<DaemonGroup.Outcome> outcomes = new ArrayList<>();
    private final List<DaemonGroup> groups = new ArrayList<>();
    final Set<String> elsewhere = new HashSet<>();
    final TestingTrials trials = new TestingTrials();
    TestingSockets sockets;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(run.resolve("groups"));
        Files.createDirectories(run.resolve("sockets"));
        sockets = new TestingSockets(run.resolve("sockets"));
    }

    DaemonGroup group(GroupDefinition definition) {
        return group(definition, 0);
    }

    DaemonGroup group(GroupDefinition definition, int lastGeneration) {
        Notices silent = new Notices() {
            @Override
            public void notice(String id, String message) {}

            @Override
            public void warn(String id, String message) {}

            @Override
            public void error(String id, String message) {
                errors.add(id + ": " + message);
            }
        };
        DaemonGroup made = new DaemonGroup(
                definition,
                lastGeneration,
                new GroupServices(
                        loop,
                        launcher,
                        sockets,
                        new Route(run.resolve("groups"), definition.name()),
                        StartSpreader.withPlaces(100),
                        (group, chroot, pid) -> Optional.of(Path.of("/crashes", group + "-" + pid)),
                        trials,
                        () -> "build 1",
                        Clock.systemUTC(),
                        silent,
                        this::isServedElsewhere,
                        () -> {}));
        groups.add(made);
        return made;
    }

    /** As a monitor finds out: somebody listens there, and it is none of its own groups. */
    private boolean isServedElsewhere(String socket) {
        boolean isOwn = groups.stream().anyMatch(group -> group.socketNames().contains(socket));
        return elsewhere.contains(socket) || (sockets.open().contains(socket) && !isOwn);
    }

    DaemonGroup ready(GroupDefinition definition) {
        DaemonGroup group = group(definition);
        group.start();
        loop.run();
        launcher.alive().forEach(TestingDaemonLauncher.TestingDaemon::becomesReady);
        assertThat(group.state()).isEqualTo(GroupState.READY);
        return group;
    }

    String route() {
        try {
            return Files.readSymbolicLink(run.resolve("groups/shop.sock")).toString();
        } catch (IOException e) {
            return "none";
        }
    }

    static String socket(int generation) {
        return "../sockets/shop." + generation + ".sock";
    }

    /** Lets time pass, in which these daemons report figures each second as a monitor looks after its groups. */
    void live(DaemonGroup group, Duration time, TestingDaemonLauncher.TestingDaemon... speaking) {
        for (long second = 0; second < time.toSeconds(); second++) {
            loop.pass(Duration.ofSeconds(1));
            for (TestingDaemonLauncher.TestingDaemon daemon : speaking) {
                daemon.says(COUNTERS);
            }
            group.tick();
            loop.run();
        }
    }

    /** Figures of a daemon that had some requests and is idle for so long. */
    static DaemonReport.Counters idle(Duration time) {
        return new DaemonReport.Counters(5, 0, 0, 0, 20, 1000, 2000, time.toMillis(), 0);
    }

    void command(DaemonGroup group) {
        group.watch(progress::add, outcomes::add);
    }
}
