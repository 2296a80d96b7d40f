package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Image;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RunningProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the module costs Apache: two servers, one after the other, that differ in it alone. */
@Tag("A1")
@Tag("alone")
class FootprintIT {

    private static final int REQUESTS = 40;

    @Test
    void theModuleIsLinkedToNoLanguageRuntime() {
        String libraries = RunningProcess.run(
                        List.of("ldd", Image.get().module().toString()))
                .expectSuccess()
                .output();

        System.out.println("measured: mod_jsgid.so is linked to "
                + String.join(
                        ", ",
                        libraries
                                .lines()
                                .map(line -> line.strip().split(" ", 2)[0])
                                .toList()));
        assertThat(libraries).doesNotContain("libjvm").doesNotContain("libjli").doesNotContain("not found");
    }

    @Test
    void aChildWithTheModuleIsAtMost300KilobytesLarger() throws IOException {
        long without = childPss(new HttpdConf().withoutJsgid(), "/small.txt");
        long loaded = childPss(jsgid(), "/small.txt");
        long serving = childPss(jsgid(), "/hello");

        System.out.printf(
                "measured: PSS of an Apache child: %d KiB without the module, %d KiB with it, %d KiB after serving"
                        + " requests through it%n",
                without / 1024, loaded / 1024, serving / 1024);
        assertThat(loaded - without).as("bytes more when loaded").isLessThanOrEqualTo(300_000);
        assertThat(serving - without).as("bytes more after requests").isLessThanOrEqualTo(300_000);
    }

    private static HttpdConf jsgid() {
        return new HttpdConf().group("small").mount("/hello", "ROOT/apps/Hello.java", "small");
    }

    /** Mean of a server's children after some requests; children that have not served any count too. */
    private static long childPss(HttpdConf conf, String path) throws IOException {
        try (Httpd httpd = new Httpd("footprint")) {
            httpd.addInstalledProfiles();
            Apps.java(httpd, "hello/Hello.java");
            Files.writeString(httpd.documents().resolve("small.txt"), "Hello, world!");
            httpd.configure(conf.mpm(HttpdConf.Mpm.PREFORK));
            httpd.start();
            if (path.equals("/hello")) {
                httpd.awaitReady("small");
            }
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(httpd.client().get(path).status()).isEqualTo(200);
            }
            List<ProcessTree.Entry> children = ProcessTree.children(httpd.pid()).stream()
                    .filter(entry -> Path.of(entry.title()).endsWith("apache2"))
                    .toList();
            long sum = 0;
            for (ProcessTree.Entry child : children) {
                sum += ProcessTree.pssBytes(child.pid());
                String maps = Files.readString(Path.of("/proc", Long.toString(child.pid()), "maps"));
                assertThat(maps).doesNotContain("libjvm");
            }
            return sum / children.size();
        }
    }
}
