package org.jsgid.supervisor.process;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a daemon ended.
 *
 * @param status its exit status, when it exited by itself
 * @param signal the signal that ended it: {@code SIGKILL}
 * @param sentence the same for people, with what is known of the cause
 */
public record ExitReason(OptionalInt status, Optional<String> signal, String sentence) {

    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    /** Exit status of a daemon that could not finish its requests within the graceful timeout. */
    public static final int NOT_DRAINED = 75;

    /**
     * What an exit value means.
     *
     * @param exitValue as {@link Process#exitValue()} gives it: 128 and the number of the signal for an end by signal
     * @param launcherStatuses exit statuses of the launcher and their meaning
     */
    public static ExitReason of(int exitValue, Map<Integer, String> launcherStatuses) {
        if (launcherStatuses.containsKey(exitValue)) {
            return new ExitReason(
                    OptionalInt.of(exitValue),
                    Optional.empty(),
                    "did not become a JVM (launcher status " + exitValue + "): " + launcherStatuses.get(exitValue));
        }
        if (exitValue > 128 && exitValue < 128 + 65) {
            return ofSignal(exitValue - 128, false);
        }
        return new ExitReason(
                OptionalInt.of(exitValue), Optional.empty(), "exited with status " + exitValue + meaning(exitValue));
    }

    /**
     * What the end by a signal means.
     *
     * @param core whether the kernel wrote a core dump
     */
    public static ExitReason ofSignal(int number, boolean core) {
        String name = SIGNALS.getOrDefault(number, "signal " + number);
        return new ExitReason(
                OptionalInt.empty(),
                Optional.of(name),
                "ended by " + name + meaningOfSignal(number) + (core ? ", with a core dump" : ""));
    }

    /**
     * What an exit status means that is known to be none of a signal's end: a JVM that obeys a signal exits by itself, with
     * 128 and that signal's number.
     */
    public static ExitReason ofStatus(int status, Map<Integer, String> launcherStatuses) {
        boolean isObeyed = status == 128 + 1 || status == 128 + 2 || status == 128 + 15;
        if (isObeyed || status <= 128 || launcherStatuses.containsKey(status)) {
            return of(status, launcherStatuses);
        }
        return new ExitReason(
                OptionalInt.of(status), Optional.empty(), "exited with status " + status + meaning(status));
    }

    /** The process that kept the daemon is gone without a word, and the kernel ended the daemon with it. */
    public static ExitReason ofLostKeeper(long keeper) {
        return new ExitReason(
                OptionalInt.empty(),
                Optional.of("SIGKILL"),
                "ended by SIGKILL with its keeper, process " + keeper + ", which somebody or the kernel killed");
    }

    /** Whether the process ended by itself and without a fault. */
    public boolean isSuccess() {
        return status.isPresent() && status.getAsInt() == 0;
    }

    /** The same end with a better explanation; one that begins with what is known already replaces that. */
    public ExitReason because(String explanation) {
        int known = sentence.indexOf(": ") + 2;
        if (known > 1 && explanation.startsWith(sentence.substring(known))) {
            return new ExitReason(status, signal, sentence.substring(0, known) + explanation);
        }
        return new ExitReason(status, signal, sentence + ": " + explanation);
    }

    private static String meaningOfSignal(int number) {
        return switch (number) {
            case 4, 6, 7, 11 -> " (the JVM crashed, or was told to abort)";
            case 9 -> " (somebody, jsgid's own deadlines, or the kernel for lack of memory: see dmesg)";
            case 24 -> " (a limit on CPU time that was set outside of jsgid)";
            default -> "";
        };
    }

    private static String meaning(int status) {
        return switch (status) {
            case 0 -> " (by itself, without a fault)";
            case 1 -> " (the JVM did not start, or the daemon's main thread failed; the lines before say why)";
            case 3 -> " (out of memory: raise JsgiMaxHeap or look for a leak)";
            case NOT_DRAINED -> " (requests were still running at the end of the graceful timeout)";
            default -> "";
        };
    }
}
