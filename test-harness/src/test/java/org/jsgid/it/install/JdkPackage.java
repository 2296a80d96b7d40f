package org.jsgid.it.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jsgid.harness.InstalledJdks.Jdk;
import org.jsgid.harness.RunningProcess;

/** Debian packages of a JDK of this machine: its files, below {@code /usr/lib/jvm}. */
record JdkPackage(Jdk jdk, String name, String home) {

    static JdkPackage of(Jdk jdk) {
        return new JdkPackage(
                jdk, "jdk-" + jdk.feature() + "-headless", "/usr/lib/jvm/java-" + jdk.feature() + "-openjdk-test");
    }

    /**
     * Builds one.
     *
     * @param number the package's version, and the end of the JDK's own
     */
    Path build(Path folder, int number) {
        Path root = folder.resolve(name + "-" + number);
        Path target = root.resolve(home.substring(1));
        Path file = folder.resolve(name + "_" + number + ".deb");
        try {
            Files.createDirectories(target.getParent());
            Files.createDirectories(root.resolve("DEBIAN"));
            RunningProcess.run(List.of("cp", "-a", jdk.home().toString(), target.toString()))
                    .expectSuccess();
            String release = Files.readString(target.resolve("release"));
            Files.writeString(
                    target.resolve("release"),
                    release.replaceFirst("(JAVA_RUNTIME_VERSION=\"[^\"]*)\"", "$1-test" + number + "\""));
            Files.writeString(
                    root.resolve("DEBIAN/control"),
                    "Package: " + name + "\nVersion: " + number + "\nArchitecture: all\n"
                            + "Maintainer: Tests <tests@localhost>\nDescription: JDK for tests\n");
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            RunningProcess.run(List.of(
                            "dpkg-deb", "--root-owner-group", "-Znone", "--build", root.toString(), file.toString()))
                    .expectSuccess();
            RunningProcess.run(List.of("rm", "-rf", root.toString())).expectSuccess();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
