package org.jsgid.supervisor.jdk;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A registered JDK.
 *
 * @param name base name of its file
 * @param file where it was read
 * @param home the JDK's home as written; empty only when the profile is broken
 * @param feature feature version; 0 when it is not known, which only a profile that is not ready may be
 * @param version full version; empty when not known
 * @param vendor who made it; empty when not known
 * @param javaOptions options for every daemon on this JDK
 * @param priority of two profiles of a feature the higher is taken
 * @param enabled as the file says
 * @param state whether it can be taken
 * @param reason why not, a sentence without full stop; empty when it is ready
 * @param warnings what is odd in the file but does no harm
 * @param generated made by a scan
 */
public record JdkProfile(
        String name,
        Path file,
        Optional<Path> home,
        int feature,
        String version,
        String vendor,
        List<String> javaOptions,
        int priority,
        boolean enabled,
        ProfileState state,
        String reason,
        List<String> warnings,
        boolean generated) {

    /** Copies its lists. */
    public JdkProfile {
        javaOptions = List.copyOf(javaOptions);
        warnings = List.copyOf(warnings);
    }

    /** Whether a runtime may select it. */
    public boolean isReady() {
        return state == ProfileState.READY;
    }
}
