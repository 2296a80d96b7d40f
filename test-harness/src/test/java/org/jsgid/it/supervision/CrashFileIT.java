package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
        server.configure(new HttpdConf()
                .group("crashes", "JsgiMaxHeap 64M")
                .mount("/crashes", Apps.java(server, "crashes/Crashes.java"), "crashes"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.errorLog()
                .announce("crashes|fatal error has been detected|OutOfMemoryError|^WARNING: |mod_jsgid|JSGID04");
        httpd.awaitReady("crashes");
    }

    private Status.Group afterTheEndOf(long pid) {
        return httpd.awaitGroup(
                "crashes",
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
}
