package org.jsgid.supervisor.diagnostics;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * A JVM to ask.
 *
 * @param pid its process
 * @param uid whom it runs as; absent: as this monitor does
 * @param gid its group; absent when {@code uid} is
 * @param temporary its {@code java.io.tmpdir}, as the JVM sees it (inside its root folder)
 */
public record JvmTarget(long pid, OptionalLong uid, OptionalLong gid, Path temporary) {

    /** Checks what every JVM must have. */
    public JvmTarget {
        requireNonNull(temporary);
        if (pid <= 0 || uid.isPresent() != gid.isPresent()) {
            throw new IllegalArgumentException("pid " + pid + ", user " + uid + ", group " + gid);
        }
    }

    /** A daemon of that group, with {@code RUN/tmp} as the folder of all temporary folders. */
    public static JvmTarget daemon(long pid, GroupDefinition group, Path temporaryFolder) {
        GroupDefinition.Account account = group.account();
        return new JvmTarget(pid, account.uid(), account.gid(), temporaryFolder.resolve(group.name()));
    }
}
