package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.LineReader;
import org.jsgid.supervisor.process.EventLoop;

/** What Apache's parent says on descriptor 0. Its end says that the parent is gone. */
final class MonitorChannel {

    /** How long daemons may drain when nobody says otherwise. */
    static final Duration DEFAULT_STOP = Duration.ofSeconds(5);

    private static final int LONGEST_LINE = 4096;
    private static final long LONGEST_STOP = 24L * 3600;

    private final LineReader lines;
    private final EventLoop loop;
    private final Monitor monitor;
    private final ServerLog log;

    MonitorChannel(InputStream input, EventLoop loop, Monitor monitor, ServerLog log) {
        this.lines = new LineReader(input, LONGEST_LINE);
        this.loop = loop;
        this.monitor = monitor;
        this.log = log;
    }

    /** Reads until the end. */
    void read() {
        try {
            String line;
            while ((line = lines.readLine()) != null) {
                obey(line.strip());
            }
        } catch (IOException e) {
            log.error("JSGID0315", "cannot read what Apache's parent says (" + e.getMessage() + "); stops");
        }
        loop.execute(() -> monitor.stop(DEFAULT_STOP));
    }

    private void obey(String line) {
        if (line.equals("reload")) {
            loop.execute(monitor::reload);
        } else if (line.startsWith("stop ")) {
            Duration within = seconds(line.substring("stop ".length()));
            loop.execute(() -> monitor.stop(within));
        } else if (!line.isEmpty()) {
            log.warn(
                    "JSGID0316",
                    "does not understand Apache's parent: '" + line
                            + "'; module and monitor may be of different versions: restart Apache");
        }
    }

    private static Duration seconds(String text) {
        try {
            return Duration.ofSeconds(Math.min(LONGEST_STOP, Math.max(0, Long.parseLong(text.strip()))));
        } catch (NumberFormatException e) {
            return DEFAULT_STOP;
        }
    }
}
