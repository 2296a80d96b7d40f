package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.Image;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.TestFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The registry of JDKs, by the command, in profile folders of the test. No server runs. */
@Tag("A6")
class ProfilesIT {

    private TestFolder folder;
    private Path scanned;
    private Path administrators;

    @BeforeEach
    void makeProfileFolders() throws IOException {
        folder = TestFolder.create("profiles");
        scanned = Files.createDirectory(folder.path().resolve("scan.d"));
        administrators = Files.createDirectory(folder.path().resolve("admin.d"));
    }

    @AfterEach
    void removeProfileFolders() {
        folder.close();
    }

    @Test
    void aScanRegistersTheJdksOfThisMachineAndChangesNothingTheSecondTime() throws IOException {
        jdk("scan").expectSuccess();

        String list = jdk("list").expectSuccess().output();
        for (InstalledJdks.Jdk jdk : ofPackages()) {
            assertThat(list).contains(jdk.home().toString()).contains(jdk.version());
        }
        List<String> before = profiles(scanned);
        assertThat(before).isNotEmpty();
        assertThat(jdk("scan").expectSuccess().output()).doesNotContain("added").doesNotContain("removed");
        assertThat(profiles(scanned)).isEqualTo(before);
    }

    @Test
    void installingAndRemovingAJdkChangesWhatTheNextScanSays() throws IOException {
        Path jvm = Files.createDirectory(folder.path().resolve("jvm"));
        Path home = fakeJdk(jvm.resolve("java-99-example"), "99.0.1");

        jdk("scan", jvm.toString()).expectSuccess();
        assertThat(jdk("list").output()).contains("99").contains(home.toString());

        RunningProcess.run(List.of("rm", "-r", home.toString())).expectSuccess();
        jdk("scan", jvm.toString()).expectSuccess();
        assertThat(jdk("list").output()).doesNotContain(home.toString());
    }

    @Test
    void aHandInstalledJdkIsRegisteredShownAndUnregistered() throws IOException {
        Path home = fakeJdk(folder.path().resolve("opt/jdk-98"), "98");

        jdk("register", "--name", "mine-98", home.toString()).expectSuccess();
        assertThat(profiles(administrators)).contains("mine-98.conf");
        assertThat(jdk("show", "mine-98").expectSuccess().output())
                .contains(home.toString())
                .contains("98");
        assertThat(jdk("show", "98").expectSuccess().output()).contains("mine-98");

        jdk("unregister", "mine-98").expectSuccess();
        assertThat(profiles(administrators)).isEmpty();
        jdk("show", "mine-98").expectStatus(1);
    }

    @Test
    void aFolderThatIsNoJdkIsRefusedWithTheReason() {
        Completed refused = jdk("register", folder.path().toString());

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains(folder.path().toString()).containsPattern("JSGID08\\d\\d");
    }

    @Test
    void theDefaultIsSetAndShown() {
        jdk("scan").expectSuccess();
        int feature = ofPackages().get(0).feature();

        jdk("default", Integer.toString(feature)).expectSuccess();

        assertThat(jdk("default").expectSuccess().output()).contains(Integer.toString(feature));
        assertThat(jdk("list").output().lines().filter(line -> line.contains(" * ")))
                .singleElement()
                .asString()
                .contains(InstalledJdks.get(feature).home().toString());
    }

    @Test
    void verifyPassesForTheJdksOfThisMachineAndNamesABrokenOne() throws IOException {
        jdk("scan").expectSuccess();
        for (String profile : profiles(scanned)) {
            String name = profile.replace(".conf", "");
            jdk("verify", name).expectSuccess();
        }

        Files.writeString(administrators.resolve("broken-1.conf"), "home = /nowhere\nfeature = 17\n");
        Completed verify = jdk("verify").expectStatus(1);
        assertThat(verify.output()).contains("broken-1").contains("/nowhere");
    }

    /** Those where a scan looks. */
    private static List<InstalledJdks.Jdk> ofPackages() {
        return InstalledJdks.all().stream()
                .filter(jdk -> jdk.home().startsWith("/usr/lib/jvm"))
                .toList();
    }

    private Completed jdk(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Image.get().ctl().toString(),
                "--profile-dir",
                scanned.toString(),
                "--profile-dir",
                administrators.toString(),
                "jdk"));
        command.addAll(List.of(arguments));
        return RunningProcess.run(command);
    }

    private static List<String> profiles(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".conf"))
                    .sorted()
                    .toList();
        }
    }

    /** A folder that looks like a JDK; a scan starts nothing, so its java need not work. */
    private static Path fakeJdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(home.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(home.resolve("lib/server"));
        Files.createFile(home.resolve("lib/server/libjvm.so"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Example\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
