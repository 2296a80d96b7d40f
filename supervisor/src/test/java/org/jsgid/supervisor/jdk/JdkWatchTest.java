package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkWatchTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private Path home;
    private JdkWatch watch;
    private Duration now = Duration.ofHours(1);

    @BeforeEach
    void aJdk() {
        home = TestingJdk.create(folder.resolve("jdk"), "Temurin", "17.0.1");
        watch = new JdkWatch(home);
    }

    private JdkWatch.Sight lookAfter(Duration time) {
        now = now.plus(time);
        return watch.look(now);
    }

    private void replaceLibjvm(String content) throws IOException {
        // As package managers do it: a new file takes the name, and the old one lives on where it is mapped.
        Path fresh = TestingJdk.write(home.resolve("lib/server/libjvm.so.new"), content);
        Files.move(fresh, home.resolve("lib/server/libjvm.so"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void whatIsThereAtFirstCanBeStarted() throws IOException {
        assertThat(lookAfter(SECOND)).isEqualTo(new JdkWatch.Usable(JdkIdentity.of(home)));
    }

    @Test
    void replacedFilesAreAnotherBuildOnceTheyHaveSettled() throws IOException {
        JdkIdentity former = JdkIdentity.of(home);
        lookAfter(SECOND);
        // Kept, as by a running JVM: its inode is not given to another file.
        Files.createLink(folder.resolve("mapped"), home.resolve("lib/server/libjvm.so"));
        replaceLibjvm("new");

        assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Changing.class);
        assertThat(watch.identity()).isPresent().get().isNotEqualTo(former);
        assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Changing.class);
        assertThat(lookAfter(SECOND)).isEqualTo(new JdkWatch.Usable(JdkIdentity.of(home)));
    }

    @Test
    void filesThatGoOnChangingAreNotUsable() {
        lookAfter(SECOND);
        for (int i = 1; i < 10; i++) {
            TestingJdk.write(home.resolve("lib/modules"), "x".repeat(i));
            assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Changing.class);
        }
        lookAfter(SECOND);
        assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Usable.class);
    }

    @Test
    void filesThatNeverSettleAreUsableAfterAll() {
        lookAfter(SECOND);
        for (int i = 1; i < JdkWatch.LONGEST_CHANGE.toSeconds(); i++) {
            TestingJdk.write(home.resolve("lib/modules"), "x".repeat(i));
            assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Changing.class);
        }
        TestingJdk.write(home.resolve("lib/modules"), "");
        lookAfter(SECOND);
        TestingJdk.write(home.resolve("lib/modules"), "y");
        assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Usable.class);
    }

    @Test
    void removedFilesAreNamed() throws IOException {
        lookAfter(SECOND);
        Files.delete(home.resolve("bin/java"));
        assertThat(lookAfter(SECOND)).isEqualTo(new JdkWatch.Gone("there is no " + home.resolve("bin/java")));

        Files.delete(home.resolve("lib/server/libjvm.so"));
        TestingJdk.write(home.resolve("bin/java"), "");
        assertThat(lookAfter(SECOND)).isEqualTo(new JdkWatch.Gone("there is no libjvm.so below " + home));

        Files.move(home, folder.resolve("elsewhere"));
        assertThat(lookAfter(SECOND)).isEqualTo(new JdkWatch.Gone("there is no folder " + home));
    }

    @Test
    void whatComesBackHasToSettleToo() throws IOException {
        Files.move(home, folder.resolve("elsewhere"));
        assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Gone.class);
        Files.move(folder.resolve("elsewhere"), home);

        assertThat(lookAfter(SECOND)).isInstanceOf(JdkWatch.Changing.class);
        assertThat(lookAfter(JdkWatch.SETTLED)).isInstanceOf(JdkWatch.Usable.class);
    }

    @Test
    void anotherVersionInTheReleaseFileIsAnotherBuild() throws IOException {
        JdkIdentity former = JdkIdentity.of(home);
        TestingJdk.write(home.resolve("release"), "JAVA_RUNTIME_VERSION=\"17.0.2+8\"\nJAVA_VERSION=\"17.0.2\"\n");

        assertThat(JdkIdentity.of(home)).isNotEqualTo(former);
    }
}
