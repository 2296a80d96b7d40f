package org.jsgid.supervisor.management;

import static java.util.Objects.requireNonNull;

/**
 * Which application, where.
 *
 * @param file absolute path
 * @param mount where it starts in the URL space; empty for {@code /}
 * @param applicationGroup isolation unit; empty: its own
 */
public record ApplicationKey(String file, String mount, String applicationGroup) {

    /** Nothing is null. */
    public ApplicationKey {
        requireNonNull(file);
        requireNonNull(mount);
        requireNonNull(applicationGroup);
    }

    @Override
    public String toString() {
        return file + (mount.isEmpty() ? " at /" : " at " + mount);
    }
}
