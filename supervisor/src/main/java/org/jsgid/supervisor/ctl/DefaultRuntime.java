package org.jsgid.supervisor.ctl;

import java.util.Optional;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileRegistry;

/**
 * The runtime that groups without one get.
 *
 * @param inForce what the running server uses; empty when there is none, or no server
 * @param byFile what the default file of the profile folders says
 * @param newest the profile that is taken when nobody says a default
 */
record DefaultRuntime(Optional<String> inForce, Optional<String> byFile, Optional<String> newest) {

    static DefaultRuntime of(CtlContext context, ProfileRegistry registry) {
        Optional<String> inForce =
                context.runFolder().isHttpdAlive() ? context.instanceValue("default-runtime") : Optional.empty();
        return new DefaultRuntime(
                inForce, registry.defaultRuntime(), registry.newestLongTerm().map(JdkProfile::name));
    }

    /** The server's, else the file's, else the newest long-term release; empty when no JDK fits. */
    Optional<String> effective() {
        return inForce.or(() -> byFile).or(() -> newest);
    }
}
