package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of the built image in a folder that every user can reach; the tree it was built in may be below somebody's
 * home. Made once per test run and removed when it ends.
 */
public final class Image {

    private static final Object LOCK = new Object();
    private static Image copy;

    private final Path home;

    private Image(Path home) {
        this.home = home;
    }

    /** The copy. */
    public static Image get() {
        synchronized (LOCK) {
            if (copy == null) {
                copy = new Image(copied());
            }
            return copy;
        }
    }

    /** Its folder, the value of {@code JsgiHome}. */
    public Path home() {
        return home;
    }

    /** The module for Apache. */
    public Path module() {
        return home.resolve("modules/mod_jsgid.so");
    }

    /** The command. */
    public Path ctl() {
        return home.resolve("bin/jsgid-ctl");
    }

    /** The one file below the image whose name begins and ends so. */
    public Path find(String prefix, String suffix) {
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> found = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(prefix) && name.endsWith(suffix);
                    })
                    .toList();
            if (found.isEmpty()) {
                throw new AssertionError("no " + prefix + "*" + suffix + " below " + home);
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lowest feature version that it has a plugin for. */
    public static int lowestFeature() {
        try (Stream<Path> plugins = Files.list(built().resolve("lib/plugins"))) {
            return plugins.map(plugin -> plugin.getFileName().toString())
                    .filter(name -> name.matches("jdk\\d+"))
                    .mapToInt(name -> Integer.parseInt(name.substring("jdk".length())))
                    .min()
                    .orElseThrow(() -> new AssertionError("the image has no plugin: " + built()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path built() {
        String built = System.getProperty("jsgid.image");
        if (built == null || !Files.isDirectory(Path.of(built))) {
            throw new AssertionError(
                    "the system property jsgid.image must name the built image (target/jsgid); it is " + built);
        }
        return Path.of(built);
    }

    private static Path copied() {
        TestFolder folder = TestFolder.create("image");
        Path target = folder.path().resolve("jsgid");
        RunningProcess.run(List.of("cp", "-a", built().toString(), target.toString()))
                .expectSuccess();
        RunningProcess.run(List.of("chmod", "-R", "go+rX", target.toString())).expectSuccess();
        if (TestUser.isRoot()) {
            RunningProcess.run(List.of("chown", "-R", "root:root", target.toString()))
                    .expectSuccess();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(folder::close, "remove the image's copy"));
        return target;
    }
}
