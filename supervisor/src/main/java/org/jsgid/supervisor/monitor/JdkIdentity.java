package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells whether a JDK is still the same after its files may have been replaced. */
final class JdkIdentity {

    private static final List<String> LIBJVM = List.of(
            "lib/server/libjvm.so", "jre/lib/amd64/server/libjvm.so", "jre/lib/aarch64/server/libjvm.so",
            "lib/amd64/server/libjvm.so", "lib/aarch64/server/libjvm.so");

    private JdkIdentity() {}

    /** Device and inode of its libjvm, and its JAVA_RUNTIME_VERSION; what cannot be read is left empty. */
    static String of(Path home) {
        StringBuilder identity = new StringBuilder();
        for (String candidate : LIBJVM) {
            Path libjvm = home.resolve(candidate);
            try {
                identity.append(Files.getAttribute(libjvm, "unix:dev"))
                        .append(':')
                        .append(Files.getAttribute(libjvm, "unix:ino"));
                break;
            } catch (IOException e) {
                // The next place, or none.
            }
        }
        try {
            Files.readString(home.resolve("release"), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("JAVA_RUNTIME_VERSION="))
                    .forEach(line -> identity.append(' ').append(line));
        } catch (IOException e) {
            // A JRE without a release file.
        }
        return identity.toString();
    }
}
