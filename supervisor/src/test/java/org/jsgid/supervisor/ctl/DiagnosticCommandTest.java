package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosticCommandTest {
    private static final String ONE = "{\"process\":{\"number\":1,\"pid\":41,\"javaVersion\":\"17\"}}\n";
    private static final String TWO = "{\"process\":{\"number\":2,\"pid\":42,\"javaVersion\":\"17\"}}\n";

    @TempDir
    Path run;

    private TestingMonitor monitor;
    private Function<JsonObject, String> reply = request -> "";
    private CtlRunner ctl;

    @BeforeEach
    void startMonitor() throws IOException {
        Files.createDirectories(run.resolve("monitors"));
        monitor = TestingMonitor.start(
                run,
                "openjdk-17",
                request -> Json.text(request, "command").equals("status")
                        ? "{\"result\":{\"monitors\":[],\"groups\":[{\"name\":\"shop\",\"profile\":\"openjdk-17\",\"state\":\"ready\","
                                + "\"processes\":[{\"pid\":41},{\"pid\":42}]}]}}\n"
                        : reply.apply(request));
        ctl = new CtlRunner(run);
    }

    @AfterEach
    void stopMonitor() throws IOException {
        monitor.close();
    }

    private static String result(String... outcomes) {
        StringBuilder processes = new StringBuilder();
        for (int i = 0; i < outcomes.length; i++) {
            processes
                    .append(i == 0 ? "" : ",")
                    .append("{\"number\":" + (i + 1) + ",\"pid\":" + (41 + i) + ",\"javaVersion\":\"17\",\"done\":"
                            + outcomes[i].equals("done") + ",\"outcome\":\"" + outcomes[i]
                            + "\",\"reason\":\"because\"}");
        }
        return "{\"result\":{\"group\":\"shop\",\"processes\":[" + processes + "]}}\n";
    }

    private static String content(byte[] bytes) {
        return "{\"content\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}\n";
    }

    @Test
    void printsWhatEachProcessSaysUnderItsName() {
        reply = request ->
                ONE + "{\"output\":\"a\\n\"}\n" + TWO + "{\"output\":\"b\\u001b[2J\\n\"}\n" + result("done", "done");

        CtlRunner.Result printed = ctl.run("threads", "shop", "-l");

        assertThat(monitor.commands())
                .containsExactly("{\"command\":\"diagnose\",\"kind\":\"threads\",\"groups\":[\"shop\"],"
                        + "\"options\":{\"locks\":\"yes\"},\"arguments\":[]}");
        assertThat(printed.out()).isEqualTo("process 1 (pid 41, Java 17)\na\nprocess 2 (pid 42, Java 17)\nb?[2J\n");
        assertThat(printed.status()).isZero();
    }

    @Test
    void putsWhatEachProcessSaysIntoTheDocument() {
        reply = request -> ONE + "{\"output\":\"a\"}\n{\"output\":\"b\\n\"}\n" + TWO + result("done", "silent");

        CtlRunner.Result printed = ctl.run("--json", "jcmd", "shop", "VM.version");

        assertThat(Json.line(printed.json()))
                .isEqualTo("{\"group\":\"shop\",\"processes\":["
                        + "{\"number\":1,\"pid\":41,\"javaVersion\":\"17\",\"done\":true,\"outcome\":\"done\","
                        + "\"reason\":\"because\",\"output\":\"ab\\n\"},"
                        + "{\"number\":2,\"pid\":42,\"javaVersion\":\"17\",\"done\":false,\"outcome\":\"silent\","
                        + "\"reason\":\"because\",\"output\":\"\"}]}");
        assertThat(printed.err()).isEqualTo("jsgid-ctl: JSGID0870: group shop, process 2 (pid 42): because\n");
        assertThat(printed.status()).isEqualTo(1);
    }

    @Test
    void passesTheOptionsOfADiagnosticCommandOn() {
        reply = request -> ONE + result("done");

        ctl.run("jcmd", "shop", "GC.class_histogram", "-all", "--process", "2", "--time", "5");

        assertThat(monitor.commands())
                .containsExactly("{\"command\":\"diagnose\",\"kind\":\"jcmd\",\"groups\":[\"shop\"],\"process\":\"2\","
                        + "\"seconds\":5,\"options\":{},\"arguments\":[\"GC.class_histogram\",\"-all\"]}");
    }

    @Test
    void writesAFileThatNobodyElseCanRead() throws IOException {
        byte[] first = new byte[40_000];
        reply = request -> ONE + "{\"output\":\"dumped\"}\n{\"file\":{\"bytes\":40003,\"gzip\":false}}\n"
                + content(first) + content(new byte[] {1, 2, 3}) + result("done");
        Path file = run.resolve("heap.hprof");

        CtlRunner.Result printed = ctl.run("heap-dump", "shop", file.toString(), "--process", "1", "--all");

        assertThat(printed.out()).isEqualTo("Wrote " + file + "\n");
        assertThat(Files.size(file)).isEqualTo(40_003);
        assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0600);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void compressesWhatTheJvmDidNot(boolean byJvm) throws IOException {
        byte[] said = "as it came".getBytes(StandardCharsets.UTF_8);
        reply = request -> ONE + "{\"file\":{\"bytes\":10,\"gzip\":" + byJvm + "}}\n" + content(said) + result("done");
        Path file = run.resolve("heap.hprof.gz");

        ctl.run("heap-dump", "shop", file.toString(), "--gzip");

        byte[] written = Files.readAllBytes(file);
        assertThat(byJvm ? written : new GZIPInputStream(new ByteArrayInputStream(written)).readAllBytes())
                .isEqualTo(said);
    }

    @Test
    void asksForNothingWhenTheFileExists() throws IOException {
        Path file = Files.writeString(run.resolve("mine"), "mine");

        CtlRunner.Result printed = ctl.run("jfr", "dump", "shop", file.toString());

        assertThat(printed.status()).isEqualTo(1);
        assertThat(printed.err()).contains("JSGID0871").contains("--force");
        assertThat(monitor.commands()).isEmpty();
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void leavesNoHalfOfAFileAndTheFormerOneAsItWas(boolean existed) throws IOException {
        Path folder = Files.createDirectory(run.resolve("mine"));
        Path file = folder.resolve("recording.jfr");
        if (existed) {
            Files.writeString(file, "mine");
        }
        reply = request -> ONE + "{\"file\":{\"bytes\":10,\"gzip\":false}}\n" + content(new byte[3]);

        CtlRunner.Result printed = ctl.run("jfr", "stop", "shop", file.toString(), "--force");

        assertThat(printed.status()).isEqualTo(1);
        assertThat(printed.err()).contains("JSGID0807");
        assertThat(folder.toFile().list()).hasSize(existed ? 1 : 0);
        if (existed) {
            assertThat(file).hasContent("mine");
        }
    }

    @Test
    void replacesAFileWhenThatIsWanted() throws IOException {
        Path file = Files.writeString(run.resolve("mine"), "mine");
        reply = request -> ONE + "{\"file\":{\"bytes\":3,\"gzip\":false}}\n"
                + content("new".getBytes(StandardCharsets.UTF_8)) + result("done");

        assertThat(ctl.run("jfr", "stop", "shop", file.toString(), "--force").status())
                .isZero();

        assertThat(file).hasContent("new");
    }

    @Test
    void stopsARecordingWithoutAFile() {
        reply = request -> ONE + "{\"output\":\"Stopped\\n\"}\n" + TWO + result("done", "done");

        assertThat(ctl.run("jfr", "stop", "shop").status()).isZero();

        assertThat(monitor.commands())
                .containsExactly("{\"command\":\"diagnose\",\"kind\":\"jfr-stop\",\"groups\":[\"shop\"],\"options\":{},"
                        + "\"arguments\":[]}");
    }

    @Test
    void printsTheLinesOfTheLog() {
        reply = request -> """
                {"output":"a line\\n"}
                {"progress":""}
                {"output":"another\\u0007\\n"}
                {"result":{"group":"shop","file":"/var/log/x"}}
                """;

        assertThat(ctl.run("logs", "shop", "-n", "2").out()).isEqualTo("a line\nanother?\n");
        assertThat(monitor.commands())
                .containsExactly("{\"command\":\"logs\",\"groups\":[\"shop\"],\"lines\":2,\"follow\":false}");
        assertThat(Json.line(ctl.run("--json", "logs", "shop").json()))
                .isEqualTo("{\"group\":\"shop\",\"file\":\"/var/log/x\",\"lines\":[\"a line\",\"another\\u0007\"]}");
        assertThat(ctl.run("--json", "logs", "shop", "--follow").status()).isEqualTo(2);
    }

    @Test
    void refusesAGroupThatIsNotThere() {
        assertThat(ctl.run("threads", "sohp").err()).contains("JSGID0804");
        assertThat(ctl.run("logs", "sohp").err()).contains("JSGID0804");
    }
}
