package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusViewTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static String view(String group, boolean isDetailed) {
        return StatusView.of(
                JsonParser.parseString("{\"groups\":[" + group + "]}").getAsJsonObject(), NOW, isDetailed);
    }

    @Test
    void showsTheStepThatAStartIsAtAndThoseThatAreDone() {
        String text = view("""
                {"name":"shop","state":"starting","processes":[{"pid":7,"state":"starting",
                 "steps":[{"name":"launcher","millis":12},{"name":"jvm","millis":340}],
                 "step":{"name":"loading /srv/shop.war","sinceMillis":65000}}]}
                """, false);

        assertThat(text)
                .contains("shop process 7: starts, at the step 'loading /srv/shop.war' since 1m 5s, "
                        + "after launcher 12 ms, jvm 340 ms\n");
    }

    @Test
    void showsTheStepsOfAStartThatIsOverOnlyToWhoAsksForTheGroup() {
        String group = """
                {"name":"shop","state":"ready","processes":[{"pid":7,"state":"ready",
                 "steps":[{"name":"jvm","millis":340}]}]}
                """;

        assertThat(view(group, true)).contains("shop process 7: started with jvm 340 ms\n");
        assertThat(view(group, false)).doesNotContain("340");
    }

    @Test
    void showsAProcessWhoseJdkWasReplacedAndWhyItIsRenewed() {
        String text = view("""
                {"name":"shop","state":"ready","processes":[{"pid":7,"state":"ready","stale":true},
                 {"pid":8,"state":"ready","stale":true,"renewal":"its JDK was replaced"}]}
                """, false);

        assertThat(text)
                .contains("ready, stale")
                .contains("shop process 7: runs on a JDK that has been replaced or removed\n")
                .contains("shop process 8: renewed because its JDK was replaced\n");
    }

    @Test
    void showsQueueBackOffAndTheLastExit() {
        String group = """
                {"name":"shop","state":"backoff","reason":"it died","retryAfterSeconds":8,
                 "queue":{"length":3,"limit":100,"oldestMillis":1500},
                 "lastExit":{"pid":7,"signal":"SIGSEGV","reason":"killed by SIGSEGV","at":"2026-11-21T11:59:00Z",
                  "crashFile":"/run/jsgid/crash/shop/7.log","log":["one","two\u001b[2J"]}}
                """;

        assertThat(view(group, false))
                .contains("3/100 (1500 ms)")
                .contains("shop: the next start is in 8 s\n")
                .contains("last exit: process 7 at 2026-11-21T11:59:00Z: killed by SIGSEGV\n")
                .contains("crash file of the JVM: /run/jsgid/crash/shop/7.log\n")
                .doesNotContain("| one");
        assertThat(view(group, true)).contains("    | one\n    | two [2J\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, 1.0K",
        "1048576, 1.0M",
        "10433331, 9.9M",
        "10485760, 10M",
        "1073741824, 1.0G",
        "1099511627776000, 1000T"
    })
    void showsBytesInTheLargestFittingUnit(long bytes, String shown) {
        assertThat(StatusView.size(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "PT-5S, 0s",
        "PT0S, 0s",
        "PT59S, 59s",
        "PT60S, 1m 0s",
        "PT59M59S, 59m 59s",
        "PT1H, 1h 0m",
        "PT23H59M, 23h 59m",
        "PT24H, 1d 0h",
        "P400DT5H, 400d 5h"
    })
    void showsTheTwoLargestUnitsOfADuration(Duration duration, String shown) {
        assertThat(StatusView.duration(duration)).isEqualTo(shown);
    }
}
