package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFoldersTest {

    @TempDir
    Path root;

    private Path run;
    private Path elsewhere;
    private TemporaryFolders folders;

    @BeforeEach
    void makeFolders() throws IOException {
        run = Files.createDirectories(root.resolve("tmp"));
        elsewhere = Files.createDirectories(root.resolve("elsewhere/daemon-7"));
        Files.writeString(elsewhere.resolve("precious"), "x");
        folders = new TemporaryFolders(run, pid -> pid == 42);
    }

    private Path file(String name) throws IOException {
        Path file = run.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    @Test
    void onlyWhatDeadProcessesLeftIsRemoved() throws IOException {
        file("shop/daemon-41/inner/deep/file");
        Path living = file("shop/daemon-42/file");
        Path other = file("shop/upload.bin");
        Path similar = file("shop/daemon-x/file");

        folders.removeOfDead("shop");

        assertThat(run.resolve("shop/daemon-41")).doesNotExist();
        assertThat(living).exists();
        assertThat(other).exists();
        assertThat(similar).exists();
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        file("shop/file");
        Files.createSymbolicLink(run.resolve("shop/daemon-41"), elsewhere);
        Path inside = file("shop/daemon-43/file").getParent();
        Files.createSymbolicLink(inside.resolve("link"), elsewhere);
        Files.createSymbolicLink(run.resolve("linked"), elsewhere.getParent());

        folders.removeOfDead("shop");
        folders.removeOfDead("linked");
        folders.remove("linked");

        assertThat(elsewhere.resolve("precious")).exists();
        assertThat(run.resolve("shop/daemon-41")).doesNotExist();
        assertThat(inside).doesNotExist();
    }

    @Test
    void theFolderOfAFormerGroupGoes() throws IOException {
        file("shop/daemon-42/file");
        file("shop/upload.bin");
        Path other = file("other/upload.bin");

        folders.remove("shop");
        folders.remove("neverWas");
        folders.removeOfDead("neverWas");

        assertThat(run.resolve("shop")).doesNotExist();
        assertThat(other).exists();
    }
}
