package org.jsgid.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpdErrorLogTest {

    @TempDir
    Path folder;

    private Path file;
    private HttpdErrorLog log;

    @BeforeEach
    void emptyLog() {
        file = folder.resolve("error.log");
        log = new HttpdErrorLog(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[Sat Nov 21 00:00:43.8 2026] [core:error] [pid 1:tid 1] something",
                "[Sat Nov 21 00:00:43.8 2026] [jsgid:warn] [pid 1] JSGID0301: something",
                "[Sat Nov 21 00:00:43.8 2026] [core:notice] [pid 1] AH00052: child pid 7 exit signal Segmentation fault (11)",
                "OpenJDK 64-Bit Server VM warning: Options -Xverify:none are deprecated",
                "Exception in thread \"main\" java.lang.Error",
                "# A fatal error has been detected by the Java Runtime Environment:",
            })
    void troubleIsAFailureUnlessAnnounced(String line) throws IOException {
        write(line);
        assertThatThrownBy(log::assertNothingUnannounced)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(line);

        write(line);
        log.announce("something|exit signal|VM warning|Exception in|fatal error");
        assertThatCode(log::assertNothingUnannounced).doesNotThrowAnyException();
    }

    @Test
    void notesAreNoTrouble() throws IOException {
        write("[Sat Nov 21 00:00:43.8 2026] [mpm_event:notice] [pid 1:tid 1] AH00489: resuming normal operations");
        write("[Sat Nov 21 00:00:43.8 2026] [jsgid:info] [pid 1:tid 1] connected");

        log.assertNothingUnannounced();
    }

    @Test
    void anAnnouncementHoldsForOneJudgement() throws IOException {
        log.announce("something");
        log.assertNothingUnannounced();
        write("[Sat Nov 21 00:00:43.8 2026] [core:error] [pid 1:tid 1] something");

        assertThatThrownBy(log::assertNothingUnannounced).isInstanceOf(AssertionError.class);
    }

    @Test
    void aLineIsReadWhenItIsWhole() throws IOException {
        Files.writeString(file, "one\ntw");
        assertThat(log.lines()).containsExactly("one");
        Files.writeString(file, "o\n", StandardOpenOption.APPEND);
        assertThat(log.lines()).containsExactly("one", "two");
    }

    private void write(String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
