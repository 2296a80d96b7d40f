package org.jsgid.it.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Image;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.RequiresRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The run folder: who owns what in it, and when Apache refuses it. */
@Tag("B2")
@RequiresRoot
class RunFolderIT {

    private Httpd httpd;

    @BeforeEach
    void prepare() {
        httpd = new Httpd("run");
        httpd.addInstalledProfiles();
    }

    @AfterEach
    void close() {
        httpd.close();
    }

    private void configure(String... more) {
        httpd.configure(new HttpdConf()
                .add(more)
                .group("shop", "JsgiUser games")
                .mount("/shop", Apps.java(httpd, "hello/Hello.java"), "shop"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "077"})
    void modesAreTheDocumentedOnesWhateverTheUmask(String umask) throws IOException {
        configure();
        httpd.umask(umask);
        httpd.start();
        httpd.awaitReady("shop");
        assertThat(httpd.client().get("/shop").status()).isEqualTo(200);

        Map<String, String> found = listing();

        assertThat(found)
                .containsEntry("", "755 root root")
                .containsEntry("instance.conf", "644 root root")
                .containsEntry("instance.lock", "600 root root")
                .containsEntry("groups", "710 root " + TestUser.APACHE.group())
                .containsEntry("sockets", "710 root " + TestUser.APACHE.group())
                .containsEntry("sockets/shop.1.sock", "600 " + TestUser.APACHE.name() + " root")
                .containsEntry("monitors", "700 root root")
                .containsEntry("control", "755 root root")
                .containsEntry("tmp", "711 root root")
                .containsEntry("tmp/shop", "700 games " + TestUser.GAMES.group());
        found.forEach((name, what) -> {
            if (name.startsWith("monitors/")) {
                assertThat(what).as(name).isEqualTo("600 root root");
            }
            if (name.startsWith("control/")) {
                assertThat(what).as(name).isEqualTo("666 root root");
            } else {
                assertThat(Integer.parseInt(what.split(" ", 2)[0], 8) & 022)
                        .as(name + " is not for others to write: " + what)
                        .isZero();
            }
        });
    }

    @Test
    void aFolderThatOthersCouldReplaceIsRefused() throws IOException {
        Path open = Files.createDirectory(httpd.root().resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertRefused(open.resolve("run"), open + " can be written by others (mode 0775)");

        Path others = Files.createDirectory(httpd.root().resolve("others"));
        Files.setAttribute(others, "unix:uid", TestUser.NEWS.uid());
        assertRefused(others.resolve("run"), others + " belongs to the user id " + TestUser.NEWS.uid());

        Path theirs = Files.createDirectory(httpd.root().resolve("theirs"));
        Files.setAttribute(theirs, "unix:uid", TestUser.NEWS.uid());
        assertRefused(theirs, theirs + " belongs to the user id " + TestUser.NEWS.uid());
    }

    @ParameterizedTest
    @ValueSource(strings = {"groups", "sockets", "monitors", "control", "tmp"})
    void aPlantedLinkIsRefused(String name) throws IOException {
        Path run = Files.createDirectory(httpd.root().resolve("planted"));
        Path elsewhere = Files.createDirectory(httpd.root().resolve("elsewhere"));
        Files.createSymbolicLink(run.resolve(name), elsewhere);

        assertRefused(run, run.resolve(name) + " is not a folder");

        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void anImageThatOthersCanChangeIsWarnedOf() throws IOException {
        Path copy = httpd.root().resolve("image");
        RunningProcess.run(List.of("cp", "-a", Image.get().home().toString(), copy.toString()))
                .expectSuccess();
        Files.setAttribute(copy, "unix:uid", TestUser.NEWS.uid());
        configure("JsgiHome " + copy);

        RunningProcess.Completed test = httpd.configtest();

        assertThat(test.status()).isZero();
        assertThat(test.output()).contains("JSGID0024").contains(copy.toString());
    }

    private void assertRefused(Path runDir, String why) {
        configure("JsgiRunDir " + runDir);
        try (RunningProcess apache =
                RunningProcess.start(httpd.command("-DFOREGROUND"), httpd.root(), RunningProcess.plainEnvironment())) {
            RunningProcess.Completed ended = apache.await(Duration.ofSeconds(20));
            assertThat(ended.status()).isNotZero();
            assertThat(ended.output() + String.join("\n", httpd.errorLog().lines()))
                    .containsPattern("JSGID01\\d\\d")
                    .contains(why);
        }
    }

    /** MODE USER GROUP of everything below the run folder, by path; of links nothing, they have no mode. */
    private Map<String, String> listing() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(httpd.runDir())) {
            for (Path path : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                Path inside = httpd.runDir().relativize(path);
                if (inside.startsWith("tmp/shop") && inside.getNameCount() > 2) {
                    continue; // the application's own
                }
                Map<String, Object> facts =
                        Files.readAttributes(path, "unix:mode,owner,group", LinkOption.NOFOLLOW_LINKS);
                found.put(
                        inside.toString(),
                        Integer.toOctalString((int) facts.get("mode") & 07777) + " " + facts.get("owner") + " "
                                + facts.get("group"));
            }
        }
        return found;
    }
}
