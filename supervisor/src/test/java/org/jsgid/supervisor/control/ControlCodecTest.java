package org.jsgid.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.supervisor.diagnostics.DiagnosticKind;
import org.jsgid.supervisor.diagnostics.DiagnosticRequest;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.group.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlCodecTest {

    @Test
    void readsEveryCommand() throws ControlCodec.UsageException {
        assertThat(ControlCodec.decode("{\"command\":\"status\"}")).isEqualTo(new ControlRequest.Status(List.of()));
        assertThat(ControlCodec.decode("{\"command\":\"restart\",\"groups\":[\"a\",\"b\"],\"now\":true}"))
                .isEqualTo(new ControlRequest.Restart(List.of("a", "b"), true));
        assertThat(ControlCodec.decode("{\"command\":\"restart\",\"groups\":[\"a\"]}"))
                .isEqualTo(new ControlRequest.Restart(List.of("a"), false));
        assertThat(ControlCodec.decode("{\"command\":\"start\",\"groups\":null}"))
                .isEqualTo(new ControlRequest.Start(List.of()));
        assertThat(ControlCodec.decode("{\"command\":\"stop\",\"more\":1}"))
                .isEqualTo(new ControlRequest.Stop(List.of()));
    }

    @Test
    void readsWhatIsAskedOfAJvm() throws ControlCodec.UsageException {
        assertThat(ControlCodec.decode(
                        "{\"command\":\"diagnose\",\"kind\":\"jcmd\",\"groups\":[\"shop\"],\"process\":\"2\","
                                + "\"seconds\":5,\"options\":{\"a\":\"b\"},\"arguments\":[\"VM.version\"]}"))
                .isEqualTo(new ControlRequest.Diagnose(
                        List.of("shop"),
                        new DiagnosticRequest(
                                DiagnosticKind.JCMD,
                                Optional.of("2"),
                                Optional.of(Duration.ofSeconds(5)),
                                Map.of("a", "b"),
                                List.of("VM.version"))));
        assertThat(ControlCodec.decode("{\"command\":\"diagnose\",\"kind\":\"threads\",\"groups\":[\"shop\"]}"))
                .isEqualTo(new ControlRequest.Diagnose(
                        List.of("shop"),
                        new DiagnosticRequest(
                                DiagnosticKind.THREADS, Optional.empty(), Optional.empty(), Map.of(), List.of())));
        assertThat(ControlCodec.decode("{\"command\":\"logs\",\"groups\":[\"shop\"],\"lines\":7,\"follow\":true}"))
                .isEqualTo(new ControlRequest.Logs(List.of("shop"), 7, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"command\":\"explode\"}",
                "{\"command\":{}}",
                "{\"command\":\"stop\",\"groups\":\"shop\"}",
                "{\"command\":\"stop\",\"groups\":[{}]}",
                "{\"command\":\"logs\"}",
                "{\"command\":\"logs\",\"groups\":[\"a\",\"b\"]}",
                "{\"command\":\"logs\",\"groups\":[\"a\"],\"lines\":\"many\"}",
                "{\"command\":\"diagnose\",\"groups\":[\"a\"]}",
                "{\"command\":\"diagnose\",\"kind\":\"x-ray\",\"groups\":[\"a\"]}",
                "{\"command\":\"diagnose\",\"kind\":\"threads\",\"groups\":[\"a\"],\"seconds\":-1}",
                "{\"command\":\"diagnose\",\"kind\":\"threads\",\"groups\":[\"a\"],\"options\":[]}",
                "{\"command\":\"diagnose\",\"kind\":\"threads\",\"groups\":[\"a\"],\"options\":{\"a\":{}}}",
            })
    void refusesWhatIsNoRequest(String line) {
        assertThatThrownBy(() -> ControlCodec.decode(line)).isInstanceOf(ControlCodec.UsageException.class);
    }

    @Test
    void deepNestingIsNoRequestAndNoFault() {
        for (String line : List.of("[".repeat(60_000), "{\"groups\":".repeat(6_000), "{\"command\":".repeat(5_000))) {
            assertThatThrownBy(() -> ControlCodec.decode(line)).isInstanceOf(ControlCodec.UsageException.class);
        }
    }

    @Test
    void repliesAreOneLineEach() {
        assertThat(ControlCodec.progress("a\nb")).isEqualTo("{\"progress\":\"a\\nb\"}");
        assertThat(ControlCodec.output("a\n")).isEqualTo("{\"output\":\"a\\n\"}");
        assertThat(ControlCodec.process(1, 42, "17"))
                .isEqualTo("{\"process\":{\"number\":1,\"pid\":42,\"javaVersion\":\"17\"}}");
        assertThat(ControlCodec.file(9, true)).isEqualTo("{\"file\":{\"bytes\":9,\"gzip\":true}}");
        assertThat(ControlCodec.content("AAEC")).isEqualTo("{\"content\":\"AAEC\"}");
        assertThat(ControlCodec.error("JSGID0360", "usage", "no"))
                .isEqualTo("{\"error\":\"no\",\"code\":\"JSGID0360\",\"kind\":\"usage\"}");
        assertThat(ControlCodec.result(
                        ControlCodec.outcomes(List.of(new DaemonGroup.Outcome("shop", GroupState.READY, true, "")))))
                .isEqualTo("{\"result\":{\"groups\":[{\"name\":\"shop\",\"state\":\"ready\",\"done\":true,"
                        + "\"message\":\"\"}]}}");
    }
}
