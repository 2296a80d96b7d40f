package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.JavaHeap;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.faults.FaultRun;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two hundred graceful restarts, one after the other as fast as Apache takes them: nothing grows and nobody notices. */
@Tag("C6")
@Tag("alone")
class ManyGracefulRestartsIT {

    private static final int RESTARTS = 200;

    /** Restarts before the first look: what is loaded or allocated once has been. */
    private static final int WARM_UP = 20;

    /** What may be between two looks; one descriptor or 20 KB more at each restart is far beyond. */
    private static final int MORE_DESCRIPTORS = 10;

    private static final long MORE_LIVE_BYTES = 1 << 20;
    private static final long MORE_RESIDENT_BYTES = 8 << 20;
    private static final long MORE_CHILD_BYTES = 1 << 20;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("many", server -> {
        server.addInstalledProfiles();
        List<InstalledJdks.Jdk> jdks = FaultRun.usualJdks();
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group("pair", "JsgiProcesses 2", "JsgiRuntime " + jdks.get(0).feature())
                .group("newest", "JsgiRuntime " + jdks.get(jdks.size() - 1).feature())
                .mount("/pair", hello, "pair")
                .mount("/newest", hello, "newest"));
    });

    private final Httpd httpd = SERVER.httpd();

    /** What a long-lived process of the server holds: Apache's parent, or a monitor (with its live heap). */
    private record Holding(int descriptors, long residentBytes, long liveBytes) {}

    private record Look(Map<String, Holding> processes, int childDescriptors, long childBytes) {}

    @Test
    void leaveDaemonsMemoryAndDescriptorsAsTheyWereAndNoRequestFails() throws IOException {
        httpd.awaitReady("pair", "newest");
        List<Long> pair = httpd.status().group("pair").pids();
        List<Long> newest = httpd.status().group("newest").pids();
        List<Long> monitors = monitors();
        Look before;
        Look after;
        try (Load one = Load.start(httpd.client(), "/pair", 2, 20);
                Load other = Load.start(httpd.client(), "/newest", 1, 20)) {
            restart(WARM_UP);
            before = look();
            long begin = System.nanoTime();
            restart(RESTARTS - WARM_UP);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            after = look();
            for (Load load : List.of(one, other)) {
                Load.Result result = load.stop();
                System.out.printf(
                        "measured: %d graceful restarts, %d ms each: %d requests answered, %d failed, %d resent on a"
                                + " connection that Apache had closed%n",
                        RESTARTS,
                        took.toMillis() / (RESTARTS - WARM_UP),
                        result.answered(),
                        result.failures().size(),
                        result.resent());
                assertThat(result.failures()).isEmpty();
                assertThat(result.answered()).isGreaterThan(RESTARTS);
            }
        }
        before.processes()
                .forEach((name, holding) -> System.out.printf(
                        "measured: %s after %d and %d graceful restarts: %d and %d descriptors, %d and %d KB resident,"
                                + " %d and %d KB live%n",
                        name,
                        WARM_UP,
                        RESTARTS,
                        holding.descriptors(),
                        after.processes().get(name).descriptors(),
                        holding.residentBytes() / 1024,
                        after.processes().get(name).residentBytes() / 1024,
                        holding.liveBytes() / 1024,
                        after.processes().get(name).liveBytes() / 1024));
        System.out.printf(
                "measured: the largest child of Apache then: %d and %d descriptors, %d and %d KB%n",
                before.childDescriptors(),
                after.childDescriptors(),
                before.childBytes() / 1024,
                after.childBytes() / 1024);

        assertThat(httpd.status().group("pair").pids()).isEqualTo(pair);
        assertThat(httpd.status().group("newest").pids()).isEqualTo(newest);
        assertThat(monitors()).isEqualTo(monitors);
        assertThat(after.processes().keySet()).isEqualTo(before.processes().keySet());
        after.processes().forEach((name, holding) -> {
            Holding first = before.processes().get(name);
            assertThat(holding.descriptors())
                    .as("descriptors of %s", name)
                    .isLessThanOrEqualTo(first.descriptors() + MORE_DESCRIPTORS);
            assertThat(holding.residentBytes())
                    .as("resident bytes of %s", name)
                    .isLessThanOrEqualTo(first.residentBytes() + MORE_RESIDENT_BYTES);
            assertThat(holding.liveBytes())
                    .as("live bytes of %s", name)
                    .isLessThanOrEqualTo(first.liveBytes() + MORE_LIVE_BYTES);
        });
        assertThat(after.childDescriptors())
                .as("descriptors of Apache's children")
                .isLessThanOrEqualTo(before.childDescriptors() + MORE_DESCRIPTORS);
        assertThat(after.childBytes())
                .as("bytes of Apache's children")
                .isLessThanOrEqualTo(before.childBytes() + MORE_CHILD_BYTES);
    }

    private void restart(int times) {
        for (int i = 0; i < times; i++) {
            int mark = httpd.errorLog().mark();
            ProcessTree.signal(httpd.pid(), "USR1");
            httpd.errorLog().awaitLine(mark, "resuming normal operations", Duration.ofSeconds(20));
        }
    }

    private List<Long> monitors() throws IOException {
        return httpd.status().monitors().stream().map(Status.Monitor::pid).toList();
    }

    private Look look() throws IOException {
        Map<String, Holding> processes = new TreeMap<>();
        processes.put(
                "Apache's parent",
                new Holding(ProcessTree.descriptors(httpd.pid()).size(), ProcessTree.rssBytes(httpd.pid()), 0));
        for (Status.Monitor monitor : httpd.status().monitors()) {
            long live = JavaHeap.liveBytes(monitor.pid());
            processes.put(
                    "monitor " + monitor.profile(),
                    new Holding(
                            ProcessTree.descriptors(monitor.pid()).size(), ProcessTree.rssBytes(monitor.pid()), live));
        }
        Holding children = Await.value(
                "the children of former restarts to have ended",
                Duration.ofSeconds(30),
                this::children,
                Objects::nonNull);
        return new Look(processes, children.descriptors(), children.residentBytes());
    }

    /** The most that a child holds; null while children of former restarts end. */
    private Holding children() throws IOException {
        List<ProcessTree.Entry> children = httpd.children();
        if (children.isEmpty() || children.size() > 2) {
            return null;
        }
        int descriptors = 0;
        long bytes = 0;
        try {
            for (ProcessTree.Entry child : children) {
                descriptors = Math.max(
                        descriptors, ProcessTree.descriptors(child.pid()).size());
                bytes = Math.max(bytes, ProcessTree.pssBytes(child.pid()));
            }
        } catch (NoSuchFileException e) {
            return null;
        }
        return new Holding(descriptors, bytes, 0);
    }
}
