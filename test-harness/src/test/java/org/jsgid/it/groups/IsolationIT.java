package org.jsgid.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Image;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.Status;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a daemon has, and what it cannot reach: two groups of two users, one of them hostile. */
@Tag("B2")
@Tag("B5")
@RequiresRoot
class IsolationIT {

    /** Capability 5 of capabilities(7). */
    private static final long CAP_KILL = 1 << 5;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("isolation", server -> {
        server.addInstalledProfiles();
        Path probe = Apps.java(server, "probe/Probe.java");
        server.configure(new HttpdConf()
                .group(
                        "hostile",
                        "JsgiUser games",
                        "JsgiOpenFiles 3000",
                        "JsgiEnvironment LC_ALL C",
                        "JsgiEnvironment SHOP \"a value\"")
                .group("victim", "JsgiUser news")
                .group("apaches")
                .mount("/hostile", probe, "hostile")
                .mount("/victim", probe, "victim"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void allReady() {
        httpd.awaitReady("hostile", "victim", "apaches");
    }

    @Test
    void theEnvironmentIsExactlyWhatIsDocumented() throws IOException {
        String temporary = httpd.runDir().resolve("tmp/hostile").toString();

        assertThat(environment(pid("hostile")))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "PATH", "/usr/local/bin:/usr/bin:/bin",
                        "LANG", "C.UTF-8",
                        "LC_ALL", "C",
                        "TMPDIR", temporary,
                        "USER", "games",
                        "LOGNAME", "games",
                        "HOME", "/usr/games",
                        "SHOP", "a value"));
    }

    @Test
    void theLocaleIsTheGroupsAndTextIsUtf8AllTheSame() throws IOException {
        Facts hostile = Facts.from(httpd.client(), "/hostile");
        Facts victim = Facts.from(httpd.client(), "/victim");

        assertThat(hostile.get("sun.jnu.encoding")).isEqualTo("ANSI_X3.4-1968");
        assertThat(victim.get("sun.jnu.encoding")).isEqualTo("UTF-8");
        for (Facts facts : List.of(hostile, victim)) {
            assertThat(facts.get("file.encoding")).isEqualTo("UTF-8");
            assertThat(facts.get("charset")).isEqualTo("UTF-8");
        }
    }

    @Test
    void openFilesAreLimitedAsWrittenAndEnoughOtherwise() throws IOException {
        assertThat(openFiles(pid("hostile"))).isEqualTo(3000);
        assertThat(openFiles(pid("victim"))).isGreaterThanOrEqualTo(8192);
    }

    @Test
    void noCapabilityIsLeftInAnySet() throws IOException {
        for (String group : List.of("hostile", "victim")) {
            for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
                assertThat(ProcessTree.status(pid(group), set)).as(set).matches("0+");
            }
            assertThat(ProcessTree.status(pid(group), "NoNewPrivs")).isEqualTo("1");
        }
    }

    @Test
    void eachDaemonHasASessionOfItsOwn() throws IOException {
        for (String group : List.of("hostile", "victim")) {
            long pid = pid(group);
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            assertThat(fields[2]).as("process group").isEqualTo(Long.toString(pid));
            assertThat(fields[3]).as("session").isEqualTo(Long.toString(pid));
            assertThat(fields[4]).as("terminal").isEqualTo("0");
        }
    }

    @Test
    void nothingIsInheritedButItsSocketItsOutputAndItsConnectionToTheMonitor() throws IOException {
        Map<Integer, String> open = descriptors(pid("hostile"));

        assertThat(open.get(0)).startsWith("socket:");
        assertThat(open.get(1)).startsWith("pipe:");
        assertThat(open.get(2)).startsWith("pipe:");
        assertThat(open.get(3)).startsWith("socket:");
        String jdk = Path.of("/proc", Long.toString(pid("hostile")), "exe")
                .toRealPath()
                .getParent()
                .getParent()
                .toString();
        List<String> own = List.of(
                jdk, Image.get().home() + "/lib/", httpd.runDir() + "/tmp/hostile/", "/dev/", "anon_inode:", "/proc/");
        open.forEach((number, target) -> {
            if (number > 3 && target.startsWith("/")) {
                assertThat(own).as(number + " is " + target).anyMatch(target::startsWith);
            }
        });
        // Sockets have no names; that none is anybody else's shows in their numbers. The JVM has copies of 0.
        Set<String> others = new TreeSet<>();
        for (ProcessTree.Entry entry : httpd.tree().below(httpd.pid())) {
            if (entry.pid() != pid("hostile")) {
                others.addAll(descriptors(entry.pid()).values());
            }
        }
        assertThat(open.entrySet().stream()
                        .filter(entry -> entry.getKey() > 3 && entry.getValue().startsWith("socket:"))
                        .map(Map.Entry::getValue)
                        .filter(socket -> !socket.equals(open.get(0)) && !socket.equals(open.get(3))))
                .doesNotContainAnyElementsOf(others);
    }

    @Test
    void aKeeperHasNoMoreThanTheRightToSignalAndOnlyItsDaemonsEndEndsIt() throws IOException {
        httpd.errorLog().announce("hostile");
        long daemon = pid("hostile");
        ProcessTree.Entry keeper = ProcessTree.process(
                        ProcessTree.process(daemon).orElseThrow().parent())
                .orElseThrow();

        assertThat(keeper.title()).isEqualTo("jsgid-keeper: hostile");
        for (String set : List.of("CapInh", "CapBnd", "CapAmb")) {
            assertThat(ProcessTree.status(keeper.pid(), set)).as(set).matches("0+");
        }
        for (String set : List.of("CapPrm", "CapEff")) {
            assertThat(Long.parseLong(ProcessTree.status(keeper.pid(), set), 16))
                    .as(set)
                    .isEqualTo(CAP_KILL);
        }
        assertThat(ProcessTree.status(keeper.pid(), "NoNewPrivs")).isEqualTo("1");
        assertThat(environment(keeper.pid())).containsOnlyKeys("PATH", "LANG");
        Map<Integer, String> open = descriptors(keeper.pid());
        assertThat(List.of(open.get(0), open.get(1), open.get(2))).containsOnly("/dev/null");
        assertThat(open.values()).allMatch(target -> target.matches("/dev/null|(socket|pipe|anon_inode):.*"));
        assertDenied("signal=" + keeper.pid());
        assertDenied("read=/proc/" + keeper.pid() + "/environ");
        assertThat(pid("hostile")).isEqualTo(daemon);

        ProcessTree.signal(daemon, "KILL");
        Await.until(
                "the keeper to end with its daemon",
                Duration.ofSeconds(10),
                () -> ProcessTree.process(keeper.pid()).filter(keeper::equals).isEmpty());
        // Not just ready: it looks so until its monitor has learnt of the end.
        httpd.awaitGroup(
                "hostile",
                "to have another process",
                group -> group.pids().size() == 1 && !group.pids().contains(daemon));
    }

    @Test
    void theTemporaryFolderOfAnotherGroupIsClosed() throws IOException {
        Path victims = httpd.runDir().resolve("tmp/victim");
        assertThat(permissions(victims)).isEqualTo("700");

        assertDenied("list=" + victims);
        assertDenied("make=" + victims.resolve("planted"));
        assertDenied("list=" + victims.getParent());
        assertDenied("make=" + victims.resolveSibling("planted"));
        assertDone("list=" + httpd.runDir().resolve("tmp/hostile"));
    }

    @Test
    void socketsOfGroupsAreForApachesUserAlone() throws IOException {
        for (String folder : List.of("groups", "sockets")) {
            assertThat(permissions(httpd.runDir().resolve(folder))).isEqualTo("710");
            assertDenied("list=" + httpd.runDir().resolve(folder));
        }
        for (Path socket : list(httpd.runDir().resolve("sockets"))) {
            assertThat(permissions(socket)).isEqualTo("600");
            assertThat(Files.getAttribute(socket, "unix:uid")).isEqualTo(TestUser.APACHE.uid());
            assertDenied("connect=" + socket);
        }
        assertDenied("connect=" + httpd.runDir().resolve("groups/victim.sock"));
        assertDenied("connect=" + httpd.runDir().resolve("groups/hostile.sock"));
    }

    @Test
    void whatMonitorsKeepIsClosed() throws IOException {
        Path monitors = httpd.runDir().resolve("monitors");
        assertThat(permissions(monitors)).isEqualTo("700");
        assertDenied("list=" + monitors);
        for (Path file : list(monitors)) {
            assertDenied("read=" + file);
            assertDenied("connect=" + file);
        }
        assertThat(list(monitors).stream().filter(file -> file.toString().endsWith(".state")))
                .isNotEmpty()
                .allSatisfy(state -> assertThat(permissions(state)).isEqualTo("600"));
    }

    @Test
    void filesOfAnotherUserCannotBeReadOrReplaced() throws IOException {
        Path secret = httpd.root().resolve("secret");
        Files.writeString(secret, "password");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.setAttribute(secret, "unix:uid", TestUser.NEWS.uid());

        assertDenied("read=" + secret);
        assertDenied("write=" + secret);
        assertDenied("remove=" + secret);
        assertDenied("read=/proc/" + pid("victim") + "/environ");
        assertDenied("read=/proc/" + pid("victim") + "/fd/0");
        assertThat(httpd.client().get("/victim?read=" + secret).text()).isEqualTo("done");
    }

    @Test
    void signalsReachNobodyElse() throws IOException {
        long victim = pid("victim");
        long monitor = httpd.status().monitors().get(0).pid();
        long own = pid("hostile");

        for (ProcessTree.Entry entry : httpd.tree().below(httpd.pid())) {
            if (entry.pid() != own) {
                assertDenied("signal=" + entry.pid());
            }
        }

        assertThat(pid("victim")).isEqualTo(victim);
        assertThat(httpd.status().monitors().get(0).pid()).isEqualTo(monitor);
        assertThat(pid("hostile")).isEqualTo(own);
    }

    @Test
    void aMonitorsAndAKeepersMemoryIsClosedToDaemons() throws IOException {
        for (ProcessTree.Entry entry : httpd.tree().below(httpd.pid())) {
            if (entry.pid() != pid("hostile")) {
                assertDenied("read=/proc/" + entry.pid() + "/environ");
                assertDenied("list=/proc/" + entry.pid() + "/fd");
            }
        }
    }

    @Test
    void idleConnectionsToTheControlSocketKeepNobodyElseFromIt() throws IOException {
        for (Path socket : list(httpd.runDir().resolve("control"))) {
            assertDone("flood=" + socket);
        }

        assertThat(httpd.ctl().run("status", "victim").expectSuccess().output()).contains("victim");
        assertThat(httpd.ctl()
                        .runAs(TestUser.NEWS, "status", "victim")
                        .expectSuccess()
                        .output())
                .contains("victim");
        for (Status.Monitor monitor : httpd.status().monitors()) {
            assertThat(Integer.parseInt(ProcessTree.status(monitor.pid(), "Threads")))
                    .isLessThan(100);
        }
    }

    @Test
    void apachesUserMayCommandNoGroupNotEvenThoseThatRunAsIt() throws IOException {
        for (String group : List.of("victim", "apaches")) {
            for (String command : List.of("stop", "restart")) {
                assertThat(httpd.ctl()
                                .runAs(TestUser.APACHE, command, group)
                                .expectStatus(4)
                                .output())
                        .contains("JSGID0803");
            }
        }
        assertThat(httpd.status().group("apaches").state()).isEqualTo("ready");
    }

    @Test
    void aGroupsUserStopsAndStartsItsOwnGroupAndIsNotToldOfOthers() throws IOException {
        assertThat(httpd.ctl().runAs(TestUser.GAMES, "status").expectSuccess().output())
                .contains("hostile")
                .doesNotContain("victim")
                .doesNotContain("apaches");
        httpd.ctl().runAs(TestUser.GAMES, "stop", "victim").expectStatus(4);
        httpd.ctl().runAs(TestUser.GAMES, "stop", "hostile").expectSuccess();
        httpd.awaitGroup("hostile", "to be stopped", group -> "stopped".equals(group.state()));
        httpd.ctl().runAs(TestUser.GAMES, "start", "hostile").expectSuccess();
        httpd.awaitReady("hostile");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JsgiUser root",
                "JsgiUser #0",
                "JsgiGroup root",
                "JsgiGroup #0",
                "JsgiSupplementaryGroups root",
                "JsgiSupplementaryGroups mail #0",
            })
    void rootAndItsGroupAreRefused(String directive) {
        try (Httpd other = new Httpd("isolation-root")) {
            other.addInstalledProfiles();
            other.configure(new HttpdConf().group("shop", "JsgiUser games", directive));

            Completed test = other.configtest();

            assertThat(test.status()).as(test.output()).isNotZero();
            assertThat(test.output()).contains(directive.split(" ", 2)[0]).contains("root");
        }
    }

