package org.jsgid.supervisor.diagnostics;

import java.util.Optional;

/** What somebody may ask of the JVMs of a group. The words are those of the control socket ({@code CONTROL.md}). */
public enum DiagnosticKind {
    /** The stacks of all threads. */
    THREADS("threads", false),
    /** All objects, as a file. */
    HEAP_DUMP("heap-dump", true),
    /** Begins a flight recording. */
    JFR_START("jfr-start", false),
    /** What a flight recording has got, as a file; it goes on. */
    JFR_DUMP("jfr-dump", true),
    /** Ends a flight recording; what it has got as a file, when that is asked for. */
    JFR_STOP("jfr-stop", false),
    /** Which flight recordings there are. */
    JFR_CHECK("jfr-check", false),
    /** Any diagnostic command. */
    JCMD("jcmd", false);

    private final String word;
    private final boolean makesFile;

    DiagnosticKind(String word, boolean makesFile) {
        this.word = word;
        this.makesFile = makesFile;
    }

    /** As in a request. */
    public String word() {
        return word;
    }

    /** Whether the answer is always a file, so that it can be that of one process only. */
    public boolean makesFile() {
        return makesFile;
    }

    /** The one that a word means. */
    public static Optional<DiagnosticKind> of(String word) {
        for (DiagnosticKind kind : values()) {
            if (kind.word.equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
