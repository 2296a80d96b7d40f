package org.jsgid.supervisor.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonOwnerTest {
    private static final String STATUS = """
            Name:\tjava
            Umask:\t0022
            State:\tS (sleeping)
            Tgid:\t4712
            Pid:\t4712
            PPid:\t4711
            Uid:\t1001\t1001\t1001\t1001
            Gid:\t1002\t1002\t1002\t1002
            """;

    @TempDir
    Path folder;

    @Test
    void isThatOfTheKeepersChild() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), STATUS);

        assertThat(DaemonOwner.of(status, 4711)).contains(new DaemonOwner(1001, 1002));
    }

    @Test
    void isNobodyWhenTheProcessIsAnothersChild() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), STATUS);

        assertThat(DaemonOwner.of(status, 1)).isEmpty();
        assertThat(DaemonOwner.of(status, 0)).isEmpty();
    }

    @Test
    void isNobodyWhenTheProcessIsGone() {
        assertThat(DaemonOwner.of(folder.resolve("status"), 4711)).isEmpty();
    }

    @Test
    void isNobodyWhenTheFileIsOdd() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), "PPid:\nUid:\tx\n");

        assertThat(DaemonOwner.of(status, 4711)).isEmpty();
    }
}
