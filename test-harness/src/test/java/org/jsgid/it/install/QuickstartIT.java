package org.jsgid.it.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.TestUser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The quickstart, as a user runs it. It takes the image that the build has just made. */
@Tag("H1")
class QuickstartIT {

    private static final String SCRIPT = Path.of(System.getProperty("jsgid.tree"), "test-harness/quickstart.sh")
            .toString();

    /** What {@code --all-jdks} serves on. */
    private static final List<Integer> FEATURES = List.of(8, 11, 17, 21, 25, 27);

    /** Whether nothing would have to be brought. */
    private static final boolean ALL_JDKS =
            FEATURES.stream().allMatch(feature -> InstalledJdks.of(feature).isPresent());

    private static int port;
    private static Path folder;
    private static Completed started;

    @BeforeAll
    static void start() {
        port = Httpd.freePort();
        folder = Path.of("/var/tmp/jsgid-quickstart-" + port);
        started = start(port).expectSuccess();
    }

    @AfterAll
    static void stop() {
        if (Files.exists(folder)) {
            quickstart("stop").expectSuccess();
        }
        new ProcessTree(folder).assertNothingLeft(Duration.ofSeconds(5));
        assertThat(folder).doesNotExist();
    }

    @Test
    void everyRowOfTheTableAnswers() throws IOException {
        List<MatchResult> rows = rows();

        assertThat(rows).hasSizeGreaterThanOrEqualTo(4);
        for (MatchResult row : rows) {
            Response response = new Client(port).get(row.group(1));
            assertThat(response.status()).as(row.group()).isBetween(200, 399);
        }
    }

    @Test
    void theSameSourceAnswersFromEveryJdkWithItsOwnVersionAndUser() throws IOException {
        List<InstalledJdks.Jdk> jdks = InstalledJdks.served().stream()
                .filter(jdk ->
                        ALL_JDKS ? FEATURES.contains(jdk.feature()) : jdk.home().startsWith("/usr/lib/jvm"))
                .toList();
        for (InstalledJdks.Jdk jdk : jdks) {
            String answer =
                    new Client(port).get("/hello-" + jdk.feature() + "/").text();
            assertThat(answer).contains("Java " + jdk.version());
            assertThat(new Client(port).get("/page-" + jdk.feature() + "/").text())
                    .contains("Apache Tomcat/9.0.", "Java " + jdk.version());
        }
        if (TestUser.isRoot()) {
            assertThat(rows().stream().map(row -> row.group(5)).distinct()).hasSizeGreaterThan(2);
        }
        assertThat(started.output().contains("One JDK here")).isEqualTo(jdks.size() == 1);
    }

    @Test
    void theIndexPageListsTheApplications() throws IOException {
        String page = new Client(port).get("/").text();

        rows().forEach(row -> assertThat(page).contains(row.group(1)).contains(row.group(2)));
    }

    @Test
    void jsgidCtlWorksWithIt() {
        String status = quickstart("ctl", "status").expectSuccess().output();

        rows().forEach(row -> assertThat(status).contains(row.group(3)));
    }

    @Test
    void statusSaysThatItRuns() {
        assertThat(quickstart("status").expectSuccess().output())
                .contains("Running")
                .contains("/clock");
    }

    @Test
    void aSecondStartSaysThatItIsRunning() {
        assertThat(start(port).expectStatus(1).output())
                .contains("already running")
                .contains("stop");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(start(taken.getLocalPort()).expectStatus(1).output())
                    .contains("port " + taken.getLocalPort())
                    .contains("--port");
        }
    }

    @Test
    void anEditOfTheSourceChangesTheAnswer() throws IOException {
        Path source = folder.resolve("apps/Hello.java");
        Files.writeString(source, Files.readString(source).replace("Hello from", "Good evening from"));

        String path = rows().get(0).group(1);
        Await.until(
                "the new answer; all of its groups are renewed",
                Duration.ofSeconds(60),
                () -> new Client(port).get(path).text().startsWith("Good evening"));
    }

    private static List<MatchResult> rows() {
        return Pattern.compile("http://127\\.0\\.0\\.1:\\d+(/\\S+)\\s+(\\S+)\\s+(\\S+)\\s+(\\d+)\\s+(\\S+)")
                .matcher(started.output())
                .results()
                .toList();
    }

    /** The build is what this test runs in, so the image is there already. */
    private static Completed start(int atPort) {
        List<String> command = new ArrayList<>(List.of(
                SCRIPT,
                "--background",
                "--port",
                Integer.toString(atPort),
                "--image",
                System.getProperty("jsgid.image")));
        if (ALL_JDKS) {
            command.add("--all-jdks");
        }
        return RunningProcess.run(command, environment());
    }

    private static Completed quickstart(String... arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPT, arguments[0]));
        command.addAll(List.of("--port", Integer.toString(port)));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        return RunningProcess.run(command, environment());
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(RunningProcess.plainEnvironment());
        environment.put("HOME", System.getProperty("user.home"));
        return environment;
    }
}
