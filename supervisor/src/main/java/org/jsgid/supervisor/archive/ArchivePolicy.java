package org.jsgid.supervisor.archive;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.ArchiveUse;

/** Decides what a start does with an archive, and when one is made. Pure. */
public final class ArchivePolicy {

    /** A busy daemon is not waited for longer than that: the pause of some hundred milliseconds comes then. */
    static final Duration LONGEST_WAIT_FOR_QUIET = Duration.ofSeconds(60);

    /** Without a request for that long, hardly anybody notices a pause. */
    static final Duration QUIET = Duration.ofMillis(800);

    /** Options that say themselves what is done with archives, or with which the JVM makes none or takes none. */
    private static final Pattern IN_THE_WAY = Pattern.compile(
            "-Xshare.*|-XX:(Shared|Archive|AOT|[+-](AutoCreateShared|"
                    + "RecordDynamicDump|DynamicDumpShared|UseSharedSpaces|AOT)).*|-XX:Flags=.*|-XX:VMOptionsFile=.*|@.*"
                    + "|-javaagent:.*|-agent(lib|path):.*|-Xrun.*|-Xdebug|-Xbootclasspath.*"
                    + "|--(patch-module|upgrade-module-path|limit-modules|module-path)\\b.*|-Djava\\.system\\.class\\.loader=.*");

    private ArchivePolicy() {}

    /**
     * What a start does.
     *
     * @param reason for status; empty when the mode says all
     */
    public record Decision(ArchiveUse.Mode mode, String reason) {}

    /**
     * What is known when a daemon starts.
     *
     * @param kind what its JDK has
     * @param isHotspot whether its JVM is HotSpot
     * @param options of its JVM
     * @param number its own among the processes of its group
     * @param isThere whether there is an archive of its key
     * @param failure why there will be none
     */
    public record Known(
            ArchiveKind kind,
            boolean isHotspot,
            List<String> options,
            int number,
            boolean isThere,
            Optional<String> failure) {}

    /** What a start does with an archive. */
    public static Decision decide(Known known) {
        if (known.kind() == ArchiveKind.NONE || !known.isHotspot()) {
            return none("this JDK has no archives that are made of a running process");
        }
        Optional<String> option = known.options().stream()
                .filter(given -> IN_THE_WAY.matcher(given).matches())
                .findFirst();
        if (option.isPresent()) {
            return none("not with the option " + option.get());
        }
        if (known.failure().isPresent()) {
            return none(known.failure().get());
        }
        if (known.isThere()) {
            return new Decision(ArchiveUse.Mode.USE, "");
        }
        return known.number() == 1
                ? new Decision(ArchiveUse.Mode.RECORD, "there is none yet that fits")
                : none("there is none yet that fits; one is made of process 1");
    }

    private static Decision none(String why) {
        return new Decision(ArchiveUse.Mode.NONE, why);
    }

    /**
     * Whether an archive is made now.
     *
     * @param served how long the daemon has been ready
     * @param after how long it must have been
     * @param quiet how long nothing has been asked of it
     */
    public static boolean isTime(Duration served, Duration after, Duration quiet) {
        return served.compareTo(after) >= 0
                && (quiet.compareTo(QUIET) >= 0 || served.compareTo(after.plus(LONGEST_WAIT_FOR_QUIET)) >= 0);
    }

    /**
     * Options for the run that makes an archive of a recording: the same, but for those that would have it write the
     * daemon's logs anew, or open its ports.
     */
    public static List<String> ofMakingRun(List<String> options) {
        return options.stream()
                .filter(option -> !option.startsWith("-Xlog")
                        && !option.startsWith("-XX:StartFlightRecording")
                        && !option.startsWith("-Dcom.sun.management.")
                        && !option.startsWith("-XX:OnOutOfMemoryError")
                        && !option.startsWith("-XX:OnError"))
                .toList();
    }

    /**
     * Whether a daemon's end says something against the archive that it started from, or was to be recorded for.
     *
     * @param hasSpoken whether its JVM was up
     * @param wasReady whether it had become ready
     * @param signal that ended it
     */
    public static boolean isSuspect(boolean hasSpoken, boolean wasReady, Optional<String> signal, boolean becameJvm) {
        if (wasReady || !becameJvm) {
            return false;
        }
        boolean isCrash = signal.filter(List.of("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL")::contains)
                .isPresent();
        return isCrash || (!hasSpoken && signal.isEmpty());
    }
}
