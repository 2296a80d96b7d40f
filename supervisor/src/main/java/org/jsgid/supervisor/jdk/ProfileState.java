package org.jsgid.supervisor.jdk;

import java.util.Locale;

/** Whether a profile can be taken. Only {@link #READY} ones are. */
public enum ProfileState {
    /** It can be taken. */
    READY,
    /** Its file says {@code enabled = no}. */
    DISABLED,
    /** Its home is not there or has no {@code bin/java}; the package may come back. */
    MISSING,
    /** Its file has an error. */
    BROKEN;

    /** The word that people and documents read. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
