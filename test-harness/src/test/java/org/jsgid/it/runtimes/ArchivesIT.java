package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group on each JDK, without any setting but that archives are made early: each makes its archive, and starts from it. */
@Tag("C11")
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArchivesIT {

    private static final Duration MADE_WITHIN = Duration.ofMinutes(2);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("archives", ArchivesIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf().add("JsgiArchiveAfter 1");
        for (InstalledJdks.Jdk jdk : InstalledJdks.served()) {
            String name = name(jdk);
            Path hello = Apps.java(server, "hello/Hello.java", name + ".java");
            conf.group(name, "JsgiRuntime " + jdk.feature()).mount("/" + name, hello, name);
        }
        server.configure(conf);
    }

    private static String name(InstalledJdks.Jdk jdk) {
        return "on-" + jdk.feature();
    }

    /** The JDKs that have archives at all. */
    private static List<InstalledJdks.Jdk> jdks() {
        return InstalledJdks.served().stream()
                .filter(jdk -> jdk.feature() >= 11)
                .toList();
    }

    /** What the one process of each group that is not draining says of its archive: {@code state reason}. */
    private Map<String, String> archives() {
        Map<String, String> found = new TreeMap<>();
        for (JsonElement group : httpd.ctl().json("status").getAsJsonObject().getAsJsonArray("groups")) {
            for (JsonElement process : group.getAsJsonObject().getAsJsonArray("processes")) {
                JsonObject archive = process.getAsJsonObject().getAsJsonObject("archive");
                boolean isReady =
                        process.getAsJsonObject().get("state").getAsString().equals("ready");
                if (isReady && archive != null) {
                    found.put(
                            group.getAsJsonObject().get("name").getAsString(),
                            archive.get("state").getAsString() + " "
                                    + archive.get("reason").getAsString());
                }
            }
        }
        return found;
    }

    /** Whatever the test before has done, and when one is run by itself. */
    @BeforeEach
    void archivesAreMade() {
        httpd.awaitReady(InstalledJdks.served().stream().map(ArchivesIT::name).toArray(String[]::new));
        jdks().forEach(jdk -> awaitMade(jdk, ""));
    }

    /** Waits for the archive of a group; returns its name, which is not the former one's. */
    private String awaitMade(InstalledJdks.Jdk jdk, String former) {
        return Await.value(
                        "an archive of " + name(jdk) + " to be made",
                        MADE_WITHIN,
                        () -> files(jdk, ""),
                        files -> files.stream().noneMatch(ArchivesIT::isUnfinished)
                                && files.stream().filter(ArchivesIT::isArchive).count() == 1
                                && !files.contains(former))
                .stream()
                .filter(ArchivesIT::isArchive)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isArchive(String name) {
        return name.endsWith(".archive");
    }

    private static boolean isUnfinished(String name) {
        return name.endsWith(".recording") || name.endsWith(".new");
    }

    private Path folder(InstalledJdks.Jdk jdk) {
        return httpd.runDir().resolve("cache/archives").resolve(name(jdk));
    }

    /** Names of what is in a group's folder. */
    private List<String> files(InstalledJdks.Jdk jdk, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder(jdk))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .toList();
        } catch (NoSuchFileException notYet) {
            return List.of();
        }
    }

    private void restart() {
        assertThat(httpd.ctl().run("restart", "--all").status()).isZero();
    }

    private void assertAllAnswer() throws IOException {
        for (InstalledJdks.Jdk jdk : InstalledJdks.served()) {
            assertThat(httpd.client().get("/" + name(jdk)).text()).contains("java.version=" + jdk.version());
        }
    }

    @Test
    @Order(1)
    void anArchiveIsMadeOfTheFirstProcessOfEachGroup() throws Exception {
        assertAllAnswer();
        Await.value(
                "status to say so",
                MADE_WITHIN,
                this::archives,
                found -> jdks().stream()
                        .allMatch(jdk -> found.getOrDefault(name(jdk), "").startsWith("none one was made")));
        for (InstalledJdks.Jdk jdk : jdks()) {
            assertThat(files(jdk, ".txt")).hasSize(1);
            assertThat(Files.getPosixFilePermissions(folder(jdk), LinkOption.NOFOLLOW_LINKS))
                    .hasSize(3);
        }
    }

    @Test
    @Order(2)
    void theNextProcessesStartFromThemAndSayNothingOfIt() throws Exception {
        int mark = httpd.errorLog().mark();
        Map<String, Long> before = startMillis();
        restart();
        Map<String, String> found = archives();
        for (InstalledJdks.Jdk jdk : jdks()) {
            assertThat(found).containsEntry(name(jdk), "used ");
        }
        assertAllAnswer();
        assertThat(httpd.errorLog().linesSince(mark, "JSGID0350.*(warning|error|CDS|AOT)"))
                .isEmpty();
        Map<String, Long> after = startMillis();
        before.forEach((name, millis) -> System.out.println("measured: start of " + name + " without archive " + millis
                + " ms, with it " + after.get(name) + " ms"));
    }

    /** The sum of all steps of each group's newest process but the wait for its turn. */
    private Map<String, Long> startMillis() {
        Map<String, Long> found = new TreeMap<>();
        for (JsonElement group : httpd.ctl().json("status").getAsJsonObject().getAsJsonArray("groups")) {
            for (JsonElement process : group.getAsJsonObject().getAsJsonArray("processes")) {
                long sum = 0;
                for (JsonElement step : process.getAsJsonObject().getAsJsonArray("steps")) {
                    sum += step.getAsJsonObject().get("millis").getAsLong();
                }
                found.put(group.getAsJsonObject().get("name").getAsString(), sum);
            }
        }
        return found;
    }

    /** Two of them are enough for what is the same on all: the oldest and the newest. */
    private static List<InstalledJdks.Jdk> two() {
        List<InstalledJdks.Jdk> all = jdks();
        return all.size() < 2 ? all : List.of(all.get(0), all.get(all.size() - 1));
    }

    @Test
    @Order(3)
    void aChangedApplicationGetsAnArchiveOfItsOwn() throws Exception {
        Map<InstalledJdks.Jdk, String> former = new HashMap<>();
        for (InstalledJdks.Jdk jdk : two()) {
            former.put(jdk, files(jdk, ".archive").get(0));
            Apps.replace(
                    Apps.folder(httpd).resolve(name(jdk) + ".java"),
                    Apps.source("hello/Hello.java").replace("\"user\"", "\"whoever\""));
        }
        for (InstalledJdks.Jdk jdk : two()) {
            Await.value(
                    "the changed application to answer",
                    MADE_WITHIN,
                    () -> httpd.client().get("/" + name(jdk)).text(),
                    text -> text.contains("whoever="));
            assertThat(awaitMade(jdk, former.get(jdk))).isNotEqualTo(former.get(jdk));
        }
    }

    @Test
    @Order(4)
    void damagedArchivesKeepNoGroupFromStartingAndAreMadeAgain() throws Exception {
        boolean isTruncated = true;
        for (InstalledJdks.Jdk jdk : two()) {
            damage(folder(jdk).resolve(files(jdk, ".archive").get(0)), isTruncated);
            isTruncated = false;
            assertThat(httpd.ctl().run("restart", name(jdk)).status()).isZero();
        }
        Await.value(
                "status to say that they are refused",
                MADE_WITHIN,
                this::archives,
                found -> two().stream()
                        .allMatch(jdk -> found.getOrDefault(name(jdk), "").startsWith("refused ")));
        assertAllAnswer();
        for (InstalledJdks.Jdk jdk : two()) {
            Await.value(
                    "the damaged archive to be removed",
                    MADE_WITHIN,
                    () -> files(jdk, ""),
                    files -> files.stream().noneMatch(ArchivesIT::isArchive));
            assertThat(httpd.ctl().run("restart", name(jdk)).status()).isZero();
        }
        two().forEach(jdk -> awaitMade(jdk, ""));
    }

    /** Puts a damaged copy in its place: running JVMs have the file itself mapped. */
    private static void damage(Path archive, boolean isTruncated) throws IOException {
        Path copy = Files.copy(archive, archive.resolveSibling("copy"));
        Files.setOwner(copy, Files.getOwner(archive));
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            if (isTruncated) {
                file.setLength(file.length() / 2);
            } else {
                file.write(new byte[64]);
            }
        }
        Files.move(copy, archive, StandardCopyOption.ATOMIC_MOVE);
    }
}
