package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupCommandTest {
    @TempDir
    Path run;

    private TestingMonitor older;
    private TestingMonitor newer;
    private Function<JsonObject, String> reply = request -> done("shop", true);
    private CtlRunner ctl;

    @BeforeEach
    void startMonitors() throws IOException {
        Files.createDirectories(run.resolve("monitors"));
        older = TestingMonitor.start(run, "openjdk-17", answer("openjdk-17", "legacy"));
        newer = TestingMonitor.start(run, "temurin-25", answer("temurin-25", "blog", "shop"));
        ctl = new CtlRunner(run);
    }

    @AfterEach
    void stopMonitors() throws Exception {
        older.close();
        newer.close();
    }

    @Test
    void sendsTheCommandToTheMonitorOfTheGroup() {
        CtlRunner.Result result = ctl.run("restart", "shop");

        assertThat(result.status()).isZero();
        assertThat(newer.commands()).containsExactly("{\"command\":\"restart\",\"groups\":[\"shop\"],\"now\":false}");
        assertThat(older.commands()).isEmpty();
        assertThat(result.out()).isEqualTo("group shop: starts generation 4\nshop: ready: generation 4\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void keepsProgressOutOfTheDocument() {
        CtlRunner.Result result = ctl.run("--json", "restart", "shop", "--now");

        assertThat(newer.commands()).containsExactly("{\"command\":\"restart\",\"groups\":[\"shop\"],\"now\":true}");
        assertThat(Json.line(result.json()))
                .isEqualTo("{\"groups\":[{\"name\":\"shop\",\"state\":\"ready\",\"done\":true,"
                        + "\"message\":\"generation 4\"}]}");
        assertThat(result.err()).isEqualTo("group shop: starts generation 4\n");
    }

    @ParameterizedTest
    @CsvSource({"start", "stop", "restart"})
    void commandsAllGroupsOfAllMonitors(String command) {
        assertThat(ctl.run(command, "--all").status()).isZero();

        assertThat(older.commands())
                .containsExactly("{\"command\":\"" + command + "\",\"groups\":[\"legacy\"],\"now\":false}");
        assertThat(newer.commands())
                .containsExactly("{\"command\":\"" + command + "\",\"groups\":[\"blog\",\"shop\"],\"now\":false}");
    }

    @Test
    void failsWhenAGroupDidNotComeToWhatWasAsked() {
        reply = request -> done("shop", false);

        assertThat(ctl.run("restart", "shop").status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"not-permitted, 4", "failed, 1", "no-such-group, 1", "usage, 2"})
    void endsAsTheMonitorsErrorSays(String kind, int status) {
        reply = request -> "{\"error\":\"the reason\",\"code\":\"JSGID0399\",\"kind\":\"" + kind + "\"}\n";

        CtlRunner.Result result = ctl.run("stop", "shop");

        assertThat(result.status()).isEqualTo(status);
        assertThat(result.err()).isEqualTo("jsgid-ctl: JSGID0399: the reason\n");
    }

    @Test
    void commandsTheGroupsOfOtherMonitorsWhenOneRefuses() {
        reply = request -> request.getAsJsonArray("groups").get(0).getAsString().equals("legacy")
                ? "{\"error\":\"no\",\"code\":\"JSGID0364\",\"kind\":\"not-permitted\"}\n"
                : done("shop", true);

        CtlRunner.Result result = ctl.run("restart", "--all");

        assertThat(result.status()).isEqualTo(4);
        assertThat(newer.commands()).hasSize(1);
        assertThat(result.out()).endsWith("shop: ready: generation 4\n");
    }

    @Test
    void commandsNothingWhenOneOfTheGroupsIsUnknown() {
        CtlRunner.Result result = ctl.run("stop", "shop", "sohp");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "jsgid-ctl: JSGID0804: there is no group sohp at " + run + "; there are blog, legacy, shop\n");
        assertThat(newer.commands()).isEmpty();
    }

    @Test
    void saysWhyAGroupWithoutRuntimeCannotBeStarted() throws IOException {
        Files.writeString(run.resolve("monitors/no-runtime.conf"), "[group old]\nruntime = 8\n");

        CtlRunner.Result result = ctl.run("--profile-dir", run.resolve("jdk.d").toString(), "start", "old");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "jsgid-ctl: JSGID0806: the group old has no runtime: there is no JDK 8 among the JDK profiles; "
                                + "none is registered in " + run.resolve("jdk.d") + "\n");
    }

    @Test
    void failsWhenTheMonitorBreaksOff() {
        reply = request -> "{\"progress\":\"so far\"}\n";

        CtlRunner.Result result = ctl.run("restart", "shop");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("jsgid-ctl: JSGID0807: the monitor of temurin-25 gave no answer: "
                        + "it closed the connection without a reply\n");
    }

    @Test
    void namesTheProcessOfAMonitorThatBreaksOff() throws Exception {
        reply = request -> "";
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "exec -a 'jsgid-monitor temurin-25' bash -c 'echo up; read line' -- --run-dir " + run)
                .start();
        try {
            assertThat(process.getInputStream().read()).isEqualTo('u');

            assertThat(ctl.run("restart", "shop").err())
                    .startsWith("jsgid-ctl: JSGID0807: the monitor of temurin-25 (process " + process.pid()
                            + ") gave no answer: ");
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"not json", "[]", "{}"})
    void failsWhenTheReplyIsNone(String line) {
        reply = request -> line + "\n";

        assertThat(ctl.run("restart", "shop").err()).contains("JSGID0807").contains("its reply ");
    }

    private Function<JsonObject, String> answer(String profile, String... groups) {
        String all = Stream.of(groups)
                .map(name -> "{\"name\":\"" + name + "\",\"profile\":\"" + profile + "\",\"state\":\"ready\"}")
                .collect(Collectors.joining(","));
        return request -> Json.text(request, "command").equals("status")
                ? "{\"result\":{\"monitors\":[{\"profile\":\"" + profile + "\"}],\"groups\":[" + all + "]}}\n"
                : reply.apply(request);
    }

    private static String done(String group, boolean done) {
        return "{\"progress\":\"group " + group + ": starts generation 4\"}\n{\"result\":{\"groups\":[{\"name\":\""
                + group + "\",\"state\":\"ready\",\"done\":" + done + ",\"message\":\"generation 4\"}]}}\n";
    }
}
