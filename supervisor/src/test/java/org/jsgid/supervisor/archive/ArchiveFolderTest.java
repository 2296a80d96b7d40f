package org.jsgid.supervisor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchiveFolderTest {

    private static final ArchiveKey KEY = new ArchiveKey(List.of("format = 1", "jdk = 1:2 17.0.15"));
    private static final String BASE = "openjdk-17-" + KEY.digest();

    @TempDir
    Path folder;

    private ArchiveFolder archives;

    @BeforeEach
    void make() {
        archives = new ArchiveFolder(folder);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void old(String base, long days) throws IOException {
        write(ArchiveFolder.archive(base), "old");
        Files.setLastModifiedTime(
                folder.resolve(ArchiveFolder.archive(base)),
                FileTime.fromMillis(System.currentTimeMillis() - days * 86_400_000));
    }

    @Test
    void anArchiveIsThereWhenItIsComplete() throws IOException {
        write(ArchiveFolder.unfinished(BASE), "classes");
        assertThat(archives.has(ArchiveFolder.archive(BASE))).isFalse();

        archives.finish("openjdk-17", BASE, KEY);

        assertThat(archives.has(ArchiveFolder.archive(BASE))).isTrue();
        assertThat(folder.resolve(BASE + ".txt")).hasContent(KEY.text());
        assertThat(archives.has(ArchiveFolder.unfinished(BASE))).isFalse();
    }

    @Test
    void whatIsNoFileOrEmptyIsNone() throws IOException {
        write("elsewhere", "classes");
        Files.createSymbolicLink(folder.resolve(ArchiveFolder.archive(BASE)), folder.resolve("elsewhere"));
        assertThat(archives.has(ArchiveFolder.archive(BASE))).isFalse();
        write(ArchiveFolder.recording(BASE), "");
        assertThat(archives.has(ArchiveFolder.recording(BASE))).isFalse();
    }

    @Test
    void aLinkIsReplacedAndNotFollowed() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "keep me");
        Files.createSymbolicLink(folder.resolve(BASE + ".txt"), precious);
        write(ArchiveFolder.unfinished(BASE), "classes");

        archives.finish("openjdk-17", BASE, KEY);

        assertThat(precious).hasContent("keep me");
        assertThat(Files.isSymbolicLink(folder.resolve(BASE + ".txt"))).isFalse();
    }

    @Test
    void withoutAFileThereIsNoArchive() {
        assertThatThrownBy(() -> archives.finish("openjdk-17", BASE, KEY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no archive was written");
    }

    @Test
    void formerArchivesOfTheSameJdkAreRemoved() throws IOException {
        String former = "openjdk-17-" + "0".repeat(20);
        old(former, 1);
        write(former + ".txt", "former");
        write("notes", "the user's own");
        write(ArchiveFolder.unfinished(BASE), "classes");

        archives.finish("openjdk-17", BASE, KEY);

        assertThat(folder.resolve(ArchiveFolder.archive(former))).doesNotExist();
        assertThat(folder.resolve(former + ".txt")).doesNotExist();
        assertThat(folder.resolve("notes")).exists();
    }

    @Test
    void threeJdksHaveArchives() throws IOException {
        for (int feature = 18; feature <= 21; feature++) {
            old("openjdk-" + feature + "-" + "1".repeat(20), 30 - feature);
        }
        write(ArchiveFolder.unfinished(BASE), "classes");

        archives.finish("openjdk-17", BASE, KEY);

        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".archive")))
                    .containsExactlyInAnyOrder(
                            ArchiveFolder.archive(BASE),
                            ArchiveFolder.archive("openjdk-21-" + "1".repeat(20)),
                            ArchiveFolder.archive("openjdk-20-" + "1".repeat(20)));
        }
    }

    @Test
    void keysDifferByEachLine() {
        assertThat(new ArchiveKey(List.of("format = 1", "jdk = 1:3 17.0.15")).digest())
                .isNotEqualTo(KEY.digest())
                .hasSize(20);
        assertThat(new ArchiveKey(KEY.lines()).digest()).isEqualTo(KEY.digest());
    }
}
