package org.jsgid.supervisor.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ApacheErrorLogLayoutTest {

    private final ApacheErrorLogLayout layout = new ApacheErrorLogLayout(4711, ZoneOffset.UTC);

    private String line(Level level, String message) {
        LoggingEvent event = new LoggingEvent();
        event.setInstant(Instant.parse("2026-11-20T23:52:53.123456Z"));
        event.setLevel(level);
        event.setMessage(message);
        return layout.doLayout(event);
    }

    @Test
    void linesHaveTheFormOfApachesErrorLog() {
        assertThat(line(Level.INFO, "JSGID0301: [monitor openjdk-17] begins"))
                .isEqualTo("[Fri Nov 20 23:52:53.123456 2026] [jsgid:notice] [pid 4711] JSGID0301: [monitor openjdk-17]"
                        + " begins\n");
        assertThat(line(Level.WARN, "x")).contains("[jsgid:warn]");
        assertThat(line(Level.ERROR, "x")).contains("[jsgid:error]");
    }

    @Test
    void nothingThatADaemonPrintsCanLookLikeAnotherLine() {
        assertThat(line(Level.INFO, "a\n[Fri] b\u001b[2J\tc")).endsWith(" a\\x0a[Fri] b\\x1b[2J\tc\n");
    }
}
