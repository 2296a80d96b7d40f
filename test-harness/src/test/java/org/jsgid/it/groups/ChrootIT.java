package org.jsgid.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Image;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RootFolder;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.Status;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group whose root is a folder that holds a JDK, what Java needs, and applications, and no {@code /proc}. */
@Tag("B3")
@RequiresRoot
class ChrootIT {

    private static final List<RootFolder> ROOTS = new ArrayList<>();

    /** Removes the roots when the server, which is registered later, has been stopped. */
    @RegisterExtension
    @Order(1)
    static final AfterAllCallback REMOVAL = context -> {
        ROOTS.forEach(RootFolder::close);
        ROOTS.clear();
    };

    @RegisterExtension
    @Order(2)
    static final JsgidServer SERVER = JsgidServer.started("chroot", ChrootIT::prepare);

    private static RootFolder root;
    private static String configured;

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        Path inside = Apps.java(server, "inside/Inside.java");
        Path war = Apps.war(server, "own-war", ServletGeneration.JAKARTA);
        HttpdConf conf = new HttpdConf();
        for (InstalledJdks.Jdk jdk : jdks()) {
            RootFolder each = RootFolder.create(jdk, TestUser.GAMES);
            ROOTS.add(each);
            String name = "jail-" + jdk.feature();
            conf.group(
                            name,
                            "JsgiRuntime " + jdk.feature(),
                            "JsgiUser games",
                            "JsgiWorkingDirectory /srv",
                            "JsgiChroot " + each.path())
                    .mount("/jsgi-" + jdk.feature(), each.put(inside, "/srv/Inside.java"), name)
                    .mount("/war-" + jdk.feature(), each.put(war, "/srv/own.war"), name);
        }
        root = ROOTS.get(0);
        conf.mount("/answers", root.put(Apps.java(server, "answers/Answers.java"), "/srv/Answers.java"), group())
                .mount(
                        "/kept",
                        root.put(Apps.war(server, "sessions-war", ServletGeneration.JAKARTA), "/srv/kept.war"),
                        group())
                .add("<Location /answers>", "JsgiSendfile \"" + root.outside("/srv/files") + "\"", "</Location>");
        conf.add("AddHandler jsgi-script .java", "JsgiProcessGroup " + group());
        configured = "JsgiChroot " + root.path();
        server.configure(conf);
        try {
            Files.copy(inside, server.documents().resolve("Inside.java"));
            Files.createDirectories(root.outside("/srv/files"));
            Files.writeString(root.outside("/srv/files/file"), "a file inside");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<InstalledJdks.Jdk> jdks() {
        // What starts 8 finds the JVM through /proc only, which is not inside.
        List<InstalledJdks.Jdk> usable = InstalledJdks.served().stream()
                .filter(jdk -> jdk.feature() >= 11)
                .toList();
        return usable.size() < 2 ? usable : List.of(usable.get(0), usable.get(usable.size() - 1));
    }

    private static String group() {
        return "jail-" + jdks().get(0).feature();
    }

    private static String jsgi() {
        return "/jsgi-" + jdks().get(0).feature();
    }

    @BeforeEach
    void allReady() {
        for (InstalledJdks.Jdk jdk : jdks()) {
            httpd.awaitReady("jail-" + jdk.feature());
        }
    }

    @Test
    void jsgiAndWarAreServedFromInside() throws IOException {
        for (InstalledJdks.Jdk jdk : jdks()) {
            Facts jsgi = Facts.from(httpd.client(), "/jsgi-" + jdk.feature());
            assertThat(jsgi.get("java.version")).isEqualTo(jdk.version());
            assertThat(jsgi.get("user")).isEqualTo("games");
            assertThat(jsgi.get("directory")).isEqualTo("/srv");
            assertThat(httpd.client().get("/war-" + jdk.feature() + "/facts").status())
                    .isEqualTo(200);
            assertThat(httpd.client()
                            .get("/war-" + jdk.feature() + "/plain.txt")
                            .status())
                    .isEqualTo(200);
            assertThat(httpd.client()
                            .get("/war-" + jdk.feature() + "/index.jsp")
                            .status())
                    .as("a JSP, compiled inside")
                    .isEqualTo(200);
        }
    }

    @Test
    void apacheSendsAFileThatTheApplicationNamesAsItSeesIt() throws IOException {
        httpd.errorLog().announce("JSGID0452|JSGID0453");
        Client.Response sent = httpd.client().get("/answers?header=X-Sendfile:/srv/files/file", "Range: bytes=2-5");
        assertThat(sent.status()).isEqualTo(206);
        assertThat(sent.text()).isEqualTo("file");
        for (String other : List.of(root.outside("/srv/files/file").toString(), "/srv/own.war")) {
            assertThat(httpd.client().get("/answers?header=X-Sendfile:" + other).status())
                    .as("its path outside, or one that is not allowed: %s", other)
                    .isEqualTo(404);
        }
    }

    @Test
    void sessionsAreHandedOverInside() throws IOException {
        Client.Response first = httpd.client().get("/kept/count");
        assertThat(first.text()).startsWith("1 ");
        String cookie = first.header("Set-Cookie").orElseThrow().split(";", 2)[0];
        List<Long> before = httpd.status().group(group()).pids();

        httpd.ctl().run("restart", group()).expectSuccess();

        httpd.awaitGroup(
                group(),
                "to have another process",
                group -> !group.pids().isEmpty() && group.pids().stream().noneMatch(before::contains));
        assertThat(httpd.client().get("/kept/count", "Cookie: " + cookie).text())
                .startsWith("2 ");
    }

    @Test
    void theRootOfTheProcessIsTheFolderAndNothingOutsideCanBeReached() throws IOException {
        long pid = pid();
        assertThat(Path.of("/proc", Long.toString(pid), "root").toRealPath()).isEqualTo(root.path());

        Facts facts = Facts.from(httpd.client(), jsgi());
        assertThat(facts.get("top").split(" ", -1)).contains("dev", "etc", "srv", "tmp");
        assertThat(facts.get("top").split(" ", -1)).doesNotContain("proc", "home", "root", "sys");
        assertThat(facts.get("parent")).as("/..").isEqualTo("/");
        assertThat(Facts.from(httpd.client(), jsgi() + "?" + httpd.root().resolve("conf/httpd.conf"))
                        .get("exists"))
                .isEqualTo("false");
        assertThat(Facts.from(httpd.client(), jsgi() + "?" + root.path()).get("exists"))
                .isEqualTo("false");
        assertThat(Facts.from(httpd.client(), jsgi() + "?" + httpd.runDir().resolve("control"))
                        .get("exists"))
                .as("the control sockets")
                .isEqualTo("false");
    }

    @Test
    void filesAreNamedInsideAsTheApplicationSeesThem() throws IOException {
        Facts facts = Facts.from(httpd.client(), jsgi());

        assertThat(facts.get("file")).isEqualTo("/srv/Inside.java");
        assertThat(facts.get("documents")).as("not in there").isEqualTo("null");
        assertThat(httpd.status().group(group()).applications())
                .extracting(Status.Application::file)
                .containsExactlyInAnyOrder("/srv/Inside.java", "/srv/own.war", "/srv/Answers.java", "/srv/kept.war");
    }

    @Test
    void theTemporaryFolderIsInsideAndTheUsersAlone() throws IOException {
        Path inside = root.outside(httpd.runDir().resolve("tmp/" + group()).toString());

        assertThat(Facts.from(httpd.client(), jsgi()).get("temporary"))
                .isEqualTo(httpd.runDir().resolve("tmp/" + group()).toString());
        assertThat((int) Files.getAttribute(inside, "unix:mode") & 07777).isEqualTo(0700);
        assertThat(Files.getAttribute(inside, "unix:uid")).isEqualTo(TestUser.GAMES.uid());
        assertThat((int) Files.getAttribute(inside.getParent(), "unix:mode") & 07777)
                .isEqualTo(0711);
        assertThat(Files.getAttribute(inside.getParent(), "unix:uid")).isEqualTo(0);
        assertThat(httpd.runDir().resolve("tmp/" + group())).doesNotExist();
    }

    @Test
    void whatTheDaemonSaysReachesTheErrorLog() throws IOException {
        int mark = httpd.errorLog().mark();

        Facts.from(httpd.client(), jsgi());

        httpd.errorLog().awaitLine(mark, "Inside has looked around", Duration.ofSeconds(10));
    }

    @Test
    void aKilledDaemonIsReplacedInside() throws IOException {
        httpd.errorLog().announce(group());
        long former = pid();

        ProcessTree.signal(former, "KILL");

        Status.Group after = httpd.awaitGroup(
                group(),
                "to have another process",
                group -> !group.pids().isEmpty() && !group.pids().contains(former));
        assertThat(Path.of("/proc", Long.toString(after.pids().get(0)), "root").toRealPath())
                .isEqualTo(root.path());
        assertThat(after.lastExit().signal()).isEqualTo("SIGKILL");
        assertThat(Facts.from(httpd.client(), jsgi()).get("user")).isEqualTo("games");
    }

    @Test
    void restartMakesAGenerationInsideAndStatusShowsIt() throws IOException {
        int generation = httpd.status().group(group()).generation();

        httpd.ctl().run("restart", group()).expectSuccess();

        Status.Group after = httpd.awaitGroup(
                group(),
                "to be of another generation",
                group -> "ready".equals(group.state()) && group.generation() > generation);
        assertThat(Path.of("/proc", Long.toString(after.pids().get(0)), "root").toRealPath())
                .isEqualTo(root.path());
        assertThat(after.applications()).extracting(Status.Application::state).containsOnly("loaded");
    }

    @Test
    void aChangedFileInsideIsRedeployed() throws IOException {
        Path file = root.outside("/srv/Inside.java");
        String original = Files.readString(file);

        Apps.replace(file, original.replace("\"original\"", "\"changed\""));
        Await.until(
                "the new answer",
                Duration.ofSeconds(30),
                () -> "changed".equals(Facts.from(httpd.client(), jsgi()).get("mark")));
        Apps.replace(file, original);
        Await.until(
                "the former answer",
                Duration.ofSeconds(30),
                () -> "original".equals(Facts.from(httpd.client(), jsgi()).get("mark")));
    }

    @Test
    void aFileOutsideIsNotServedAndTheLogSaysWhy() throws IOException {
        httpd.errorLog().announce("JSGID0440");
        int mark = httpd.errorLog().mark();

        assertThat(httpd.client().get("/Inside.java").status()).isEqualTo(500);

        assertThat(httpd.errorLog().awaitLine(mark, "JSGID0440", Duration.ofSeconds(5)))
                .contains(httpd.documents().resolve("Inside.java").toString())
                .contains(root.path().toString());
    }

    @Test
    void anApplicationThatIsNotBelowTheRootIsAMistakeOfTheConfiguration() {
        try (Httpd other = new Httpd("chroot-mistake")) {
            other.addInstalledProfiles();
            Path hello = Apps.java(other, "hello/Hello.java");
            other.configure(
                    new HttpdConf().group("jail", "JsgiUser games", configured).mount("/hello", hello, "jail"));

            Completed test = other.configtest();

            assertThat(test.status()).isNotZero();
            assertThat(test.output())
                    .contains("JSGID0023")
                    .contains(hello.toString())
                    .contains(root.path().toString());
        }
    }

    @Test
    void aRootThatOthersCanChangeIsAMistakeOfTheConfiguration() throws IOException {
        try (Httpd other = new Httpd("chroot-unsafe")) {
            other.addInstalledProfiles();
            Path open = Files.createDirectory(other.root().resolve("open"));
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
            Path others = Files.createDirectory(other.root().resolve("others"));
            Files.setAttribute(others, "unix:uid", TestUser.NEWS.uid());
            other.configure(new HttpdConf()
                    .group("open", "JsgiUser games", "JsgiChroot " + open)
                    .group("others", "JsgiUser games", "JsgiChroot " + others)
                    .group(
                            "missing",
                            "JsgiUser games",
                            "JsgiChroot " + other.root().resolve("missing")));

            Completed test = other.configtest();

            assertThat(test.status()).isNotZero();
            assertThat(test.output().lines().filter(line -> line.contains("JSGID0017")))
                    .hasSize(3)
                    .anyMatch(line -> line.contains(open + " can be written by others"))
                    .anyMatch(line -> line.contains(others + " belongs to the user id " + TestUser.NEWS.uid()))
                    .anyMatch(line -> line.contains("missing: No such file or directory"));
        }
    }

    @Test
    void aRootWithoutAJdkOrWithoutJsgidIsExplainedBeforeAndAfterTheStart() throws IOException {
        try (Httpd other = new Httpd("chroot-empty")) {
            other.addInstalledProfiles();
            Path empty = Files.createDirectory(other.root().resolve("empty"));
            InstalledJdks.Jdk jdk = jdks().get(0);
            RootFolder half = RootFolder.create(jdk, TestUser.GAMES);
            ROOTS.add(half);
            Path daemon = half.outside(Image.get().home().resolve("lib/daemon").toString());
            Files.move(daemon, daemon.resolveSibling("hidden"));
            other.configure(new HttpdConf()
                    .group("empty", "JsgiUser games", "JsgiRuntime " + jdk.feature(), "JsgiChroot " + empty)
                    .group("half", "JsgiUser games", "JsgiRuntime " + jdk.feature(), "JsgiChroot " + half.path()));

            Completed test = other.configtest();
            assertThat(test.status()).as(test.output()).isZero();
            assertThat(test.output().lines().filter(line -> line.contains("JSGID0022")))
                    .hasSize(3)
                    .anyMatch(line -> line.contains(jdk.home() + "/bin/java"))
                    .anyMatch(line -> line.contains("the group \"half\"") && line.contains("lib/daemon"));

            other.start();
            Status.Group withoutJdk =
                    other.awaitGroup("empty", "to tell why it does not start", group -> group.lastExit() != null);
            assertThat(withoutJdk.lastExit().reason())
                    .contains("JsgiChroot")
                    .contains("inside " + empty)
                    .contains("lib/daemon");
            Status.Group withoutJsgid =
                    other.awaitGroup("half", "to tell why it does not start", group -> group.lastExit() != null);
            assertThat(withoutJsgid.lastExit().reason())
                    .contains("JsgiHome must be readable")
                    .contains("lib/daemon inside " + half.path());
        }
    }

    private long pid() throws IOException {
        return httpd.status().group(group()).pids().get(0);
    }
}
