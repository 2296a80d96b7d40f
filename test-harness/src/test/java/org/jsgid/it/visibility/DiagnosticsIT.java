package org.jsgid.it.visibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.RootFolder;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code jsgid-ctl} asks of the JVMs of groups: on each JDK, as root and as the group's own user. */
@Tag("G3")
@RequiresRoot
class DiagnosticsIT {

    private static final List<RootFolder> ROOTS = new ArrayList<>();

    /** Removes the root when the server, which is registered later, has been stopped. */
    @RegisterExtension
    @Order(1)
    static final AfterAllCallback REMOVAL = context -> {
        ROOTS.forEach(RootFolder::close);
        ROOTS.clear();
    };

    @RegisterExtension
    @Order(2)
    static final JsgidServer SERVER = JsgidServer.started("diagnostics", DiagnosticsIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf();
        for (int feature : features()) {
            conf.group("java-" + feature, "JsgiRuntime " + feature, "JsgiUser games", "JsgiMaxHeap 32m");
        }
        // One that needs nothing but this machine's libraries, which the script for root folders brings.
        InstalledJdks.Jdk inside = InstalledJdks.get(17);
        RootFolder root = RootFolder.create(inside, TestUser.GAMES);
        ROOTS.add(root);
        conf.group("jail", "JsgiRuntime 17", "JsgiUser games", "JsgiMaxHeap 32m", "JsgiChroot " + root.path());
        server.configure(conf);
    }

    static List<Integer> features() {
        return InstalledJdks.all().stream()
                .map(InstalledJdks.Jdk::feature)
                .distinct()
                .toList();
    }

    @BeforeEach
    void allReady() {
        httpd.awaitReady(Stream.concat(Stream.of("jail"), features().stream().map(feature -> "java-" + feature))
                .toArray(String[]::new));
    }

    private Completed asOwner(String... arguments) {
        return httpd.ctl().runAs(TestUser.GAMES, arguments);
    }

    /** A folder of the group's user, as a person has one. */
    private Path folderOfOwner(String name) throws IOException {
        Path folder = Files.createDirectories(httpd.root().resolve("of-" + name));
        Files.setAttribute(folder, "unix:uid", TestUser.GAMES.uid());
        return folder;
    }

    private static byte[] beginning(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            return input.readNBytes(12);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> leftInTemporaryFolder(String group) throws IOException {
        try (Stream<Path> files = Files.list(httpd.runDir().resolve("tmp").resolve(group))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("jsgid-"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("features")
    void itsOwnUserSeesTheThreadsAndTheHeapOfAGroupOnEachJdk(int feature) throws IOException {
        String group = "java-" + feature;
        Path dump = folderOfOwner(group).resolve("heap.hprof");

        assertThat(asOwner("threads", group, "--locks").expectSuccess().output())
                .contains("Full thread dump")
                .contains("\"Reference Handler\"")
                .contains("Locked ownable synchronizers");
        asOwner("heap-dump", group, dump.toString()).expectSuccess();

        assertThat(new String(beginning(dump), StandardCharsets.US_ASCII)).isEqualTo("JAVA PROFILE");
        assertThat((int) Files.getAttribute(dump, "unix:mode") & 07777).isEqualTo(0600);
        assertThat(Files.getAttribute(dump, "unix:uid")).isEqualTo(TestUser.GAMES.uid());
        assertThat(leftInTemporaryFolder(group)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("features")
    void rootRecordsAGroupOnEachJdkThatHasAFlightRecorder(int feature) throws IOException {
        String group = "java-" + feature;
        Path recording = httpd.root().resolve(group + ".jfr");

        Completed started = httpd.ctl().run("jfr", "start", group, "--settings", "profile");
        assumeTrue(!started.output().contains("no flight recorder"), "this JDK has no flight recorder");
        started.expectSuccess();
        httpd.ctl().run("jfr", "stop", group, recording.toString()).expectSuccess();

        assertThat(new String(beginning(recording), StandardCharsets.ISO_8859_1))
                .startsWith("FLR\0");
        assertThat((int) Files.getAttribute(recording, "unix:mode") & 07777).isEqualTo(0600);
        assertThat(leftInTemporaryFolder(group)).isEmpty();
    }

    private static String last() {
        return "java-" + features().get(features().size() - 1);
    }

    @Test
    void nobodyElseMayAsk() {
        for (String command : List.of("threads", "logs")) {
            Completed refused = httpd.ctl().runAs(TestUser.NEWS, command, last());
            assertThat(refused.status()).as(refused.output()).isEqualTo(4);
        }
    }

    @Test
    void aGroupInsideARootFolderIsAskedToo() throws IOException {
        Path dump = httpd.root().resolve("jail.hprof.gz");

        assertThat(asOwner("threads", "jail").expectSuccess().output()).contains("Full thread dump");
        httpd.ctl().run("heap-dump", "jail", dump.toString(), "--gzip").expectSuccess();

        assertThat(beginning(dump)).startsWith(0x1f, 0x8b);
        Path inside = ROOTS.get(0).outside(httpd.runDir().resolve("tmp/jail").toString());
        try (Stream<Path> files = Files.list(inside)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("jsgid-"));
        }
    }

    @Test
    void aFileThatExistsIsReplacedOnlyWhenThatIsWanted() throws IOException {
        Path file = Files.writeString(httpd.root().resolve("mine"), "mine");

        assertThat(httpd.ctl()
                        .run("heap-dump", last(), file.toString())
                        .expectStatus(1)
                        .output())
                .contains("JSGID0871")
                .contains("--force");
        assertThat(file).hasContent("mine");
        httpd.ctl().run("heap-dump", last(), file.toString(), "--force").expectSuccess();
        assertThat(new String(beginning(file), StandardCharsets.US_ASCII)).isEqualTo("JAVA PROFILE");
    }

    @Test
    void whatAJvmDoesNotKnowIsSaidAndLeavesNoFile() throws IOException {
        Path file = httpd.root().resolve("nothing.jfr");

        assertThat(httpd.ctl()
                        .run("jcmd", last(), "No.such", "thing")
                        .expectStatus(1)
                        .output())
                .contains("JSGID0870")
                .contains("has no such command");
        httpd.ctl()
                .run("jfr", "dump", last(), file.toString(), "--name", "never-begun")
                .expectStatus(1);
        assertThat(file).doesNotExist();
    }

    @Test
    void theDocumentHasWhatEachProcessSaid() {
        JsonObject document =
                httpd.ctl().json("jcmd", last(), "VM.command_line").getAsJsonObject();

        JsonObject process = document.getAsJsonArray("processes").get(0).getAsJsonObject();
        assertThat(process.get("done").getAsBoolean()).isTrue();
        assertThat(process.get("number").getAsInt()).isEqualTo(1);
        assertThat(process.get("output").getAsString()).contains("jvm_args");
    }

    @Test
    void theLogOfAGroupHasItsOwnLinesAndWhoAskedWhat() {
        asOwner("jcmd", last(), "VM.uptime").expectSuccess();

        List<String> lines = asOwner("logs", last(), "--lines", "1000")
                .expectSuccess()
                .output()
                .lines()
                .toList();

        assertThat(lines)
                .allMatch(line -> line.contains("[group " + last() + "]"))
                .anyMatch(line -> line.contains("JSGID0380")
                        && line.contains("user " + TestUser.GAMES.uid())
                        && line.contains("VM.uptime"));
    }
}
