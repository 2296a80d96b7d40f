package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a monitor only has to be there
class StatusCommandTest {
    @TempDir
    Path folder;

    private Path run;
    private CtlRunner ctl;

    @BeforeEach
    void makeARunFolder() throws IOException {
        run = folder.resolve("run");
        Files.createDirectories(run.resolve("monitors"));
        instanceOf(ProcessHandle.current().pid());
        ctl = new CtlRunner(run);
    }

    @Test
    void mergesWhatAllMonitorsSayIntoOneDocument() throws Exception {
        try (TestingMonitor newer = monitor("temurin-25", "blog", "shop");
                TestingMonitor older = monitor("openjdk-17", "legacy")) {
            CtlRunner.Result result = ctl.run("--json", "status");

            assertThat(result.status()).isZero();
            assertThat(names(result.json(), "monitors", "profile")).containsExactly("openjdk-17", "temurin-25");
            assertThat(names(result.json(), "groups", "name")).containsExactly("blog", "legacy", "shop");
            assertThat(result.err()).isEmpty();
        }
    }

    @Test
    void showsOnlyTheGroupsAskedForAndTheirMonitors() throws Exception {
        try (TestingMonitor newer = monitor("temurin-25", "blog", "shop");
                TestingMonitor older = monitor("openjdk-17", "legacy")) {
            JsonObject document = ctl.run("status", "shop", "--json").json();

            assertThat(names(document, "monitors", "profile")).containsExactly("temurin-25");
            assertThat(names(document, "groups", "name")).containsExactly("shop");
        }
    }

