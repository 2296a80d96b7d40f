package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes folders that look like JDKs: a release file, a script as {@code bin/java}, an empty libjvm. */
public final class TestingJdk {
    private static final String MODULES =
            "java.base java.compiler java.logging java.naming java.management jdk.compiler";

    private TestingJdk() {}

    /** A JDK of the modern layout with this implementor and version. */
    public static Path create(Path home, String implementor, String version) {
        return createWith(
                home,
                "lib/server/libjvm.so",
                "IMPLEMENTOR=\"" + implementor + "\"\nJAVA_RUNTIME_VERSION=\"" + version + "+1\"\nJAVA_VERSION=\""
                        + version + "\"\nMODULES=\"" + MODULES + "\"\n");
    }

    /** A JDK with libjvm at a given place and a given release file. */
    public static Path createWith(Path home, String libjvm, String release) {
        try {
            write(home.resolve("bin/java"), "#!/bin/sh\nexit 0\n");
            Files.setPosixFilePermissions(home.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
            write(home.resolve(libjvm), "");
            write(home.resolve("release"), release);
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file and the folders above it. */
    public static Path write(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
