package org.jsgid.supervisor.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosticOrdersTest {

    private static DiagnosticRequest request(DiagnosticKind kind, Map<String, String> options, String... arguments) {
        return new DiagnosticRequest(kind, Optional.empty(), Optional.empty(), options, List.of(arguments));
    }

    private static JvmOrder order(DiagnosticKind kind, Map<String, String> options, int feature) throws Exception {
        return DiagnosticOrders.order(request(kind, options), feature, 100L << 20);
    }

    @Test
    void asksForThreads() throws Exception {
        assertThat(order(DiagnosticKind.THREADS, Map.of(), 8).command()).isEqualTo("Thread.print");
        assertThat(order(DiagnosticKind.THREADS, Map.of("locks", "yes"), 8).command())
                .isEqualTo("Thread.print -l");
        JvmOrder virtual = order(DiagnosticKind.THREADS, Map.of("virtual", "json"), 21);
        assertThat(virtual.command()).isEqualTo("Thread.dump_to_file -format=json \"{file}\"");
        assertThat(virtual.file()).isPresent();
    }

    @Test
    void saysWhichJavaHasVirtualThreads() {
        assertThatThrownBy(() -> order(DiagnosticKind.THREADS, Map.of("virtual", "plain"), 17))
                .isInstanceOf(DiagnosticOrders.ImpossibleException.class)
                .hasMessageContaining("Java 17 has no virtual threads")
                .hasMessageContaining("21");
    }

    @ParameterizedTest
    @CsvSource({"8,false", "11,false", "17,true", "27,true"})
    void leavesCompressionToTheJvmThatCan(int feature, boolean byJvm) throws Exception {
        DiagnosticRequest request = request(DiagnosticKind.HEAP_DUMP, Map.of("gzip", "yes", "all", "yes"));

        assertThat(DiagnosticOrders.compressesItself(request, feature)).isEqualTo(byJvm);
        assertThat(DiagnosticOrders.order(request, feature, 0).command())
                .isEqualTo("GC.heap_dump -all" + (byJvm ? " -gz=1" : "") + " \"{file}\"");
    }

    @Test
    void wantsRoomForTheHeapAndTime() throws Exception {
        JvmOrder order = order(DiagnosticKind.HEAP_DUMP, Map.of(), 17);

        assertThat(order.file().orElseThrow().space()).isBetween(100L << 20, 200L << 20);
        assertThat(order.limit()).isGreaterThan(Duration.ofMinutes(10));
        assertThat(DiagnosticOrders.stopsTheJvm(order.command())).isTrue();
    }

    @Test
    void namesTheRecordingThatIsMeant() throws Exception {
        assertThat(order(DiagnosticKind.JFR_START, Map.of("max-age", "30m", "max-size", "250m"), 17)
                        .command())
                .isEqualTo("JFR.start name=jsgid settings=\"default\" maxage=30m maxsize=250m disk=true");
        assertThat(order(DiagnosticKind.JFR_DUMP, Map.of("name", "slow"), 17).command())
                .isEqualTo("JFR.dump name=slow filename=\"{file}\"");
        assertThat(order(DiagnosticKind.JFR_STOP, Map.of(), 17).command()).isEqualTo("JFR.stop name=jsgid");
        assertThat(order(DiagnosticKind.JFR_STOP, Map.of("file", "yes"), 17).file())
                .isPresent();
        assertThat(order(DiagnosticKind.JFR_CHECK, Map.of(), 17).command()).isEqualTo("JFR.check");
    }

    @ParameterizedTest
    @CsvSource({"name,a b", "name,'x,filename=/etc/x'", "max-age,soon", "max-size,1m filename=x", "settings,'a\"b'"})
    void takesNoValueThatWouldBeAnotherOption(String option, String value) {
        assertThatThrownBy(() -> order(DiagnosticKind.JFR_START, Map.of(option, value), 17))
                .isInstanceOf(DiagnosticOrders.ImpossibleException.class);
    }

    @Test
    void keepsAnArgumentWithSpacesTogether() throws Exception {
        assertThat(DiagnosticOrders.order(
                                request(
                                        DiagnosticKind.JCMD,
                                        Map.of(),
                                        "GC.heap_dump",
                                        "/srv/a b.hprof",
                                        "-all",
                                        "x=\"a b\""),
                                17,
                                0)
                        .command())
                .isEqualTo("GC.heap_dump \"/srv/a b.hprof\" -all x=\"a b\"");
        assertThat(DiagnosticOrders.order(request(DiagnosticKind.JCMD, Map.of(), "help Thread.print"), 17, 0)
                        .command())
                .isEqualTo("help Thread.print");
    }

    @Test
    void listsWhatThereIsWithoutACommand() throws Exception {
        assertThat(order(DiagnosticKind.JCMD, Map.of(), 17).command()).isEqualTo("help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VM.version\nGC.run", " ", "a\0b"})
    void takesNoCommandThatIsSeveralOrNone(String command) {
        assertThatThrownBy(() -> DiagnosticOrders.order(request(DiagnosticKind.JCMD, Map.of(), command), 17, 0))
                .isInstanceOf(DiagnosticOrders.ImpossibleException.class);
    }

    @Test
    void givesTheTimeThatWasAskedFor() throws Exception {
        DiagnosticRequest request = new DiagnosticRequest(
                DiagnosticKind.THREADS, Optional.empty(), Optional.of(Duration.ofSeconds(3)), Map.of(), List.of());

        assertThat(DiagnosticOrders.order(request, 17, 0).limit()).isEqualTo(Duration.ofSeconds(3));
    }

    private static String explained(DiagnosticKind kind, int feature, JvmAnswer.Outcome outcome, String said) {
        return DiagnosticOrders.explain(request(kind, Map.of()), feature, new JvmAnswer(outcome, "its reason"), said);
    }

    @Test
    void knowsThatARecordingWasNotStoppedAlthoughTheJvmReportsSuccess() {
        DiagnosticRequest stop = request(DiagnosticKind.JFR_STOP, Map.of());
        JvmAnswer done = new JvmAnswer(JvmAnswer.Outcome.DONE, "");

        assertThat(DiagnosticOrders.outcome(stop, done, "Could not stop recording \"never\".\n"))
                .isEqualTo(JvmAnswer.Outcome.REFUSED);
        assertThat(DiagnosticOrders.outcome(stop, done, "Stopped recording \"jsgid\".\n"))
                .isEqualTo(JvmAnswer.Outcome.DONE);
        assertThat(DiagnosticOrders.outcome(request(DiagnosticKind.JCMD, Map.of()), done, "Could not be better"))
                .isEqualTo(JvmAnswer.Outcome.DONE);
    }

    @Test
    void explainsWhatAJvmDoesNotHave() {
        String unknown = "java.lang.IllegalArgumentException: Unknown diagnostic command\n";
        assertThat(explained(DiagnosticKind.JFR_START, 8, JvmAnswer.Outcome.REFUSED, unknown))
                .contains("no flight recorder")
                .contains("8u262");
        assertThat(explained(DiagnosticKind.JFR_START, 17, JvmAnswer.Outcome.REFUSED, "Module jdk.jfr not found."))
                .contains("no flight recorder")
                .contains("jdk.jfr");
        assertThat(explained(DiagnosticKind.JCMD, 11, JvmAnswer.Outcome.REFUSED, unknown))
                .contains("Java 11")
                .contains("jsgid-ctl jcmd GROUP");
        assertThat(explained(DiagnosticKind.JFR_DUMP, 17, JvmAnswer.Outcome.NO_FILE, "Could not find\n recording x\n"))
                .isEqualTo("the JVM wrote no file: Could not find recording x");
        assertThat(explained(DiagnosticKind.HEAP_DUMP, 17, JvmAnswer.Outcome.NO_SPACE, ""))
                .startsWith("its reason; make room")
                .contains("--gzip");
        assertThat(explained(DiagnosticKind.JCMD, 17, JvmAnswer.Outcome.SILENT, ""))
                .isEqualTo("its reason");
        assertThat(explained(DiagnosticKind.JCMD, 17, JvmAnswer.Outcome.DONE, "x"))
                .isEmpty();
    }
}
