package org.jsgid.supervisor.group;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.ExitReason;

/** How processes of a group ended, as far as known. */
final class Exits {

    /** What a process that did not become ready said is shown with the reason: its last lines, but not more than this. */
    private static final int LINES_IN_REASON = 3;

    private static final int LONGEST_SAID = 500;

    private final GroupServices services;
    private Optional<LastExit> last = Optional.empty();

    Exits(GroupServices services) {
        this.services = services;
    }

    /** How the last process ended that was not told to. */
    Optional<LastExit> last() {
        return last;
    }

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

    /** Tells the log how a process ended, and keeps that if it was not told to. */
    void report(DaemonProcess daemon, Generation generation, ExitReason why, boolean hasDrained) {
        String who = "daemon " + daemon.pid() + " of generation " + generation.number();
        if (hasDrained) {
            services.log().notice("JSGID0327", who + " has drained: " + why.sentence());
            return;
        }
        if (generation.state() == GenerationState.DISCARDED) {
            // Why it was discarded has been said; that it was ended then is no news.
            return;
        }
        Optional<Path> crashFile = services.crashFiles()
                .keep(
                        generation.definition().name(),
                        generation.definition().place().chroot(),
                        daemon.pid());
        Optional<Path> heapDump = services.crashFiles()
                .heapDump(
                        generation.definition().name(),
                        generation.definition().place().chroot(),
                        daemon.pid());
        last = Optional.of(new LastExit(
                daemon.pid(),
                why,
                lastLines(daemon),
                crashFile,
                heapDump,
                services.clock().instant()));
        services.log()
                .error(
                        "JSGID0328",
                        who + " " + why.sentence()
                                + crashFile
                                        .map(kept -> "; its crash file is kept as " + kept)
                                        .orElse("")
                                + heapDump.map(kept -> "; its heap dump is " + kept)
                                        .orElse(""));
    }
}
