package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.supervisor.jdk.TestingJdk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a monitor only has to be there
class VerifyCommandTest {
    @TempDir
    Path temporary;

    private Path run;
    private Path shop;
    private CtlRunner ctl;

    @BeforeEach
    void makeARunFolder() throws IOException {
        Path folder = temporary.toRealPath();
        allowEverybody(folder, "rwxr-xr-x");
        run = folder.resolve("run");
        for (String name : List.of("groups", "sockets", "monitors", "control", "tmp")) {
            allowEverybody(Files.createDirectories(run.resolve(name)), "rwxr-xr-x");
        }
        TestingJdk.write(
                run.resolve("instance.conf"),
                "httpd-pid = " + ProcessHandle.current().pid() + "\nprofile-dir = " + folder.resolve("jdk.d") + "\n");
        shop = TestingJdk.write(folder.resolve("srv/Shop.java"), "class Shop {}");
        ctl = new CtlRunner(run).withHome(folder.resolve("image"));
    }

    private static void allowEverybody(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void define(String... lines) {
        TestingJdk.write(
                run.resolve("monitors/a.conf"),
                "java-home = /opt/jdk\n[group shop]\n" + String.join("\n", lines) + "\n[application shop]\nfile = "
                        + shop + "\n");
    }

    /** The checks of the server and its one group, which is idle: nothing has been loaded. */
    private List<String> verify() throws IOException {
        Files.deleteIfExists(run.resolve("control/a.sock"));
        try (TestingMonitor monitor = TestingMonitor.start(
                run,
                "a",
                request -> "{\"result\":{\"monitors\":[{\"profile\":\"a\",\"state\":\"ready\"}],\"groups\":[{\"name\":"
                        + "\"shop\",\"profile\":\"a\",\"state\":\"idle\",\"processes\":[]}]}}\n")) {
            JsonObject document = ctl.run("--json", "verify").json();
            List<JsonObject> checks = new ArrayList<>(Json.objects(document, "server"));
            Json.objects(document, "groups").forEach(group -> checks.addAll(Json.objects(group, "checks")));
            return checks.stream()
                    .map(check -> Json.text(check, "check") + " " + Json.text(check, "outcome") + " "
                            + Json.text(check, "detail"))
                    .toList();
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @Test
    void findsNothingWrongWithAGroupWhoseFilesAreThere() throws IOException {
        define("umask = 0022");

        assertThat(verify())
                .contains("monitor ok a is ready", "state ok idle", "file ok " + shop + " can be read")
                .anyMatch(check -> check.startsWith("folder ok " + run))
                .noneMatch(check -> check.contains(" failed "));
    }

    @Test
    void saysThatTheUserOfAGroupHasGone() throws IOException {
        define("defined-at = shop.conf:12", "user = nobody-has-this-name", "uid = 64999", "gid = 64999");

        assertThat(verify())
                .contains(
                        "user failed there is no user nobody-has-this-name: create it, or name another one with JsgiUser"
                                + " (shop.conf:12)");
    }

    @Test
    void saysThatTheUserOfAGroupHasAnotherNumberNow() throws IOException {
        define("user = root", "uid = 64999");

        assertThat(verify())
                .contains("user failed root has the number 0 now, its processes still get 64999: apachectl graceful");
    }

    @Test
    void saysWhatTheUserOfAGroupCannotReadAndWhatToDo() throws IOException {
        assumeTrue(isRoot(), "only root can look as another user");
        define("uid = 64999", "gid = 64999");
        assertThat(verify()).contains("file ok " + shop + " can be read");

        allowEverybody(shop, "rw-------");
        assertThat(verify())
                .contains("file failed user 64999 cannot read " + shop + ": chmod o+r " + shop
                        + ", or give it to a group of that user's");

        allowEverybody(shop.getParent(), "rwx------");
        assertThat(verify())
                .contains("file failed user 64999 cannot read " + shop + ": it cannot enter " + shop.getParent()
                        + ": chmod o+x " + shop.getParent() + ", or give it to a group of that user's");
    }

    @Test
    void saysThatAFileOfAGroupThatHasNotStartedIsMissing() throws IOException {
        define("umask = 0022");
        Files.delete(shop);

        assertThat(verify()).contains("file warning there is no " + shop + ": when it is put there, it is loaded");
    }

    @Test
    void saysWhatARootFolderLacks() throws IOException {
        Path jail = Files.createDirectory(run.resolveSibling("jail"));
        allowEverybody(jail, "rwxr-xr-x");
        define("chroot = " + jail);
        String daemon = run.resolveSibling("image") + "/lib/daemon";

        assertThat(verify())
                .contains("chroot failed inside " + jail + " there is no /opt/jdk/bin/java (the JDK): copy or mount it"
                        + " there, under this path; inside " + jail + " there is no " + daemon
                        + " (what runs inside every daemon): copy or mount it there, under this path");

        // A link inside leads to what is inside.
        TestingJdk.write(jail.resolve("usr/jdk-17/bin/java"), "");
        Files.createDirectories(jail.resolve("opt"));
        Files.createSymbolicLink(jail.resolve("opt/jdk"), Path.of("/usr/../usr/jdk-17"));
        Files.createDirectories(Path.of(jail + daemon));
        assertThat(verify()).contains("chroot ok " + jail + " has the JDK and jsgid");
    }

    @Test
    void saysWhoCouldReplaceWhatIsInTheRunFolder() throws IOException {
        define("umask = 0022");
        allowEverybody(run.resolve("groups"), "rwxrwxrwx");
        Files.delete(run.resolve("tmp"));

        assertThat(verify())
                .contains("folder failed " + run.resolve("groups")
                        + " can be written by everybody: chmod o-w; there is no" + " folder " + run.resolve("tmp")
                        + ": restart Apache, which makes it");
    }
}
