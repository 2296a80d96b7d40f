package org.jsgid.supervisor.group;

import java.util.List;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.ExitReason;

/** What is known of how processes ended. */
final class Exits {

    /** What a process that did not become ready said is shown with the reason: its last lines, but not more than this. */
    private static final int LINES_IN_REASON = 3;

    private static final int LONGEST_SAID = 500;

    private Exits() {}

    /** The last lines that a process printed. */
    static List<String> lastLines(DaemonProcess daemon) {
        return daemon.handle().map(DaemonLauncher.Handle::lastLines).orElse(List.of());
    }

    /** What ended a process, as far as known: why the monitor did, or what it said before it was ready. */
    static ExitReason explained(DaemonProcess daemon, ExitReason exit, boolean wasReady) {
        if (daemon.whyKilled().isPresent()) {
            return exit.because(daemon.whyKilled().get());
        }
        List<String> lines = lastLines(daemon);
        if (wasReady) {
            return exit;
        }
        String where = daemon.whereItStarts();
        if (lines.isEmpty()) {
            return exit.because(where);
        }
        String said = String.join(" / ", lines.subList(Math.max(0, lines.size() - LINES_IN_REASON), lines.size()));
        return exit.because(
                where + " it said: " + (said.length() <= LONGEST_SAID ? said : said.substring(0, LONGEST_SAID)));
    }
}
