package org.jsgid.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every setting of a group arrives in its processes. */
@Tag("B1")
@Tag("B2")
@RequiresRoot
@EveryJdk
class GroupSettingsIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("settings", server -> {
        server.addInstalledProfiles();
        Path settings = Apps.java(server, "hello/Settings.java");
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group(
                        "full",
                        "JsgiUser games",
                        "JsgiGroup news",
                        "JsgiSupplementaryGroups mail lp",
                        "JsgiUmask 0037",
                        "JsgiWorkingDirectory /usr/share",
                        "JsgiJavaOptions \"-Dexample.option=two words\"",
                        "JsgiMaxHeap 48M",
                        "JsgiEnvironment FIRST one",
                        "JsgiEnvironment SECOND \"two words\"",
                        "JsgiDisplayName \"the shop of games\"",
                        "JsgiCpuPriority 5")
                .group("plain")
                .group("pair", "JsgiProcesses 2", "JsgiThreads 1")
                .group("one-written", "JsgiProcesses 1")
                .mount("/full", settings, "full")
                .mount("/plain", settings, "plain")
                .mount("/pair", hello, "pair")
                .mount("/pair-slow", Apps.java(server, "slow/Slow.java"), "pair")
                .mount("/one-written", hello, "one-written")
                .mount("/one", hello, "plain"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void allReady() {
        httpd.awaitReady("full", "plain", "pair", "one-written");
    }

    @Test
    void userGroupAndSupplementaryGroupsAreThoseOfTheGroup() throws IOException {
        long pid = pid("full");

        String games = Integer.toString(TestUser.GAMES.uid());
        String news = Integer.toString(TestUser.groupId("news"));
        assertThat(ProcessTree.status(pid, "Uid").split("\\s+")).containsOnly(games);
        assertThat(ProcessTree.status(pid, "Gid").split("\\s+")).containsOnly(news);
        assertThat(ProcessTree.status(pid, "Groups").split("\\s+"))
                .containsExactlyInAnyOrder(
                        Integer.toString(TestUser.groupId("mail")), Integer.toString(TestUser.groupId("lp")));
    }

    @Test
    void withoutAUserItIsApaches() throws IOException {
        assertThat(ProcessTree.status(pid("plain"), "Uid").split("\\s+"))
                .containsOnly(Integer.toString(TestUser.APACHE.uid()));
        assertThat(httpd.status().group("plain").user()).isEqualTo(TestUser.APACHE.name());
    }

    @Test
    void nothingOfRootsRemains() throws IOException {
        for (String group : new String[] {"full", "plain"}) {
            long pid = pid(group);
            assertThat(ProcessTree.status(pid, "CapEff")).matches("0+");
            assertThat(ProcessTree.status(pid, "CapPrm")).matches("0+");
            assertThat(ProcessTree.status(pid, "CapInh")).matches("0+");
            assertThat(ProcessTree.status(pid, "NoNewPrivs")).isEqualTo("1");
        }
    }

    @Test
    void umaskIsThatOfTheGroup() throws IOException {
        assertThat(ProcessTree.status(pid("full"), "Umask")).isEqualTo("0037");
        assertThat(ProcessTree.status(pid("plain"), "Umask")).isEqualTo("0022");
        int mode = (int) Facts.from(httpd.client(), "/full").number("permissions");
        assertThat(Integer.toOctalString(mode & 0777)).isEqualTo("640");
    }

    @Test
    void workingDirectoryIsThatOfTheGroup() throws IOException {
        assertThat(Path.of("/proc", Long.toString(pid("full")), "cwd").toRealPath())
                .isEqualTo(Path.of("/usr/share"));
        assertThat(Facts.from(httpd.client(), "/full").get("directory")).isEqualTo("/usr/share");
    }

    @Test
    void environmentIsExactlyTheGroups() throws IOException {
        Facts facts = Facts.from(httpd.client(), "/full");

        assertThat(facts.get("env.FIRST")).isEqualTo("one");
        assertThat(facts.get("env.SECOND")).isEqualTo("two words");
        assertThat(facts.get("env.HOSTNAME")).isNull();
        assertThat(facts.get("env.APACHE_RUN_DIR")).isNull();
    }

    @Test
    void javaOptionsAndHeapAreTheGroups() throws IOException {
        Facts facts = Facts.from(httpd.client(), "/full");

        assertThat(facts.get("option")).isEqualTo("two words");
        assertThat(facts.number("heap")).isBetween(40L << 20, 48L << 20);
    }

    @Test
    void psShowsTheDisplayNameOrTheGroup() throws IOException {
        assertThat(ProcessTree.process(pid("full")).orElseThrow().title()).isEqualTo("the shop of games");
        assertThat(ProcessTree.process(pid("plain")).orElseThrow().title()).isEqualTo("jsgid: plain");
    }

    @Test
    void priorityIsThatOfTheGroup() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid("full")), "stat"));
        String nice = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16];
        assertThat(nice).isEqualTo("5");
    }

    @Test
    void theTemporaryFolderBelongsToTheGroupsUserAlone() throws IOException {
        Path folder = httpd.runDir().resolve("tmp/full");

        assertThat(Files.getAttribute(folder, "unix:uid")).isEqualTo(TestUser.GAMES.uid());
        assertThat((int) Files.getAttribute(folder, "unix:mode") & 0777).isEqualTo(0700);
    }

    @Test
    void twoProcessesShareTheRequestsAndTheApplicationCanTell() throws IOException {
        Facts facts = Facts.from(httpd.client(), "/pair");
        assertThat(facts.get("multiprocess")).isEqualTo("true");
        assertThat(facts.get("multithread")).isEqualTo("false");

        // Each process runs one request at a time, and none ends before there is the mark.
        Path marks = Marks.folder(httpd);
        Path until = marks.resolve("pair-until");
        Set<String> answering = new HashSet<>();
        List<Client.Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Client.Connection connection = httpd.client().open();
                connections.add(connection);
                String began = marks.resolve("pair-began-" + i).toString();
                connection.sendHead("GET", "/pair-slow?began=" + began + "&until=" + until, List.of());
            }
            Await.until("two requests to run at a time", Duration.ofSeconds(10), () -> begun(marks) == 2);
            Files.createFile(until);
            for (Client.Connection connection : connections) {
                answering.add(connection.readResponse("GET").text());
            }
        } finally {
            for (Client.Connection connection : connections) {
                connection.close();
            }
        }
        assertThat(answering)
                .containsExactlyInAnyOrderElementsOf(httpd.status().group("pair").pids().stream()
                        .map(pid -> "done by " + pid)
                        .toList());
    }

    private static long begun(Path marks) {
        try (Stream<Path> files = Files.list(marks)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pair-began-"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void oneProcessIsMultiprocessOnlyWhenItWasWrittenSo() throws IOException {
        Facts written = Facts.from(httpd.client(), "/one-written");
        Facts unwritten = Facts.from(httpd.client(), "/one");

        assertThat(written.get("multiprocess")).isEqualTo("true");
        assertThat(unwritten.get("multiprocess")).isEqualTo("false");
        assertThat(unwritten.get("multithread")).isEqualTo("true");
    }

    private long pid(String group) throws IOException {
        return httpd.status().group(group).pids().get(0);
    }
}
