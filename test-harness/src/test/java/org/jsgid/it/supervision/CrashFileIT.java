package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A JVM that crashes leaves a file that says where; it is kept where nobody but root reads it. */
@Tag("C1")
@EveryJdk
class CrashFileIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("crashfile", server -> {
        server.addInstalledProfiles();
        Path crashes = Apps.java(server, "crashes/Crashes.java");
        server.configure(new HttpdConf()
                .group("crashes", "JsgiMaxHeap 64M")
                .group("dumps", "JsgiMaxHeap 64M", "JsgiHeapDump on", "JsgiGcLog on")
                .mount("/crashes", crashes, "crashes")
                .mount("/dumps", crashes, "dumps"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.errorLog()
                .announce("crashes|dumps|fatal error has been detected|OutOfMemoryError|^WARNING: |mod_jsgid|JSGID04");
        httpd.awaitReady("crashes", "dumps");
    }

    private Status.Group afterTheEndOf(long pid) {
        return afterTheEndOf("crashes", pid);
    }

    private Status.Group afterTheEndOf(String name, long pid) {
        return httpd.awaitGroup(
                name,
                "to tell how process " + pid + " ended, and to have another one",
                Duration.ofSeconds(60),
                group -> group.lastExit() != null
                        && group.lastExit().pid() == pid
                        && group.pids().size() == 1
                        && !group.pids().contains(pid));
    }

    private long pid() throws IOException {
        return httpd.status().group("crashes").pids().get(0);
    }

    private void isKept(Status.Group after, long crashed) throws IOException {
        Path file = Path.of(after.lastExit().crashFile());
        assertThat(file).isEqualTo(httpd.runDir().resolve("crashes/crashes-" + crashed + ".log"));
        assertThat(Files.readString(file)).contains("A fatal error has been detected by the Java Runtime Environment");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(httpd.ctl().run("status", "crashes").output()).contains(file.toString());
    }

    @Test
    void theFileOfAJvmThatAnApplicationCrashedIsKept() throws IOException {
        long crashed = pid();

        assertThat(httpd.client().get("/crashes?how=address").status()).isEqualTo(502);

        Status.Group after = afterTheEndOf(crashed);
        assertThat(after.lastExit().signal()).isEqualTo("SIGABRT");
        isKept(after, crashed);
        assertThat(httpd.client().get("/crashes").status()).isEqualTo(200);
    }

    @Test
    void theFileOfAJvmThatASignalCrashedIsKept() throws IOException {
        long crashed = pid();

        ProcessTree.signal(crashed, "SEGV");

        isKept(afterTheEndOf(crashed), crashed);
    }

    @Test
    void anEndForLackOfHeapIsToldInWords() throws IOException {
        long ended = pid();

        assertThat(httpd.client().get("/crashes?how=heap").status()).isIn(500, 502);

        Status.Group after = afterTheEndOf(ended);
        assertThat(after.lastExit().status()).isEqualTo(3);
        assertThat(after.lastExit().reason()).contains("out of memory").contains("JsgiMaxHeap");
        assertThat(after.lastExit().crashFile()).isNull();
    }

    @Test
    void theHeapOfAProcessThatRanOutOfItIsKeptAndItsCollectionsAreInTheLog() throws IOException {
        long ended = httpd.status().group("dumps").pids().get(0);

        assertThat(httpd.client().get("/dumps?how=heap").status()).isIn(500, 502);

        Status.Group after = afterTheEndOf("dumps", ended);
        assertThat(after.lastExit().status()).isEqualTo(3);
        Path dump = httpd.runDir().resolve("tmp/dumps/java_pid" + ended + ".hprof");
        assertThat(after.lastExit().heapDump()).isEqualTo(dump.toString());
        try (InputStream in = Files.newInputStream(dump)) {
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("JAVA PROFILE");
        }
        assertThat(httpd.ctl().run("status", "dumps").output()).contains("heap dump: " + dump);
        // As Java 8 writes it, and as all later ones do.
        assertThat(httpd.errorLog().linesSince(0, "dumps.*(\\[Full GC \\(|\\[gc.*Pause Full)"))
                .isNotEmpty();
        assertThat(httpd.errorLog().linesSince(0, "\\bcrashes\\b.*(\\[Full GC \\(|\\[gc.*Pause Full)"))
                .as("the group that does not ask for it")
                .isEmpty();
    }
}
