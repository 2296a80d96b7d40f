package org.jsgid.supervisor.jdk;

/** What a runtime selects. */
public sealed interface Selection {

    /**
     * There is such a JDK.
     *
     * @param profile the one to take
     */
    record Found(JdkProfile profile) implements Selection {}

    /**
     * There is none.
     *
     * @param reason a sentence without full stop that names the runtime and what is registered
     */
    record NotFound(String reason) implements Selection {}
}
