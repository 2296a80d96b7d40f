package org.jsgid.supervisor.ctl;

import java.util.Optional;
import org.jsgid.supervisor.jdk.ProfileRegistry;

/**
 * The runtime that groups without one get.
 *
 * @param inForce what the running server uses; empty when there is none, or no server
 * @param byFile what the default file of the profile folders says
 */
record DefaultRuntime(Optional<String> inForce, Optional<String> byFile) {

    static DefaultRuntime of(CtlContext context, ProfileRegistry registry) {
        Optional<String> inForce =
                context.runFolder().isHttpdAlive() ? context.instanceValue("default-runtime") : Optional.empty();
        return new DefaultRuntime(inForce, registry.defaultRuntime());
    }

    /** The server's, else the file's. */
    Optional<String> effective() {
        return inForce.or(() -> byFile);
    }
}
