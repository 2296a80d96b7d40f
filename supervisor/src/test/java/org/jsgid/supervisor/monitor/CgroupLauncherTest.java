package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.group.Definitions;
import org.jsgid.supervisor.group.TestingEventLoop;
import org.jsgid.supervisor.group.TestingHandle;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.ExitReason;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.TestingCgroups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupLauncherTest {

    @TempDir
    private Path folder;

    private final TestingEventLoop loop = new TestingEventLoop();
    private final List<Optional<Path>> told = new ArrayList<>();
    private final List<ExitReason> exits = new ArrayList<>();
    private final List<DaemonLauncher.Listener> launched = new ArrayList<>();
    private final DaemonLauncher.Listener group = new DaemonLauncher.Listener() {
        @Override
        public void reported(DaemonReport report) {}

        @Override
        public void connectionLost(String reason) {}

        @Override
        public void exited(ExitReason reason) {
            exits.add(reason);
        }
    };

    private static DaemonLauncher.Order order() {
        GroupDefinition limited = Definitions.withLimits(
                Definitions.shop(1), new GroupDefinition.Limits(Duration.ZERO, 0, Duration.ZERO, 0, 1 << 20, 0));
        return new DaemonLauncher.Order(limited, 3, 1, new FileDescriptor(), List.of(), Instant.EPOCH);
    }

    private CgroupLauncher launcher(DaemonLauncher launcher) throws IOException {
        return new CgroupLauncher(launcher, TestingCgroups.in(folder), told::add, loop);
    }

    private Path launch() throws Exception {
        launcher((order, listener) -> {
                    launched.add(listener);
                    return new TestingHandle(42);
                })
                .launch(order(), group);
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).isEmpty();
        return told.get(0).orElseThrow();
    }

    private static void empty(Path cgroup) throws IOException {
        // As the kernel does it when the folder is removed.
        for (String file : List.of("memory.max", "memory.events", "cgroup.procs", "cgroup.controllers")) {
            Files.deleteIfExists(cgroup.resolve(file));
        }
        Files.deleteIfExists(cgroup.resolve("cgroup.subtree_control"));
    }

    @Test
    void aKillByTheKernelIsToldAsSuch() throws Exception {
        Path cgroup = launch();
        Files.writeString(cgroup.resolve("memory.events"), "oom_kill 1\n");

        launched.get(0).exited(ExitReason.ofSignal(9, false));

        assertThat(exits.get(0).sentence()).contains("JsgiMemoryLimit").contains("the kernel");
    }

    @Test
    void anotherEndIsToldAsItWas() throws Exception {
        Path cgroup = launch();
        Files.writeString(cgroup.resolve("memory.events"), "oom_kill 0\n");
        ExitReason reason = ExitReason.ofSignal(9, false);

        launched.get(0).exited(reason);

        assertThat(exits).containsExactly(reason);
    }

    @Test
    void theCgroupIsRemovedAsSoonAsItIsEmpty() throws Exception {
        Path cgroup = launch();
        launched.get(0).exited(ExitReason.ofSignal(15, false));
        assertThat(cgroup).exists();

        empty(cgroup);
        loop.pass(Duration.ofSeconds(1));
        assertThat(cgroup).doesNotExist();
    }

    @Test
    void aStartThatIsImpossibleLeavesNoCgroup() throws Exception {
        CgroupLauncher launcher = launcher((order, listener) -> {
            Path cgroup = told.get(0).orElseThrow();
            try {
                empty(cgroup);
            } catch (IOException e) {
                throw new DaemonLauncher.CannotLaunchException("the test failed: " + e);
            }
            throw new DaemonLauncher.CannotLaunchException("no plugin");
        });

        assertThatThrownBy(() -> launcher.launch(order(), group)).hasMessage("no plugin");
        assertThat(told.get(0).orElseThrow()).doesNotExist();
    }
}
