package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A folder below {@code /tmp} that every user may enter. Short, since unix sockets have at most 107 bytes of path.
 * With the system property {@code jsgid.test.keep} it stays after the test, and its name is printed.
 */
public final class TestFolder implements AutoCloseable {

    private final Path path;

    private TestFolder(Path path) {
        this.path = path;
    }

    /** Makes one. */
    public static TestFolder create(String name) {
        return create(Path.of("/tmp"), name);
    }

    /** Makes one somewhere else. */
    static TestFolder create(Path above, String name) {
        try {
            Path path = Files.createTempDirectory(above, "jsgid-" + name + "-");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new TestFolder(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether folders are to be kept. */
    public static boolean kept() {
        return Boolean.getBoolean("jsgid.test.keep");
    }

    @Override
    public void close() {
        if (kept()) {
            System.out.println("kept: " + path);
        } else {
            RunningProcess.run(List.of("rm", "-rf", "--one-file-system", path.toString()))
                    .expectSuccess();
        }
    }
}