    private void assertDenied(String attempt) throws IOException {
        assertThat(httpd.client().get("/hostile?" + attempt).text()).as(attempt).startsWith("denied");
    }

    private void assertDone(String attempt) throws IOException {
        assertThat(httpd.client().get("/hostile?" + attempt).text()).as(attempt).isEqualTo("done");
    }

    private long pid(String group) throws IOException {
        return httpd.status().group(group).pids().get(0);
    }

    private static long openFiles(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\s+", " ").split(" ", -1)[3]))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> environment(long pid) throws IOException {
        String text = Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.UTF_8);
        Map<String, String> variables = new TreeMap<>();
        for (String variable : text.split("\0", 0)) {
            variables.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        }
        return variables;
    }

    /** What the descriptors of a process are: paths, {@code socket:[NUMBER]}, {@code pipe:[NUMBER]}. */
    private static Map<Integer, String> descriptors(long pid) throws IOException {
        Map<Integer, String> open = new TreeMap<>();
        String listing = RunningProcess.run(
                        List.of("find", "/proc/" + pid + "/fd", "-mindepth", "1", "-printf", "%f %l\\n"))
                .output();
        for (String line : listing.split("\n", -1)) {
            if (line.matches("\\d+ .+")) {
                open.put(Integer.parseInt(line.substring(0, line.indexOf(' '))), line.substring(line.indexOf(' ') + 1));
            }
        }
        return open;
    }

    private static String permissions(Path file) {
        try {
            return Integer.toOctalString((int) Files.getAttribute(file, "unix:mode") & 07777);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.collect(Collectors.toList());
        }
    }
}
