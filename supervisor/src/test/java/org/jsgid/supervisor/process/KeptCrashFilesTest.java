package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jsgid.supervisor.log.ServerLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KeptCrashFilesTest {

    @TempDir
    private Path run;

    private Path temporary;
    private Path crashes;
    private KeptCrashFiles files;

    @BeforeEach
    void aGroupWithATemporaryFolder() throws IOException {
        temporary = Files.createDirectories(run.resolve("tmp/shop"));
        crashes = run.resolve("crashes");
        files = new KeptCrashFiles(run.resolve("tmp"), crashes, ServerLog.about("test"));
    }

    private Optional<Path> keep(long pid) {
        return files.keep("shop", Optional.empty(), pid);
    }

    private Path written(long pid) {
        return temporary.resolve("hs_err_pid" + pid + ".log");
    }

    @Test
    void keepsTheFileWhereOnlyTheMonitorReads() throws IOException {
        Files.writeString(written(42), "# SIGSEGV");

        assertThat(keep(42)).contains(crashes.resolve("shop-42.log"));
        assertThat(crashes.resolve("shop-42.log")).hasContent("# SIGSEGV");
        assertThat(written(42)).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(crashes)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(crashes.resolve("shop-42.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutACrashFileThereIsNothingToKeep() {
        assertThat(keep(42)).isEmpty();
        assertThat(crashes).doesNotExist();
    }

    @Test
    void followsNoLink() throws IOException {
        Path secret = Files.writeString(run.resolve("secret"), "secret");
        Files.createSymbolicLink(written(42), secret);

        assertThat(keep(42)).isEmpty();
        assertThat(secret).hasContent("secret");
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void waitsForNoPipe() throws IOException, InterruptedException {
        Process mkfifo = new ProcessBuilder("mkfifo", written(42).toString()).start();
        assertThat(mkfifo.waitFor()).isZero();

        assertThat(keep(42)).isEmpty();
    }

    @Test
    void ofALongFileTheBeginningIsKept() throws IOException {
        Files.write(written(42), new byte[KeptCrashFiles.LARGEST + 5]);

        assertThat(keep(42).orElseThrow()).hasSize(KeptCrashFiles.LARGEST);
    }

    @Test
    void theOldestOfAGroupGoWhenThereAreMoreThanFive() throws IOException {
        for (int pid = 1; pid <= 7; pid++) {
            Files.writeString(written(pid), "crash " + pid);
            Files.setLastModifiedTime(keep(pid).orElseThrow(), FileTime.fromMillis(pid * 1000L));
        }
        Files.writeString(crashes.resolve("shop-2-9.log"), "of the group shop-2");
        Files.writeString(written(8), "crash 8");
        keep(8);

        try (Stream<Path> kept = Files.list(crashes)) {
            assertThat(kept.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "shop-4.log", "shop-5.log", "shop-6.log", "shop-7.log", "shop-8.log", "shop-2-9.log");
        }
    }

    @Test
    void aJailedProcessWritesItInItsJail() throws IOException {
        Path jail = run.resolve("jail");
        Path inside = Path.of(jail.toString(), temporary.toString());
        Files.createDirectories(inside);
        Files.writeString(inside.resolve("hs_err_pid42.log"), "in jail");

        assertThat(files.keep("shop", Optional.of(jail.toString()), 42)).isPresent();
        assertThat(crashes.resolve("shop-42.log")).hasContent("in jail");
    }
}
