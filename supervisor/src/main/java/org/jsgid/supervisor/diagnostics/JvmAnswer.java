package org.jsgid.supervisor.diagnostics;

/**
 * What became of a diagnostic command.
 *
 * @param outcome whether it was done
 * @param reason why not, as a sentence without full stop; empty when it was done, and when the JVM refused: its own words
 *     are what it printed
 */
public record JvmAnswer(Outcome outcome, String reason) {

    /** How it ended. The words are those of {@code jsgid-attach}. */
    public enum Outcome {
        /** The JVM did it. */
        DONE("done"),
        /** The JVM knows no such command, or it failed there. */
        REFUSED("refused"),
        /** The process has ended. */
        GONE("gone"),
        /** It takes no signals yet. */
        STARTING("starting"),
        /** It did not answer in time. */
        SILENT("silent"),
        /** It has no /tmp to listen in. */
        NO_TMP("no-tmp"),
        /** It is a JVM of another kind. */
        NOT_HOTSPOT("not-hotspot"),
        /** There is not enough room for the file. */
        NO_SPACE("no-space"),
        /** It said that it did it, but wrote no file. */
        NO_FILE("no-file"),
        /** The command is longer than JVMs take. */
        TOO_LONG("too-long"),
        /** Its process is closed to its own user. */
        CLOSED("closed"),
        /** The listener wanted no more. */
        CALLED_OFF("called-off"),
        /** Something else. */
        FAILED("failed");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** As {@code jsgid-attach} says it. */
        public String word() {
            return word;
        }

        static Outcome of(String word) {
            for (Outcome outcome : values()) {
                if (outcome.word.equals(word)) {
                    return outcome;
                }
            }
            return FAILED;
        }
    }

    /** Whether it was done. */
    public boolean isDone() {
        return outcome == Outcome.DONE;
    }
}
