package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.group.Definitions;
import org.jsgid.supervisor.log.ServerLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders that look like a cgroup tree; a kernel makes the files, here the test does. */
class CgroupsTest {

    private static final long HARD = 300L << 20;

    @TempDir
    private Path folder;

    private Path mount;
    private Path service;
    private Path mounts;
    private Path self;
    private Path delegated;

    @BeforeEach
    void aServiceWithASubgroupForApache() throws IOException {
        mount = TestingCgroups.folder(folder.resolve("cgroup"));
        service = TestingCgroups.folder(mount.resolve("system.slice/apache2.service"));
        TestingCgroups.folder(mount.resolve("system.slice"));
        TestingCgroups.folder(service.resolve("httpd"));
        Files.writeString(service.resolve("httpd/cgroup.procs"), "17\n");
        mounts = Files.writeString(
                folder.resolve("mountinfo"),
                "25 1 0:22 / /proc rw - proc proc rw\n30 24 0:26 / " + mount
                        + " rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
        self = Files.writeString(folder.resolve("self"), "1:name=systemd:/x\n0::/system.slice/apache2.service/httpd\n");
        delegated = service;
    }

    private Cgroups find() {
        return Cgroups.find(
                mounts,
                self,
                path -> path.equals(delegated),
                TestingCgroups::make,
                "5000001-1",
                ServerLog.about("test"));
    }

    private static GroupDefinition limited(long hard) {
        return Definitions.withLimits(
                Definitions.shop(1), new GroupDefinition.Limits(Duration.ZERO, 0, Duration.ZERO, 0, hard, 0));
    }

    @Test
    void takesTheDelegatedFolderAboveItsOwn() throws IOException {
        assertThat(find().whyNone()).isEmpty();

        for (String each : List.of("", "jsgid", "jsgid/5000001-1")) {
            assertThat(service.resolve(each).resolve("cgroup.subtree_control")).hasContent("+memory");
        }
        assertThat(mount.resolve("cgroup.subtree_control")).isEmptyFile();
        assertThat(service.resolve("httpd/cgroup.procs")).hasContent("17");
    }

    @Test
    void withoutADelegatedFolderNothingIsWritten() {
        delegated = folder;

        assertThat(find().whyNone()).contains("Delegate=memory");
        assertThat(service.resolve("cgroup.subtree_control")).isEmptyFile();
        assertThat(find().create(limited(HARD), 3)).isEmpty();
    }

    @Test
    void processesInTheDelegatedFolderAreLeftThere() throws IOException {
        Files.writeString(service.resolve("cgroup.procs"), "17\n18\n");

        assertThat(find().whyNone()).contains("DelegateSubgroup=");
        assertThat(service.resolve("cgroup.procs")).hasContent("17\n18");
    }

    @Test
    void withoutTheMemoryControllerThereIsNone() throws IOException {
        Files.writeString(service.resolve("cgroup.controllers"), "cpu pids\n");

        assertThat(find().whyNone()).contains("no memory controller");
    }

    @Test
    void aSystemWithoutCgroupV2HasNone() throws IOException {
        Files.writeString(self, "4:memory:/x\n");
        assertThat(find().whyNone()).contains("no cgroup v2");

        Files.writeString(self, "0::/x\n");
        Files.writeString(mounts, "25 1 0:22 / /proc rw - proc proc rw\n");
        assertThat(find().whyNone()).contains("not mounted");
    }

    @Test
    void theOwnCgroupMayBeTheRootOfTheMount() throws IOException {
        Files.writeString(mounts, "30 24 0:26 /system.slice " + mount.resolve("system.slice") + " rw - cgroup2 c rw\n");

        assertThat(find().whyNone()).isEmpty();
    }

    @Test
    void onlyAGroupWithALimitGetsACgroup() {
        assertThat(find().create(limited(0), 3)).isEmpty();
    }

    @Test
    void eachDaemonGetsOneOfItsOwnWithTheHardLimit() {
        Cgroups cgroups = find();

        assertThat(cgroups.create(limited(HARD), 3)).contains(service.resolve("jsgid/5000001-1/shop.3.1"));
        assertThat(cgroups.create(limited(HARD), 3)).contains(service.resolve("jsgid/5000001-1/shop.3.2"));
        assertThat(service.resolve("jsgid/5000001-1/shop.3.1/memory.max")).hasContent(Long.toString(HARD));
    }

    @Test
    void noticesThatTheKernelKilledForMemory() throws IOException {
        Path cgroup = find().create(limited(HARD), 3).orElseThrow();
        assertThat(Cgroups.hasKilledForMemory(cgroup)).isFalse();
        Files.writeString(cgroup.resolve("memory.events"), "low 0\nmax 7\noom 0\noom_kill 0\n");
        assertThat(Cgroups.hasKilledForMemory(cgroup)).isFalse();
        Files.writeString(cgroup.resolve("memory.events"), "low 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 0\n");
        assertThat(Cgroups.hasKilledForMemory(cgroup)).isTrue();
    }

    @Test
    void removesWhatServersThatAreGoneLeftAndNothingThatIsInUse() throws IOException {
        Cgroups cgroups = find();
        Path gone = Files.createDirectories(service.resolve("jsgid/5000099-1/blog.1.1"));
        Path busy = Files.createDirectories(service.resolve("jsgid/5000098-1/blog.1.1"));
        Files.writeString(busy.resolve("a process"), "");
        Path other = Files.createDirectories(
                service.resolve("jsgid/" + ProcessHandle.current().pid() + "-1/blog.1.1"));
        Path own = Files.createDirectories(service.resolve("jsgid/5000001-1/shop.1.1"));

        cgroups.removeLeftovers();

        assertThat(gone.getParent()).doesNotExist();
        assertThat(busy).exists();
        assertThat(other).exists();
        assertThat(own).exists();
    }
}
