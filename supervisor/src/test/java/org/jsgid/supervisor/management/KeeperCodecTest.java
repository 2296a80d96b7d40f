package org.jsgid.supervisor.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeeperCodecTest {

    @Test
    void readsEveryReport() throws MalformedLineException {
        Map<String, KeeperReport> examples = new LinkedHashMap<>();
        examples.put("launch 00ff", new KeeperReport.Launch("00ff"));
        examples.put("failed status=231 reason=no%20such%20folder", new KeeperReport.Failed(231, "no such folder"));
        examples.put("started pid=42", new KeeperReport.Started(42));
        examples.put("adopt pid=42 memo=a%0Ab", new KeeperReport.Adopt(42, "a\nb"));
        examples.put("output lost=7 text=gr%C3%BCn%0A", new KeeperReport.Output(7, "grün\n"));
        examples.put("exited status=137", new KeeperReport.Exited(137));
        examples.put("exited signal=11 core=yes", new KeeperReport.Ended(11, true));
        examples.put("exited signal=9", new KeeperReport.Ended(9, false));
        for (Map.Entry<String, KeeperReport> example : examples.entrySet()) {
            assertThat(KeeperCodec.decode(example.getKey())).contains(example.getValue());
        }
    }

    @Test
    void aNewerKeeperMaySayMore() throws MalformedLineException {
        assertThat(KeeperCodec.decode("paused since=1")).isEmpty();
        assertThat(KeeperCodec.decode("started pid=42 cgroup=/x")).contains(new KeeperReport.Started(42));
    }

    @Test
    void whatCannotBeIsRefused() {
        for (String line : List.of(
                "started",
                "started pid=1",
                "started pid=x",
                "adopt pid=42",
                "exited",
                "exited status=256",
                "exited signal=65")) {
            assertThatThrownBy(() -> KeeperCodec.decode(line)).as(line).isInstanceOf(MalformedLineException.class);
        }
    }

    @Test
    void saysWhichSignalToWhom() {
        assertThat(KeeperCodec.signal("KILL", true)).isEqualTo("signal name=KILL scope=all");
        assertThat(KeeperCodec.signal("TERM", false)).isEqualTo("signal name=TERM scope=daemon");
    }
}
