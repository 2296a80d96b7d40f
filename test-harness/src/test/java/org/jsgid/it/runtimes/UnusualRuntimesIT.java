package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.JdkCopy;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Facts;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A JDK later than any that jsgid knows, one without compiler and flight recorder, and virtual threads. */
@Tag("A4")
@Tag("I4")
@RequiresJdk({17, 27})
class UnusualRuntimesIT {

    private static final int LATER_THAN_KNOWN = 31;
    /** The modules of a runtime image: no compiler, no tools. */
    private static final String ONLY_RUNTIME = "--limit-modules=java.se,jdk.unsupported,jdk.management";

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("unusual", server -> {
        JdkCopy later = JdkCopy.of(InstalledJdks.get(27), server.root().resolve("later"));
        later.rewriteRelease(text -> text.replaceAll("(?m)^(JAVA_VERSION|JAVA_RUNTIME_VERSION)=.*$", "$1=\"31\""));
        JdkCopy runtime = JdkCopy.of(InstalledJdks.get(17), server.root().resolve("runtime"));
        runtime.rewriteRelease(text -> text.replaceAll(" jdk\\.(compiler|jfr|jcmd)\\b", ""));
        server.addProfile("jdk-17", InstalledJdks.get(17));
        server.addProfile("later", new InstalledJdks.Jdk(later.home(), LATER_THAN_KNOWN, "31"));
        server.addProfile(
                "runtime",
                new InstalledJdks.Jdk(runtime.home(), 17, InstalledJdks.get(17).version()),
                "java-options = " + ONLY_RUNTIME);
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .add("JsgiSupervisorRuntime jdk-17")
                .group("later", "JsgiRuntime 31")
                .group("virtual", "JsgiRuntime later", "JsgiThreading virtual", "JsgiThreads 2")
                .group("reduced", "JsgiRuntime runtime")
                .mount("/later", hello, "later")
                .mount("/virtual", Apps.java(server, "threads/Threads.java"), "virtual")
                .mount("/slow", Apps.java(server, "slow/Slow.java"), "virtual")
                .mount("/source", hello, "reduced")
                .mount("/jar", Apps.jsgiJar(server, "jar-hello", "org.example.JarHello"), "reduced")
                .mount("/war", Apps.war(server, "own-war", ServletGeneration.JAKARTA), "reduced"));
        server.errorLog().announce("Hello.java");
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void allReady() {
        httpd.errorLog().announce("Hello.java|/source");
        httpd.awaitReady("later", "virtual", "reduced");
    }

    private JsonObject group(String name) {
        return httpd.ctl()
                .json("status", name)
                .getAsJsonObject()
                .getAsJsonArray("groups")
                .get(0)
                .getAsJsonObject();
    }

    @Test
    void aJdkLaterThanAllKnownServesAsTheLatestDoesAndIsNoted() throws IOException {
        assertThat(Facts.from(httpd.client(), "/later").get("java.version"))
                .isEqualTo(InstalledJdks.get(27).version());
        assertThat(httpd.status().monitor("later").feature()).isEqualTo(LATER_THAN_KNOWN);

        assertThat(group("later").getAsJsonArray("notes").toString())
                .contains("Java 31 is later than those that this jsgid knows");
    }

    @Test
    void applicationsRunOnVirtualThreadsAndTheLimitIsKept() throws IOException {
        assertThat(Facts.from(httpd.client(), "/virtual").get("virtual")).isEqualTo("true");
        assertThat(group("virtual")
                        .getAsJsonArray("processes")
                        .get(0)
                        .getAsJsonObject()
                        .get("threading")
                        .getAsString())
                .isEqualTo("virtual");

        // Three requests for two threads: none ends before there is the mark.
        Path marks = Marks.folder(httpd);
        Path until = marks.resolve("until");
        List<Client.Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Client.Connection connection = httpd.client().open();
                connections.add(connection);
                connection.sendHead("GET", "/slow?began=" + marks.resolve("began-" + i) + "&until=" + until, List.of());
            }
            httpd.awaitGroup(
                    "virtual",
                    "to have one request that waits",
                    group -> group.queue().length() == 1);
            Await.until("two requests to run", Duration.ofSeconds(20), () -> begun(marks) == 2);
            Files.createFile(until);
            for (Client.Connection connection : connections) {
                assertThat(connection.readResponse("GET").status()).isEqualTo(200);
            }
            assertThat(begun(marks)).isEqualTo(3);
        } finally {
            for (Client.Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static long begun(Path marks) {
        try (Stream<Path> files = Files.list(marks)) {
            return files.filter(file -> file.getFileName().toString().startsWith("began-"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRuntimeWithoutCompilerServesAllButSourceFilesAndSaysSo() throws IOException {
        assertThat(httpd.client().get("/jar").status()).isEqualTo(200);
        Response page = httpd.client().get("/war/");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(page.text()).as("a JSP").contains("JSP: 42");

        assertThat(httpd.client().get("/source").status()).isGreaterThanOrEqualTo(500);

        JsonObject group = group("reduced");
        assertThat(group.getAsJsonArray("notes").toString())
                .contains("its JDK has no compiler: .java files are not served")
                .contains("no flight recordings");
        assertThat(group.getAsJsonArray("applications").toString()).contains("needs a JDK");
        // Nothing of the tools is needed for these.
        assertThat(httpd.ctl().run("threads", "reduced").expectSuccess().output())
                .contains("Full thread dump");
    }

    @Test
    void verifyChecksGroupsAndJdksAndNamesWhatIsWrong() {
        JsonObject verified = httpd.ctl().json("verify").getAsJsonObject();

        assertThat(verified.get("ok").getAsBoolean()).as(verified.toString()).isFalse();
        assertThat(verified.getAsJsonArray("server").toString())
                .contains(httpd.runDir() + ": nobody but root")
                .doesNotContain("failed");
        assertThat(checks(verified, "groups", "later"))
                .noneMatch(check -> check.startsWith("failed"))
                .anyMatch(check -> check.startsWith("ok file ") && check.contains("Hello.java"));
        assertThat(checks(verified, "groups", "reduced"))
                .anyMatch(check -> check.startsWith("failed app ") && check.contains("Hello.java"));
        assertThat(checks(verified, "profiles", "later"))
                .anyMatch(check -> check.startsWith("ok plugin ") && check.endsWith("/jdk25"))
                .anyMatch(check -> check.startsWith("ok start "));
        assertThat(checks(verified, "profiles", "runtime"))
                .anyMatch(check -> check.startsWith("warning compiler absent: .java files"))
                .anyMatch(check -> check.startsWith("warning diagnosis threads, heap dumps and jcmd; no flight"))
                .anyMatch(check -> check.startsWith("ok start "));
    }

    private static List<String> checks(JsonObject verified, String kind, String name) {
        List<String> checks = new ArrayList<>();
        for (JsonElement each : verified.getAsJsonArray(kind)) {
            JsonObject about = each.getAsJsonObject();
            if (about.get("name").getAsString().equals(name)) {
                JsonArray list = about.getAsJsonArray("checks");
                list.forEach(element -> {
                    JsonObject check = element.getAsJsonObject();
                    checks.add(check.get("outcome").getAsString() + " "
                            + check.get("check").getAsString() + " "
                            + check.get("detail").getAsString());
                });
            }
        }
        assertThat(checks).as(name).isNotEmpty();
        return checks;
    }
}
