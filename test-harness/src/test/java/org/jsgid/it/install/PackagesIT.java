package org.jsgid.it.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.DebianTree;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.Load;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.junit.RequiresJdk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The Debian packages in a fresh Debian tree, with Debian's own JDK 17 and a package of another JDK, made here. Each test
 * leaves a server that serves on both; the last removes everything.
 */
@Tag("A6")
@Tag("A8")
@Tag("H2")
@Tag("alone")
@RequiresJdk(11)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Pattern PID = Pattern.compile("^pid=(\\d+)$", Pattern.MULTILINE);
    private static final JdkPackage OTHER = JdkPackage.of(InstalledJdks.get(11));

    private static final String SITE = """
            ServerName localhost
            <IfModule jsgid_module>
                <JsgiDaemonGroup one>
                    JsgiRuntime 17
                    JsgiUser games
                </JsgiDaemonGroup>
                <JsgiDaemonGroup two>
                    JsgiRuntime 11
                    JsgiUser news
                    JsgiProcesses 2
                </JsgiDaemonGroup>
                JsgiScriptAlias /one /srv/hello/Hello.java process-group=one
                JsgiScriptAlias /two /srv/hello/Hello.java process-group=two
                <Directory /srv/hello>
                    Require all granted
                </Directory>
            </IfModule>
            """;

    private static DebianTree tree;
    private static Client client;
    private static Completed installed;

    @BeforeAll
    static void install() throws IOException {
        Optional<String> reason = DebianTree.whyNot();
        assumeTrue(reason.isEmpty(), reason.orElse(""));
        List<Path> packages = packages();
        assumeTrue(!packages.isEmpty(), "the build has made no Debian packages");
        tree = DebianTree.create("apache2", "openjdk-17-jre-headless");
        tree.copy(packages, "/srv/packages");
        installed = apt("install", ownPackages());

        int port = Httpd.freePort();
        client = new Client(port);
        tree.write("/etc/apache2/ports.conf", "Listen 127.0.0.1:" + port + "\n");
        tree.copy(List.of(Path.of(System.getProperty("jsgid.apps"), "hello/Hello.java")), "/srv/hello");
        tree.write("/etc/apache2/conf-available/applications.conf", SITE);
        tree.run("a2dissite", "-q", "000-default").expectSuccess();
        tree.run("a2enconf", "-q", "applications").expectSuccess();
        tree.run("apache2ctl", "start").expectSuccess();
        awaitAnswer("/one", 200);
        OTHER.build(tree.outside("/srv"), 1);
        OTHER.build(tree.outside("/srv"), 2);
    }

    @AfterAll
    static void remove() {
        if (tree != null) {
            tree.close();
        }
    }

    @Test
    @Order(1)
    void oneCommandInstallsApacheAndAJdkAndTheModuleIsEnabled() throws IOException {
        assertThat(installed.expectSuccess().output()).contains("Setting up openjdk-17-jre-headless");
        assertThat(tree.run("a2query", "-m", "jsgid").expectSuccess().output()).contains("enabled");
        assertThat(tree.run("a2enmod", "jsgid").expectSuccess().output()).contains("already enabled");
        assertThat(profiles()).containsEntry("openjdk-17", "ready");
        assertThat(client.get("/one").text()).contains("java.version=17.", "user=games");
        assertThat(tree.run("sh", "-c", "dpkg --verify $(dpkg-query -W -f '${Package} ' 'jsgid*' libapache2-mod-jsgid)")
                        .expectSuccess()
                        .output())
                .isEmpty();
        assertThat(tree.outside("/usr/share/man/man1/jsgid-ctl.1.gz")).exists();
        for (Path part : plugins()) {
            assertThat(tree.outside("/usr/lib/jsgid/lib/plugins").resolve(part.getFileName()))
                    .exists();
        }
    }

    @Test
    @Order(2)
    void aGroupThatWaitsForAJdkStartsByItselfWhenItsPackageIsInstalled() throws IOException {
        if (isInstalled()) {
            dpkg("--remove", OTHER.name());
            stopGroupTwo();
        }
        assertThat(profiles()).doesNotContainKey("openjdk-11");
        awaitAnswer("/two", 503);

        assertThat(dpkg("--install", otherPackage(1)).output()).contains("jsgid: registered openjdk-11");

        assertThat(profiles()).containsEntry("openjdk-11", "ready");
        awaitAnswer("/two", 200);
        assertThat(client.get("/two").text())
                .contains("java.version=" + OTHER.jdk().version(), "user=news");
        assertThat(client.get("/one").text()).contains("java.version=17.");
    }

    @Test
    @Order(3)
    void aRemovedPackageIsRegisteredNoMoreAndRunningDaemonsServeOn() throws IOException {
        ensureInstalled();
        Set<Long> before = allPids("two");

        assertThat(dpkg("--remove", OTHER.name()).output()).contains("jsgid: openjdk-11 is not registered any more");

        assertThat(profiles()).doesNotContainKey("openjdk-11").containsEntry("openjdk-17", "ready");
        assertThat(before).contains(pid(client.get("/two").text()));

        dpkg("--install", otherPackage(1));
        assertThat(profiles()).containsEntry("openjdk-11", "ready");
        awaitOthers("two", before);
        assertThat(client.get("/two").status()).isEqualTo(200);
    }

    @Test
    @Order(4)
    void whatAnAdministratorHasSaidIsUndoneByNoPackage() throws IOException {
        ensureInstalled();
        Path folder = tree.outside("/etc/jsgid/jdk.d");
        String own = "jsgid-jdk-profiles";

        tree.run("jsgid-ctl", "jdk", "mask", "openjdk-11").expectSuccess();
        reinstall(own);
        dpkg("--install", otherPackage(2));
        assertThat(profiles()).doesNotContainKey("openjdk-11");
        dpkg("--remove", OTHER.name());
        dpkg("--install", otherPackage(1));
        assertThat(profiles()).doesNotContainKey("openjdk-11");
        tree.run("jsgid-ctl", "jdk", "unmask", "openjdk-11").expectSuccess();

        tree.run("jsgid-ctl", "jdk", "disable", "openjdk-11").expectSuccess();
        dpkg("--remove", OTHER.name());
        dpkg("--install", otherPackage(2));
        reinstall(own);
        assertThat(profiles()).containsEntry("openjdk-11", "disabled");
        tree.run("jsgid-ctl", "jdk", "enable", "openjdk-11").expectSuccess();
        assertThat(profiles()).containsEntry("openjdk-11", "ready");

        // Another name for the same JDK: a scan adds no second profile.
        Path renamed = folder.resolve("legacy.conf");
        Files.writeString(renamed, "home = " + OTHER.home() + "\npriority = 7\n");
        dpkg("--install", otherPackage(1));
        assertThat(profiles()).containsEntry("legacy", "ready").doesNotContainKey("openjdk-11");
        Files.delete(renamed);
        tree.run("/usr/lib/jsgid/libexec/jsgid-jdk-scan").expectSuccess();
        assertThat(profiles()).containsEntry("openjdk-11", "ready");
        awaitAnswer("/two", 200);

        tree.run("a2dismod", "-q", "jsgid").expectSuccess();
        reinstall("libapache2-mod-jsgid");
        assertThat(tree.run("a2query", "-m", "jsgid").status()).isNotZero();
        tree.run("a2enmod", "-q", "jsgid").expectSuccess();
    }

    @Test
    @Order(5)
    void jdksAreUpgradedUnderLoadAndNoRequestFails() throws IOException {
        ensureInstalled();
        Set<Long> one = allPids("one");
        Set<Long> two = allPids("two");
        try (Load first = Load.start(client, "/one", 2, 20);
                Load second = Load.start(client, "/two", 2, 20)) {
            dpkg("--install", otherPackage(2));
            apt("install", "--reinstall openjdk-17-jre-headless").expectSuccess();
            awaitOthers("two", two);
            awaitOthers("one", one);
            assertThat(first.stop().failures()).isEmpty();
            Load.Result result = second.stop();
            assertThat(result.failures()).isEmpty();
            System.out.printf(
                    "measured: %d requests answered while packages of two JDKs were upgraded, none failed%n",
                    first.answered() + result.answered());
        }
        assertThat(tree.run("jsgid-ctl", "jdk", "show", "openjdk-11")
                        .expectSuccess()
                        .output())
                .contains("-test2");
    }

    @Test
    @Order(6)
    void jsgidItselfIsUpgradedUnderLoadAndNoRequestFails() throws IOException {
        ensureInstalled();
        Set<Long> one = allPids("one");
        Set<Long> two = allPids("two");
        Set<Long> monitors = monitors();
        try (Load first = Load.start(client, "/one", 2, 20);
                Load second = Load.start(client, "/two", 2, 20)) {
            String said = tree.run("sh", "-c", "dpkg --install " + ownPackages())
                    .expectSuccess()
                    .output();
            assertThat(said).doesNotContain("JSGID0");
            awaitOthers("one", one);
            awaitOthers("two", two);
            assertThat(first.stop().failures()).isEmpty();
            assertThat(second.stop().failures()).isEmpty();
        }
        assertThat(monitors()).hasSize(2).doesNotContainAnyElementsOf(monitors);
    }

    @Test
    @Order(7)
    void afterABootJdksAreRegisteredBeforeApacheStarts() throws IOException {
        ensureInstalled();
        tree.run("apache2ctl", "stop").expectSuccess();
        Await.until("Apache to end", WITHIN, () -> tree.processes().isEmpty());
        tree.run("rm", "-rf", "/run/jsgid").expectSuccess();
        assertThat(profiles()).doesNotContainKey("openjdk-11");

        String unit = Files.readString(tree.outside("/lib/systemd/system/jsgid-jdk-scan.service"));
        assertThat(unit).contains("Before=apache2.service");
        Matcher start = Pattern.compile("^ExecStart=(.*)$", Pattern.MULTILINE).matcher(unit);
        assertThat(start.find()).isTrue();
        tree.run(start.group(1)).expectSuccess();

        assertThat(profiles()).containsEntry("openjdk-11", "ready");
        tree.run("apache2ctl", "start").expectSuccess();
        awaitAnswer("/one", 200);
        awaitAnswer("/two", 200);
    }

    @Test
    @Order(8)
    void removalEndsEverythingAPackageThatComesBackServesAgainAndPurgingLeavesNothing() throws IOException {
        ensureInstalled();
        Path choice = Files.createSymbolicLink(tree.outside("/etc/jsgid/jdk.d/openjdk-99.conf"), Path.of("/dev/null"));

        apt("remove", "'jsgid*' libapache2-mod-jsgid").expectSuccess();

        assertThat(choice).isSymbolicLink();
        assertThat(tree.run("a2query", "-m", "jsgid").status()).isNotZero();
        Await.until(
                "monitors and daemons to end",
                WITHIN,
                () -> tree.processes().stream().allMatch(process -> process.contains("/usr/sbin/apache2")));
        assertThat(client.get("/one").status()).as("Apache serves on").isEqualTo(404);
        assertThat(Files.exists(tree.outside("/run/jsgid"))).isFalse();

        apt("install", ownPackages()).expectSuccess();
        awaitAnswer("/one", 200);
        awaitAnswer("/two", 200);
        assertThat(choice).isSymbolicLink();

        apt("purge", "'jsgid*' libapache2-mod-jsgid").expectSuccess();

        assertThat(tree.run(
                                "find", "/", "-xdev", "-path", "/srv", "-prune", "-o", "-path", "/proc", "-prune", "-o",
                                "-iname", "*jsgi*", "-print")
                        .expectSuccess()
                        .output())
                .isEmpty();
        assertThat(tree.run("grep", "-i", "jsgi", "/etc/passwd", "/etc/group").status())
                .as("accounts")
                .isNotZero();
        assertThat(tree.run("dpkg-query", "-W", "*jsgi*").status()).isNotZero();
    }

    private static List<Path> packages() throws IOException {
        Path folder = Path.of(System.getProperty("jsgid.tree"), "target/debian");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb")).toList();
        }
    }

    private static List<Path> plugins() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of(System.getProperty("jsgid.image"), "lib/plugins"))) {
            return folders.toList();
        }
    }

    private static String ownPackages() {
        return "/srv/packages/*.deb";
    }

    private static String otherPackage(int number) {
        return "/srv/" + OTHER.name() + "_" + number + ".deb";
    }

    /** Runs apt-get with words of a shell. */
    private static Completed apt(String command, String arguments) {
        return tree.run(
                "sh", "-c", "apt-get -y -o Dpkg::Use-Pty=0 --no-install-recommends " + command + " " + arguments);
    }

    private static Completed dpkg(String... arguments) {
        String[] command =
                Stream.concat(Stream.of("dpkg"), Arrays.stream(arguments)).toArray(String[]::new);
        return tree.run(command).expectSuccess();
    }

    private static void reinstall(String own) {
        tree.run("sh", "-c", "dpkg --install /srv/packages/" + own + "_*.deb").expectSuccess();
    }

    private static boolean isInstalled() {
        return tree.run("test", "-e", OTHER.home()).status() == 0;
    }

    private static void ensureInstalled() {
        if (!isInstalled()) {
            dpkg("--install", otherPackage(1));
        }
        awaitAnswer("/one", 200);
        awaitAnswer("/two", 200);
    }

    private static void stopGroupTwo() {
        tree.run("apache2ctl", "stop").expectSuccess();
        Await.until("Apache to end", WITHIN, () -> tree.processes().isEmpty());
        tree.run("apache2ctl", "start").expectSuccess();
        awaitAnswer("/one", 200);
    }

    private static void awaitAnswer(String path, int status) {
        Await.value(
                path + " to be answered " + status,
                WITHIN,
                () -> client.get(path),
                response -> response.status() == status);
    }

    /** What {@code jsgid-ctl jdk list} says: states by name. */
    private static Map<String, String> profiles() {
        Map<String, String> states = new TreeMap<>();
        for (JsonElement profile : ctl("jdk", "list").getAsJsonArray("profiles")) {
            states.put(
                    profile.getAsJsonObject().get("name").getAsString(),
                    profile.getAsJsonObject().get("state").getAsString());
        }
        return states;
    }

    private static JsonObject ctl(String... arguments) {
        String[] command = Stream.concat(Stream.of("jsgid-ctl", "--json"), Arrays.stream(arguments))
                .toArray(String[]::new);
        return JsonParser.parseString(tree.run(command).expectSuccess().output())
                .getAsJsonObject();
    }

    /** The processes of a group that are ready. */
    private static Set<Long> pids(String group) {
        Set<Long> pids = new HashSet<>();
        for (JsonElement element : ctl("status", group).getAsJsonArray("groups")) {
            for (JsonElement process : element.getAsJsonObject().getAsJsonArray("processes")) {
                if ("ready".equals(process.getAsJsonObject().get("state").getAsString())) {
                    pids.add(process.getAsJsonObject().get("pid").getAsLong());
                }
            }
        }
        return pids;
    }

    /** The same, once all of them are ready. */
    private static Set<Long> allPids(String group) {
        return Await.value(
                "all processes of the group " + group,
                WITHIN,
                () -> pids(group),
                pids -> pids.size() == processesOf(group));
    }

    private static int processesOf(String group) {
        return group.equals("two") ? 2 : 1;
    }

    private static Set<Long> monitors() {
        Set<Long> pids = new HashSet<>();
        ctl("status")
                .getAsJsonArray("monitors")
                .forEach(
                        monitor -> pids.add(monitor.getAsJsonObject().get("pid").getAsLong()));
        return pids;
    }

    private static void awaitOthers(String group, Set<Long> former) {
        Await.value(
                "other processes of the group " + group,
                WITHIN,
                () -> pids(group),
                pids -> pids.size() == processesOf(group) && pids.stream().noneMatch(former::contains));
    }

    private static long pid(String text) {
        Matcher matcher = PID.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
