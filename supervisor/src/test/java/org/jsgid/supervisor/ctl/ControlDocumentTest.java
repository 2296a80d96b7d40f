package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsgid.supervisor.jdk.TestingJdk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every name in a document that {@code jsgid-ctl} prints stands in a table of {@code supervisor/CONTROL.md}. */
@SuppressWarnings("try") // a monitor only has to be there
class ControlDocumentTest {
    private static final Path SAMPLE = Path.of("src/test/resources/org/jsgid/supervisor/ctl/status.json");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @TempDir
    Path folder;

    private Set<String> status;
    private Set<String> others;

    @BeforeEach
    void readTheContract() throws IOException {
        String page = Files.readString(Path.of("CONTROL.md"));
        status = documented(between(page, "### The status document", "### The other documents"));
        others = documented(between(page, "### The other documents", "## Where message ids"));
    }

    @Test
    void readsTheTable() {
        assertThat(status)
                .contains(
                        "monitors[].pid",
                        "groups[].queue.oldestMillis",
                        "groups[].processes[].heapUsedBytes",
                        "groups[].processes[].steps[].millis",
                        "groups[].lastExit.log[]",
                        "notes[]");
        assertThat(others).contains("error", "profiles[].checks[].detail", "folders[]");
    }

    @Test
    void everyNameOfAStatusIsDocumented() throws Exception {
        JsonObject sample = JsonParser.parseString(Files.readString(SAMPLE)).getAsJsonObject();
        Files.createDirectories(folder.resolve("monitors"));
        Files.writeString(folder.resolve("monitors/no-runtime.conf"), "[group old]\nruntime = 8\n");
        Files.writeString(folder.resolve("monitors/down.conf"), "[group new]\nruntime = 25\n");
        try (TestingMonitor monitor =
                TestingMonitor.start(folder, "temurin-25", request -> "{\"result\":" + Json.line(sample) + "}\n")) {
            JsonObject document = new CtlRunner(folder).run("--json", "status").json();

            assertThat(paths(document)).contains("groups[].processes[].steps[].name", "notes[]");
            assertThat(status).containsAll(paths(document));
        }
    }

    @Test
    void theSampleHasEveryDocumentedNameOfAMonitor() throws IOException {
        Set<String> left = new TreeSet<>(status);
        left.removeAll(paths(JsonParser.parseString(Files.readString(SAMPLE))));

        assertThat(left).containsExactlyInAnyOrder("groups[].lastExit.status", "notes[]");
    }

    @Test
    void everyNameOfTheOtherDocumentsIsDocumented() throws IOException {
        Path home = TestingJdk.create(folder.resolve("jvm/a"), "Debian", "17.0.15");
        TestingJdk.create(folder.resolve("jvm/half/x"), "Debian", "17.0.15");
        CtlRunner ctl = new CtlRunner(folder.resolve("run"), folder.resolve("jvm"));
        Path profiles = folder.resolve("jdk.d");
        Files.createDirectories(profiles);
        Files.writeString(profiles.resolve("broken.conf"), "odd = 1\n");
        Files.writeString(
                Files.createDirectories(folder.resolve("run")).resolve("instance.conf"),
                "httpd-pid = " + ProcessHandle.current().pid() + "\ndefault-runtime = 17\n");

        String[][] commands = {
            {"status", "nobody"},
            {"jdk", "scan"},
            {"jdk", "list"},
            {"jdk", "show", "17"},
            {"jdk", "default"},
            {"jdk", "default", "17"},
            {"jdk", "verify"},
            {"jdk", "register", home.toString(), "--name", "mine"},
            {"jdk", "disable", "mine"},
            {"jdk", "enable", "mine"},
            {"jdk", "mask", "hidden"},
            {"jdk", "list"},
            {"jdk", "unmask", "hidden"},
            {"jdk", "unregister", "mine"},
            {"jdk", "unregister", "mine"}
        };
        for (String[] command : commands) {
            String[] arguments = new String[command.length + 3];
            System.arraycopy(command, 0, arguments, 3, command.length);
            arguments[0] = "--json";
            arguments[1] = "--profile-dir";
            arguments[2] = profiles.toString();
            JsonObject document = ctl.run(arguments).json();

            assertThat(others).as(String.join(" ", command)).containsAll(paths(document));
        }
    }

    /** The paths of a table; {@code .name} goes on from the path before it, {@code ….name} from the last process. */
    private static Set<String> documented(String tables) {
        Set<String> paths = new TreeSet<>();
        for (String line : tables.split("\n", -1)) {
            if (!line.startsWith("| `")) {
                continue;
            }
            String parent = "";
            Matcher names = NAME.matcher(line.substring(0, line.indexOf('|', 2)));
            while (names.find()) {
                String name = names.group(1).replace("….", "groups[].processes[].");
                String path = name.startsWith(".") ? parent + name : name;
                paths.add(path);
                parent = path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
            }
        }
        return paths;
    }

    private static Set<String> paths(JsonElement document) {
        Set<String> paths = new TreeSet<>();
        collect("", document, paths);
        return paths;
    }

    private static void collect(String path, JsonElement element, Set<String> paths) {
        if (element instanceof JsonObject object) {
            object.entrySet()
                    .forEach(entry -> collect(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), paths));
        } else if (element instanceof JsonArray array) {
            if (array.isEmpty()) {
                return;
            }
            array.forEach(member -> collect(path + "[]", member, paths));
        } else {
            paths.add(path);
        }
    }

    private static String between(String page, String from, String to) {
        int start = page.indexOf(from);
        return page.substring(start, page.indexOf(to, start));
    }
}
