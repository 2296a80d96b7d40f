package org.jsgid.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which group and which application group serve a request. */
@Tag("B5")
@Tag("B6")
@EveryJdk
class DelegationIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("delegation", DelegationIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        Path first = counter(server, "First");
        Path second = counter(server, "Second");
        Path hello = Apps.java(server, "hello/Hello.java");
        try {
            Files.copy(hello, server.documents().resolve("Hello.java"));
            Files.createDirectory(server.documents().resolve("delegated"));
            Files.copy(hello, server.documents().resolve("delegated/Hello.java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.configure(new HttpdConf()
                .module("rewrite")
                .group("main")
                .group("other")
                .group("other.example")
                .add("AddHandler jsgi-script .java", "JsgiProcessGroup main")
                .add("JsgiScriptAlias /own-a " + first + " process-group=main")
                .add("JsgiScriptAlias /own-b " + second + " process-group=main")
                .add("JsgiScriptAlias /shared-a " + first + " process-group=main application-group=together")
                .add("JsgiScriptAlias /shared-b " + second + " process-group=main application-group=together")
                .add("JsgiScriptAlias /by-host " + hello)
                .add("<Location /by-host>", "JsgiProcessGroup %{SERVER_NAME}", "</Location>")
                .add("JsgiScriptAlias /by-variable " + hello)
                .add("SetEnvIf X-Group (.*) CHOSEN=$1")
                .add("<Location /by-variable>", "JsgiProcessGroup %{ENV:CHOSEN}", "</Location>")
                .add("<Directory ROOT/htdocs/delegated>", "JsgiProcessGroup other", "</Directory>")
                .add("UseCanonicalName Off"));
    }

    private static Path counter(Httpd server, String name) {
        Path file = Apps.folder(server).resolve(name + ".java");
        Apps.replace(file, Apps.source("counter/Counter.java").replace("class Counter", "class " + name));
        return file;
    }

    @BeforeEach
    void allReady() {
        httpd.awaitReady("main", "other", "other.example");
    }

    @Test
    void applicationsHaveClassLoadersOfTheirOwnInOneProcess() throws IOException {
        long ownA = count("/own-a", "class");
        long ownB = count("/own-b", "class");
        long process = count("/own-a", "process");

        assertThat(count("/own-a", "class")).isEqualTo(ownA + 2);
        assertThat(count("/own-b", "class")).isEqualTo(ownB + 1);
        assertThat(count("/own-b", "process")).as("the process is the same").isEqualTo(process + 3);
    }

    @Test
    void applicationsOfOneApplicationGroupShareTheirs() throws IOException {
        long shared = count("/shared-a", "loader");

        assertThat(count("/shared-b", "loader")).isEqualTo(shared);
        assertThat(count("/own-a", "loader")).isNotEqualTo(shared).isNotEqualTo(count("/own-b", "loader"));
    }

    @Test
    void aHandlerServesTheFileThatTheUrlMapsTo() throws IOException {
        Facts facts = Facts.from(httpd.client(), "/Hello.java/more/path?query");

        assertThat(facts.get("group")).isEqualTo("main");
        assertThat(facts.get("mount")).isEqualTo("/Hello.java");
        assertThat(facts.get("path")).isEqualTo("/more/path");
        assertThat(facts.get("file"))
                .isEqualTo(httpd.documents().resolve("Hello.java").toString());
    }

    @Test
    void aDirectoryChoosesTheGroup() throws IOException {
        assertThat(Facts.from(httpd.client(), "/delegated/Hello.java").get("group"))
                .isEqualTo("other");
    }

    @Test
    void theVirtualHostChoosesTheGroup() throws IOException {
        assertThat(Facts.from(httpd.client(), "/by-host", "Host: other.example").get("group"))
                .isEqualTo("other.example");
    }

    @Test
    void aVariableChoosesTheGroup() throws IOException {
        assertThat(Facts.from(httpd.client(), "/by-variable", "X-Group: main").get("group"))
                .isEqualTo("main");
        assertThat(Facts.from(httpd.client(), "/by-variable", "X-Group: other").get("group"))
                .isEqualTo("other");
    }

    @Test
    void aGroupThatIsNotDefinedIsAnErrorOfTheServer() throws IOException {
        httpd.errorLog().announce("nobody");

        assertThat(httpd.client().get("/by-variable", "X-Group: nobody").status())
                .isEqualTo(500);
    }

    private long count(String path, String what) throws IOException {
        return Facts.of(httpd.client().get(path).text().replace(' ', '\n')).number(what);
    }
}
