package org.jsgid.supervisor.process;

/**
 * What a daemon does with an archive of its classes, for people and programs.
 *
 * @param kind {@code class-list}, {@code dynamic} or {@code aot}; {@code none} where its JDK has none
 * @param state whether it started from one, or one is made of it
 * @param reason why the state is what it is; empty when there is nothing to say
 */
public record ArchiveStatus(String kind, State state, String reason) {

    /** The states. */
    public enum State {
        /** It started from an archive. */
        USED("used"),
        /** One is being made of it. */
        RECORDING("recording"),
        /** It started without, and none is made of it. */
        NONE("none"),
        /** There is one for it, which its JVM did not take. */
        REFUSED("refused");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** As status shows it. */
        public String word() {
            return word;
        }
    }

    /** The same kind in another state. */
    public ArchiveStatus becomes(State other, String why) {
        return new ArchiveStatus(kind, other, why);
    }
}
