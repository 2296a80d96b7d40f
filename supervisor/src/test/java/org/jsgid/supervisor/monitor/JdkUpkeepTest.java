package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.supervisor.group.TestingEventLoop;
import org.jsgid.supervisor.jdk.TestingJdk;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.DaemonProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkUpkeepTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final TestingEventLoop loop = new TestingEventLoop();
    private final StartSpreader starts = StartSpreader.withPlaces(100);
    private final Group group = new Group();
    private Path home;
    private JdkUpkeep upkeep;

    /** A group that writes down what it is told. */
    private static final class Group implements JdkUpkeep.OnJdk {
        private final List<DaemonProcess> processes = new ArrayList<>();
        private final List<DaemonProcess> stale = new ArrayList<>();
        private boolean isWithoutJdk;

        @Override
        public List<DaemonProcess> processes() {
            return processes;
        }

        @Override
        public void markStale(DaemonProcess daemon) {
            stale.add(daemon);
        }

        @Override
        public void jdkGone() {
            isWithoutJdk = true;
        }

        @Override
        public void jdkBack() {
            isWithoutJdk = false;
        }
    }

    @BeforeEach
    void watchAJdk() {
        home = TestingJdk.create(folder.resolve("jdk"), "Temurin", "17.0.1");
        upkeep = new JdkUpkeep(loop, Runnable::run, starts, ServerLog.about("test"));
        upkeep.watch(home);
    }

    private DaemonProcess start() {
        DaemonProcess daemon = new DaemonProcess(1, 1, Clock.systemUTC().instant());
        daemon.startsFrom(upkeep.build());
        group.processes.add(daemon);
        return daemon;
    }

    private void aSecondPasses() {
        loop.pass(SECOND);
        upkeep.tick(List.of(group));
        loop.run();
    }

    private boolean startsNow() {
        boolean[] started = new boolean[1];
        starts.ask(false, () -> started[0] = true).release();
        return started[0];
    }

    @Test
    void processesOfTheFormerBuildAreStaleAtOnceAndStartsWaitUntilTheFilesSettle() throws IOException {
        DaemonProcess former = start();
        aSecondPasses();
        assertThat(group.stale).isEmpty();
        Files.delete(home.resolve("release"));
        TestingJdk.write(home.resolve("release"), "JAVA_RUNTIME_VERSION=\"17.0.2+8\"\nJAVA_VERSION=\"17.0.2\"\n");

        aSecondPasses();
        assertThat(group.stale).contains(former);
        assertThat(startsNow()).isFalse();
        aSecondPasses();
        aSecondPasses();
        assertThat(startsNow()).isTrue();

        group.stale.clear();
        DaemonProcess fresh = start();
        aSecondPasses();
        assertThat(group.stale).contains(former).doesNotContain(fresh);
    }

    @Test
    void aJdkThatIsGoneIsBackOnlyWhenItsFilesHaveSettled() throws IOException {
        aSecondPasses();
        Files.move(home, folder.resolve("elsewhere"));
        aSecondPasses();
        assertThat(group.isWithoutJdk).isTrue();

        Files.move(folder.resolve("elsewhere"), home);
        aSecondPasses();
        assertThat(group.isWithoutJdk).isTrue();
        aSecondPasses();
        aSecondPasses();
        assertThat(group.isWithoutJdk).isFalse();
        assertThat(group.stale).isEmpty();
    }

    @Test
    void aNewGroupIsToldThatThereIsNoJdk() throws IOException {
        Files.move(home, folder.resolve("elsewhere"));
        aSecondPasses();
        Group other = new Group();
        upkeep.tell(other);

        assertThat(other.isWithoutJdk).isTrue();
    }

    @Test
    void aProcessWhoseBuildNobodyKnowsIsLeftAlone() throws IOException {
        group.processes.add(new DaemonProcess(1, 1, Clock.systemUTC().instant()));
        Files.delete(home.resolve("release"));
        aSecondPasses();

        assertThat(group.stale).isEmpty();
    }
}
