package org.jsgid.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JsgiScriptUser and JsgiScriptGroup: whose application files are loaded. */
@Tag("B4")
@RequiresRoot
@EveryJdk
class ScriptOwnerIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("script-owner", server -> {
        server.addInstalledProfiles();
        Path mine = app(server, "mine", TestUser.GAMES);
        Path theirs = app(server, "theirs", TestUser.NEWS);
        Path open = app(server, "open", TestUser.GAMES);
        Path grouped = app(server, "grouped", TestUser.NEWS);
        try {
            mode(open.getParent().getParent(), "rwxrwxr-x");
            Files.setAttribute(grouped, "unix:gid", TestUser.GAMES.gid());
            mode(grouped, "rw-rw-r--");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.configure(new HttpdConf()
                .group("users", "JsgiUser games", "JsgiScriptUser games")
                .group("groups", "JsgiUser news", "JsgiScriptGroup #" + TestUser.GAMES.gid())
                .mount("/mine", mine, "users")
                .mount("/theirs", theirs, "users")
                .mount("/open", open, "users")
                .mount("/grouped", grouped, "groups")
                .mount("/ungrouped", theirs, "groups"));
        server.errorLog().announce("JSGID060[678]|JSGID0341");
    });

    private final Httpd httpd = SERVER.httpd();

    /** An application two folders deep, which all belong to a user. */
    private static Path app(Httpd server, String name, TestUser owner) {
        try {
            Path folder = server.root().resolve("owned-" + name);
            Files.createDirectories(folder.resolve("inner"));
            Path file = folder.resolve("inner/App.java");
            Apps.replace(file, text(name));
            for (Path each : new Path[] {folder, folder.resolve("inner"), file}) {
                own(each, owner);
                mode(each, each.equals(file) ? "rw-r--r--" : "rwxr-xr-x");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String answer) {
        return "import org.jsgi.*;\npublic class App implements Application {\n"
                + "  public Response handle(Request request) { return Response.text(\"" + answer + "\"); }\n}\n";
    }

    private static void own(Path path, TestUser owner) throws IOException {
        Files.setAttribute(path, "unix:uid", owner.uid());
        Files.setAttribute(path, "unix:gid", owner.gid());
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @BeforeEach
    void ready() {
        httpd.errorLog().announce("JSGID060[678]|JSGID0341");
        httpd.awaitReady("users", "groups");
    }

    private void awaitText(String path, String text) {
        Await.until(
                path + " to answer " + text,
                Duration.ofSeconds(20),
                () -> httpd.client().get(path).text().equals(text));
    }

    @Test
    void theUsersOwnFileIsServed() throws IOException {
        assertThat(httpd.client().get("/mine").status()).isEqualTo(200);
    }

    @Test
    void somebodyElsesFileGets403WithTheReasonInTheLogOnlyAndIsServedWhenItsOwnerIsRight() throws IOException {
        int mark = httpd.errorLog().mark();
        Response refused = httpd.client().get("/theirs", "X-Forwarded-For: 192.0.2.1");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).doesNotContain("inner").doesNotContain("owner " + TestUser.NEWS.uid());
        httpd.errorLog()
                .awaitLine(
                        mark,
                        "JSGID0608: .*owned-theirs.* has owner " + TestUser.NEWS.uid() + " \\(news\\).*JsgiScriptUser",
                        Duration.ofSeconds(10));
        assertThat(httpd.status().group("users").applications())
                .anyMatch(application -> application.mount().equals("/theirs")
                        && application.state().equals("rejected")
                        && application.reason().contains("JsgiScriptUser"));

        Path folder = httpd.root().resolve("owned-theirs");
        for (String name : List.of("", "inner", "inner/App.java")) {
            own(folder.resolve(name), TestUser.GAMES);
        }
        awaitText("/theirs", "theirs");
    }

    @Test
    void aFolderFarAboveThatOthersCouldReplaceRefusesTheFile() throws IOException {
        int mark = httpd.errorLog().mark();

        assertThat(httpd.client().get("/open").status()).isEqualTo(403);
        httpd.errorLog()
                .awaitLine(
                        mark,
                        "JSGID0608: .*the folder " + httpd.root().resolve("owned-open")
                                + " has owner .* and mode 0775; .*chmod g-w",
                        Duration.ofSeconds(10));
    }

    @Test
    void aFileOfTheGroupIsServedAlthoughTheGroupMayWriteItWhenItsFoldersAreTheGroupsToo() throws IOException {
        assertThat(httpd.client().get("/grouped").status())
                .as("its folders are another user's")
                .isEqualTo(403);
        Path folder = httpd.root().resolve("owned-grouped");
        for (String name : List.of("", "inner")) {
            Files.setAttribute(folder.resolve(name), "unix:gid", TestUser.GAMES.gid());
        }
        awaitText("/grouped", "grouped");
    }

    @Test
    void aNewVersionOfSomebodyElseDoesNotReplaceTheOldOne() throws IOException {
        int mark = httpd.errorLog().mark();
        Path file = httpd.root().resolve("owned-mine/inner/App.java");
        Path next = file.resolveSibling("next");
        Files.writeString(next, text("somebody's"));
        own(next, TestUser.NEWS);
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        httpd.errorLog().awaitLine(mark, "JSGID0607: .*owned-mine.*must not be loaded", Duration.ofSeconds(10));
        assertThat(httpd.client().get("/mine").text()).isEqualTo("mine");
        own(file, TestUser.GAMES);
        awaitText("/mine", "somebody's");
        Files.writeString(next, text("mine"));
        own(next, TestUser.GAMES);
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        awaitText("/mine", "mine");
    }
}