    @Test
    void saysWhichGroupsThereAreWhenOneIsUnknown() throws Exception {
        try (TestingMonitor monitor = monitor("temurin-25", "blog", "shop")) {
            CtlRunner.Result result = ctl.run("status", "shp");

            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err())
                    .isEqualTo("jsgid-ctl: JSGID0804: there is no group shp at " + run + "; there are blog, shop\n");
        }
    }

    @Test
    void showsAGroupThatMovesBetweenMonitorsOnceWithTheProcessesOfBoth() throws Exception {
        String leaving = group("shop", "draining", "{\"pid\":1,\"generation\":4,\"state\":\"draining\"}");
        String coming = group("shop", "ready", "{\"pid\":2,\"generation\":5,\"state\":\"ready\"}");
        try (TestingMonitor newer = TestingMonitor.start(run, "a", request -> status("a", coming));
                TestingMonitor older = TestingMonitor.start(run, "b", request -> status("b", leaving))) {
            JsonObject shop =
                    Json.objects(ctl.run("--json", "status").json(), "groups").get(0);

            assertThat(Json.text(shop, "state")).isEqualTo("ready");
            assertThat(names(shop, "processes", "pid")).containsExactly("2", "1");
        }
    }

    @Test
    void saysWhyAGroupThatMovesIsStillServedByTheFormerMonitor() throws Exception {
        String serving = group("shop", "ready", "{\"pid\":1,\"generation\":4,\"state\":\"ready\"}")
                .replace("PROFILE", "openjdk-17")
                .replace("\"state\":\"ready\",\"proc", "\"state\":\"ready\",\"reason\":\"moves\",\"proc");
        String coming = group("shop", "backoff", "")
                .replace("PROFILE", "temurin-25")
                .replace("\"proc", "\"reason\":\"bad flag\",\"lastExit\":{\"pid\":7},\"proc");
        try (TestingMonitor newer = TestingMonitor.start(run, "temurin-25", request -> status("temurin-25", coming));
                TestingMonitor older =
                        TestingMonitor.start(run, "openjdk-17", request -> status("openjdk-17", serving))) {
            JsonObject document = ctl.run("--json", "status", "shop").json();
            JsonObject shop = Json.objects(document, "groups").get(0);

            assertThat(Json.text(shop, "state")).isEqualTo("ready");
            assertThat(Json.text(shop, "profile")).isEqualTo("openjdk-17");
            assertThat(Json.text(shop, "reason")).isEqualTo("moves; temurin-25 is backoff: bad flag");
            assertThat(Json.text(Json.object(shop, "lastExit"), "pid")).isEqualTo("7");
            assertThat(names(document, "monitors", "profile")).containsExactly("openjdk-17", "temurin-25");
        }
    }

    @Test
    void showsGroupsWithoutRuntimeAndTheRegisteredOnes() throws IOException {
        conf(
                "monitors/no-runtime.conf",
                "format = 1\n[group old]\nruntime = 8\nuser = alice\n[application old]\nfile = /x\n");

        CtlRunner.Result result =
                ctl.run("--json", "--profile-dir", folder.resolve("jdk.d").toString(), "status");

        assertThat(Json.line(result.json()))
                .isEqualTo("{\"monitors\":[],\"groups\":[{\"name\":\"old\",\"runtime\":\"8\",\"user\":\"alice\","
                        + "\"state\":\"no-runtime\",\"reason\":\"there is no JDK 8 among the JDK profiles; "
                        + "none is registered in " + folder.resolve("jdk.d") + "\"}],\"notes\":[]}");
    }

    @Test
    void showsTheGroupsOfAMonitorThatIsBeingStarted() throws IOException {
        conf("monitors/temurin-25.conf", "feature = 25\n[group shop]\nruntime = 25\nuser = alice\n");

        JsonObject document = ctl.run("--json", "status").json();

        assertThat(Json.line(document))
                .isEqualTo("{\"monitors\":[{\"profile\":\"temurin-25\",\"feature\":25,\"state\":\"starting\"}],"
                        + "\"groups\":[{\"name\":\"shop\",\"runtime\":\"25\",\"user\":\"alice\","
                        + "\"state\":\"starting\",\"reason\":\"its monitor is being started\","
                        + "\"profile\":\"temurin-25\"}],"
                        + "\"notes\":[\"the monitor of temurin-25 is being started\"]}");
    }

    @Test
    void showsTheGroupsOfAMonitorThatIsDown() throws IOException {
        // What a monitor leaves that was killed: a socket on which nobody listens.
        Files.createDirectories(run.resolve("control"));
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(run.resolve("control/temurin-25.sock")));
        }
        conf(
                "monitors/temurin-25.conf",
                "profile = temurin-25\nfeature = 25\n[group shop]\nruntime = 25\nuid = 1001\n");

        CtlRunner.Result result = ctl.run("--json", "status");

        assertThat(result.status()).isZero();
        assertThat(Json.line(result.json().get("monitors")))
                .isEqualTo("[{\"profile\":\"temurin-25\",\"feature\":25,\"state\":\"down\"}]");
        assertThat(Json.line(result.json().get("groups")))
                .isEqualTo("[{\"name\":\"shop\",\"runtime\":\"25\",\"user\":\"1001\",\"state\":\"failed\","
                        + "\"reason\":\"its monitor gave no answer\",\"profile\":\"temurin-25\"}]");
        assertThat(names(result.json(), "notes")).singleElement().asString().startsWith("the monitor of temurin-25 ");
    }

    @Test
    void saysWhatItMayNotLookAt() throws Exception {
        Files.delete(run.resolve("monitors"));
        try (TestingMonitor open = monitor("a", "shop");
                TestingMonitor closed = TestingMonitor.start(run, "b", request -> refusal("not-permitted"))) {
            CtlRunner.Result result = ctl.run("--json", "status");

            assertThat(names(result.json(), "notes"))
                    .containsExactly(
                            "the monitor of b does not show its groups to you",
                            "groups without a runtime, if there are any, are shown to root only");
        }
    }

    @Test
    void isNotPermittedWhenAGroupMayBeOneThatIsNotShown() throws Exception {
        try (TestingMonitor open = monitor("a", "shop");
                TestingMonitor closed = TestingMonitor.start(run, "b", request -> refusal("not-permitted"))) {
            CtlRunner.Result result = ctl.run("status", "blog");

            assertThat(result.status()).isEqualTo(4);
            assertThat(result.err())
                    .isEqualTo("jsgid-ctl: JSGID0805: there is no group blog at " + run
                            + " that you may see; there is shop. Root and the user that a group runs as may see it\n");
        }
    }

    @Test
    void isNotPermittedWhenEveryMonitorRefuses() throws Exception {
        try (TestingMonitor closed = TestingMonitor.start(run, "b", request -> refusal("not-permitted"))) {
            CtlRunner.Result result = ctl.run("status", "--json");

            assertThat(result.status()).isEqualTo(4);
            assertThat(Json.text(result.json(), "code")).isEqualTo("JSGID0803");
            assertThat(Json.text(result.json(), "kind")).isEqualTo("not-permitted");
            assertThat(result.err())
                    .isEqualTo(
                            "jsgid-ctl: JSGID0803: the server at " + run + " shows you nothing: you are neither root "
                                    + "nor the owner of the run folder nor a group's user (Apache's does not count as one)\n");
        }
    }

    @Test
    void saysThatThereIsNoServer() throws IOException {
        Path absent = folder.resolve("absent");
        CtlRunner.Result result = ctl.run("--run-dir", absent.toString(), "status");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo("jsgid-ctl: JSGID0801: there is no jsgid server at " + absent + ": there is no such folder. "
                        + "Name the run folder of a running one (JsgiRunDir) with --run-dir\n");

        Files.delete(run.resolve("instance.conf"));
        assertThat(ctl.run("status").err())
                .contains(": it has no instance.conf that can be read, and no monitor answers. ");

        // No process has a number above the largest that Linux gives out, 4194304.
        instanceOf(99_999_999);
        assertThat(ctl.run("status").err()).contains(": Apache's process 99999999 of its instance.conf is gone. ");
        assertThat(ctl.run("status").status()).isEqualTo(3);
    }

    @Test
    void showsAServerWithoutGroups() {
        CtlRunner.Result result = ctl.run("status");

        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo("No groups.\n");
    }

    @Test
    void showsPeopleAlignedTables() throws Exception {
        String document = Files.readString(Path.of("src/test/resources/org/jsgid/supervisor/ctl/status.json"));
        String line = Json.line(JsonParser.parseString(document));
        try (TestingMonitor monitor =
                TestingMonitor.start(run, "temurin-25", request -> "{\"result\":" + line + "}\n")) {
            assertThat(ctl.run("status").out()).isEqualTo("""
                    MONITOR     JDK  STATE  PID   UP     MEMORY
                    temurin-25  25   ready  4712  3d 4h  50M

                    GROUP  STATE    RUNTIME  PROFILE     JAVA    USER  GEN  PROCESSES  QUEUE
                    blog   backoff  25       temurin-25  -       blog  7    0          0/100
                    shop   ready    25+      temurin-25  25.0.3  shop  3    3          2/100 (1500 ms)
                      blog: it ended 3 times within a minute
                      blog: note: its JVM warns: Option Foo was deprecated
                      blog: the next start is in 8 s
                      blog: last exit: process 4800 at 2026-11-21T11:59:50Z: killed by signal 9
                      blog: crash file of the JVM: /run/jsgid/crashes/shop-4800.log
                      blog: heap dump: /run/jsgid/tmp/blog/java_pid4800.hprof
                      shop process 4713: upgraded connections (WebSocket and the like): 12
                      shop process 4714: renewed because its JDK has been replaced on disk
                      shop process 4715: starts, at the step 'loading /srv/shop/shop.war' since 3s
                      shop /srv/shop/admin.war: no class Admin in it

                    PROCESS  GROUP  GEN  NO  STATE            UP     REQUESTS  ACTIVE  THREADS  MEMORY  HEAP       CPU
                    4713     shop   3    1   ready            1m 5s  120045    3       15       250M    100M/1.0G  61.5 s
                    4714     shop   2    2   draining, stale  2h 0m  7         1       15       -       -          -
                    4715     shop   3    2   starting         4s     -         -       -        -       -          -

                    MOUNT   GROUP  STATE     CONTAINER    LOADED IN  APPLICATION
                    /       shop   loaded    tomcat-11.0  812 ms     /srv/shop/shop.war
                    /admin  shop   rejected  -            -          /srv/shop/admin.war
                    """);
        }
    }

    @Test
    void keepsWhatApplicationsSayFromSteeringTheTerminal() throws Exception {
        String group = "{\"name\":\"shop\",\"state\":\"failed\",\"reason\":\"line\\n\\u001b[2Jnext\"}";
        try (TestingMonitor monitor = TestingMonitor.start(run, "a", request -> status("a", group))) {
            assertThat(ctl.run("status").out())
                    .contains("  shop: line [2Jnext\n")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void watchPrintsOneDocumentForEachChange() throws Exception {
        Queue<String> states = new ConcurrentLinkedQueue<>(List.of("starting", "starting", "ready"));
        AtomicInteger pauses = new AtomicInteger();
        try (TestingMonitor monitor =
                TestingMonitor.start(run, "a", request -> status("a", group("shop", states.remove(), "")))) {
            CtlRunner.Result result =
                    ctl.withPause(() -> pauses.incrementAndGet() < 3).run("status", "--watch", "--json");

            assertThat(result.out()
                            .lines()
                            .map(JsonParser::parseString)
                            .map(document -> Json.objects(document.getAsJsonObject(), "groups")
                                    .get(0))
                            .map(shop -> Json.text(shop, "state")))
                    .containsExactly("starting", "ready");
            assertThat(states).isEmpty();
        }
    }

    @Test
    void watchRedrawsATerminalAndOutlastsARestartOfTheServer() throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        try (TestingMonitor monitor = monitor("a", "shop")) {
            CtlRunner.Result result = ctl.withTerminal()
                    .withPause(() -> {
                        deleteInstance();
                        close(monitor);
                        return pauses.incrementAndGet() < 2;
                    })
                    .run("status", "--watch");

            assertThat(result.status()).isZero();
            assertThat(result.out().split("\u001b\\[H\u001b\\[2J", -1)).hasSize(3);
            assertThat(result.out()).contains("shop").endsWith("with --run-dir\n");
        }
    }

    private void deleteInstance() {
        try {
            Files.deleteIfExists(run.resolve("instance.conf"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(TestingMonitor monitor) {
        try {
            monitor.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void instanceOf(long pid) throws IOException {
        conf("instance.conf", "format = 1\nhttpd-pid = " + pid + "\nprofile-dir = " + folder.resolve("jdk.d") + "\n");
    }

    private void conf(String name, String content) throws IOException {
        Files.writeString(run.resolve(name), content);
    }

    private TestingMonitor monitor(String profile, String... groups) throws IOException {
        String all = String.join(
                ",",
                Stream.of(groups)
                        .map(name -> group(name, "ready", "").replace("PROFILE", profile))
                        .toList());
        return TestingMonitor.start(run, profile, request -> status(profile, all));
    }

    private static String group(String name, String state, String processes) {
        return "{\"name\":\"" + name + "\",\"profile\":\"PROFILE\",\"state\":\"" + state + "\",\"processes\":["
                + processes + "]}";
    }

    private static String status(String profile, String groups) {
        return "{\"result\":{\"monitors\":[{\"profile\":\"" + profile + "\",\"state\":\"ready\"}],\"groups\":[" + groups
                + "]}}\n";
    }

    private static String refusal(String kind) {
        return "{\"error\":\"no\",\"code\":\"JSGID0364\",\"kind\":\"" + kind + "\"}\n";
    }

    private static List<String> names(JsonObject document, String array, String name) {
        return Json.objects(document, array).stream()
                .map(object -> Json.text(object, name))
                .toList();
    }

    private static List<String> names(JsonObject document, String array) {
        return document.getAsJsonArray(array).asList().stream()
                .map(element -> element.getAsString())
                .toList();
    }
}
