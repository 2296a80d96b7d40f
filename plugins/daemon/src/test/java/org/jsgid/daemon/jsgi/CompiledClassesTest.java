package org.jsgid.daemon.jsgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsgi.Application;
import org.jsgid.daemon.app.RejectedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompiledClassesTest {

    @TempDir
    Path folder;

    private Path kept;
    private Path source;
    private File api;

    @BeforeEach
    void write() throws Exception {
        kept = Files.createDirectory(folder.resolve("kept"));
        source = folder.resolve("A.java");
        api = new File(Application.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        source("public class A { int one() { return 1; } static class B { } }");
    }

    private void source(String text) throws IOException {
        Files.write(source, text.getBytes(StandardCharsets.UTF_8));
    }

    private SourceCompiler.Compiled compiled() throws RejectedException {
        return new CompiledClasses(kept.toFile()).of(source.toFile(), api);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.collect(Collectors.toList());
        }
    }

    @Test
    void theSameSourceIsCompiledOnce() throws Exception {
        SourceCompiler.Compiled first = compiled();
        assertThat(files()).hasSize(1);
        byte[] file = Files.readAllBytes(files().get(0));

        SourceCompiler.Compiled second = compiled();

        assertThat(second.classes.keySet()).containsExactlyElementsOf(first.classes.keySet());
        assertThat(second.classes.get("A")).isEqualTo(first.classes.get("A"));
        assertThat(Files.readAllBytes(files().get(0))).isEqualTo(file);
    }

    @Test
    void whatIsKeptIsWhatIsUsed() throws Exception {
        compiled();
        Path file = files().get(0);
        SourceCompiler.Compiled known = CompiledClasses.read(file);
        assertThat(known).isNotNull();
        known.classes.put("Added", new byte[] {1, 2, 3});
        CompiledClasses.write(file, known);

        assertThat(compiled().classes).containsKey("Added");
    }

    @Test
    void anotherTextIsCompiled() throws Exception {
        compiled();
        source("public class A { int two() { return 2; } }");

        assertThat(compiled().classes).containsOnlyKeys("A");
        assertThat(files()).hasSize(2);
    }

    @Test
    void aFileThatIsCutOffOrOverwrittenIsCompiledAnew() throws Exception {
        compiled();
        Path file = files().get(0);
        byte[] all = Files.readAllBytes(file);
        for (int length = 0; length < all.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(all, length));
            assertThat(CompiledClasses.read(file)).isNull();
        }
        byte[] noise = all.clone();
        noise[all.length / 2] ^= 1;
        Files.write(file, noise);

        assertThat(CompiledClasses.read(file)).isNull();
        assertThat(compiled().classes).containsKeys("A", "A$B");
        assertThat(Files.readAllBytes(file)).isEqualTo(all);
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        compiled();
        Path file = files().get(0);
        Path elsewhere = Files.move(file, folder.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);

        assertThat(CompiledClasses.read(file)).isNull();
    }

    @Test
    void whatDoesNotCompileIsNotKept() throws Exception {
        source("public class A { nonsense }");

        assertThatThrownBy(this::compiled).isInstanceOf(RejectedException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void withoutAFolderEverythingIsCompiled() throws Exception {
        assertThat(new CompiledClasses(null).of(source.toFile(), api).classes).containsKeys("A", "A$B");
        assertThat(files()).isEmpty();
    }

    @Test
    void onlySoManyFilesAreKept() throws Exception {
        for (int i = 0; i < 70; i++) {
            Files.createFile(kept.resolve("java-" + i + ".classes"));
        }
        compiled();

        assertThat(files()).hasSize(64);
        assertThat(compiled().classes).containsKey("A");
    }
}
