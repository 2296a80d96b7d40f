package org.jsgid.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
        assertThat(ControlCodec.error("JSGID0360", "usage", "no"))
                .isEqualTo("{\"error\":\"no\",\"code\":\"JSGID0360\",\"kind\":\"usage\"}");
        assertThat(ControlCodec.result(
                        ControlCodec.outcomes(List.of(new DaemonGroup.Outcome("shop", GroupState.READY, true, "")))))
                .isEqualTo("{\"result\":{\"groups\":[{\"name\":\"shop\",\"state\":\"ready\",\"done\":true,"
                        + "\"message\":\"\"}]}}");
    }
}
