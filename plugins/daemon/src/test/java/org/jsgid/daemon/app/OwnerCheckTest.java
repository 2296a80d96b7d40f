package org.jsgid.daemon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that belong to whoever runs the tests; the check asks for that user, or for others. */
class OwnerCheckTest {

    @TempDir
    Path folder;

    private long uid;
    private long gid;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        mode(folder, "rwxr-xr-x");
        file = write("App.java", "rw-r--r--");
        uid = ((Integer) Files.getAttribute(file, "unix:uid")) & 0xffffffffL;
        gid = ((Integer) Files.getAttribute(file, "unix:gid")) & 0xffffffffL;
    }

    private Path write(String name, String mode) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        for (Path each = path.getParent(); !each.equals(folder); each = each.getParent()) {
            mode(each, "rwxr-xr-x");
        }
        return mode(Files.writeString(path, "x"), mode);
    }

    private static Path mode(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private String ofUser(Path path) {
        return new OwnerCheck(uid, -1).objection(path.toString());
    }

    private String ofGroup(Path path) {
        return new OwnerCheck(-1, gid).objection(path.toString());
    }

    @Test
    void theUsersOwnFileIsGood() {
        assertThat(ofUser(file)).isNull();
        assertThat(ofGroup(file)).isNull();
        assertThat(OwnerCheck.NONE.objection(file.toString())).isNull();
    }

    @Test
    void somebodyElsesIsNotAndTheMessageSaysWhoseItIsAndWhoseItShouldBe() {
        assertThat(new OwnerCheck(uid + 1, -1).objection(file.toString())).isNotNull();
        // The file of another user: nobody's folders are looked at for the sake of the test but root's and ours.
        assertThat(new OwnerCheck(uid == 0 ? 4_000_000_000L : uid + 1, -1).objection(file.toString()))
                .contains("has owner " + uid)
                .contains("mode 0")
                .contains("JsgiScriptUser");
        assertThat(new OwnerCheck(-1, gid + 1).objection(file.toString())).contains("JsgiScriptGroup");
    }

    @Test
    void nobodyElseMayWriteTheFile() throws IOException {
        mode(file, "rw-rw-r--");
        assertThat(ofUser(file)).contains("the file " + file).contains("mode 0664").contains("chmod g-w");
        assertThat(ofGroup(file)).as("the group itself may").isNull();
        mode(file, "rw-r--rw-");
        assertThat(ofUser(file)).contains("chmod o-w");
        assertThat(ofGroup(file)).contains("chmod o-w");
    }

    @Test
    void nobodyElseMayWriteAnyFolderAboveIt() throws IOException {
        Path deep = write("a/b/c/App.java", "rw-r--r--");
        assertThat(ofUser(deep)).isNull();
        mode(folder.resolve("a"), "rwxrwxr-x");
        assertThat(ofUser(deep)).contains("the folder " + folder.resolve("a") + " has").contains("chmod g-w");
        mode(folder.resolve("a"), "rwxrwxrwx");
        assertThat(ofGroup(deep)).contains("the folder " + folder.resolve("a") + " has").contains("chmod o-w");
    }

    @Test
    void aStickyFolderAboveMayBeWritableButExcusesNothingThatStandsInIt() throws IOException {
        Path deep = write("a/App.java", "rw-r--r--");
        Files.setAttribute(folder.resolve("a"), "unix:mode", 01777);
        assertThat(ofUser(deep)).isNull();
        mode(deep, "rw-rw-rw-");
        assertThat(ofUser(deep)).contains("the file " + deep);
    }

    @Test
    void theFoldersOfALinkCountAsThoseOfItsTarget() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Path closed = Files.createDirectory(folder.resolve("closed"));
        mode(closed, "rwxr-xr-x");
        Path link = Files.createSymbolicLink(closed.resolve("link.java"), Path.of("../App.java"));
        assertThat(ofUser(link)).isNull();

        Path elsewhere = Files.createSymbolicLink(open.resolve("link.java"), file);
        mode(open, "rwxrwxrwx");
        assertThat(ofUser(elsewhere)).contains("the folder " + open);

        Path there = write("open/App.java", "rw-r--r--");
        mode(open, "rwxrwxrwx");
        Path in = Files.createSymbolicLink(closed.resolve("in.java"), there);
        assertThat(ofUser(in)).contains("the folder " + open);
    }

    @Test
    void aLoopOfLinksIsRefused() throws IOException {
        Path loop = Files.createSymbolicLink(folder.resolve("loop.java"), Path.of("loop.java"));
        assertThat(ofUser(loop)).contains("too many links");
    }

    @Test
    void whatIsNotThereIsNoObjection() throws IOException {
        assertThat(ofUser(folder.resolve("none/App.java"))).isNull();
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling.java"), Path.of("none"));
        assertThat(ofUser(dangling)).isNull();
    }

    @Test
    void whatAnExplodedWebApplicationRunsIsLookedAtAndStaticFilesAreNot() throws IOException {
        Path war = folder.resolve("shop");
        write("shop/WEB-INF/web.xml", "rw-r--r--");
        Path jar = write("shop/WEB-INF/lib/a.jar", "rw-r--r--");
        Path page = write("shop/pages/a.jsp", "rw-r--r--");
        write("shop/images/a.png", "rw-rw-rw-");
        assertThat(ofUser(war)).isNull();

        mode(jar, "rw-rw-rw-");
        assertThat(ofUser(war)).contains("the file " + jar);
        mode(jar, "rw-r--r--");
        mode(page, "rw-rw-r--");
        assertThat(ofUser(war)).contains("the file " + page);
        mode(page, "rw-r--r--");
        mode(page.getParent(), "rwxrwxrwx");
        assertThat(ofUser(war)).contains("the folder " + page.getParent());
    }

    @Test
    void jarsOfAClassPathAreLookedAt() throws IOException {
        Path dependency = write("lib/dep.jar", "rw-r--r--");
        Path jar = folder.resolve("app.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "lib/dep.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        mode(jar, "rw-r--r--");
        assertThat(ofUser(jar)).isNull();
        mode(dependency, "rw-rw-rw-");
        assertThat(ofUser(jar)).contains("the file " + dependency);
    }
}
