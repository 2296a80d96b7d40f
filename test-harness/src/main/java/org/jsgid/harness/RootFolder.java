package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A root folder for groups with {@code JsgiChroot}, below {@code /var/tmp}, made with the script that administrators
 * have ({@code share/chroot-tree.sh} of the image).
 */
public final class RootFolder implements AutoCloseable {

    private final TestFolder folder;

    private RootFolder(TestFolder folder) {
        this.folder = folder;
    }

    /** Makes one with that JDK, the image's daemon part, and accounts. */
    public static RootFolder create(InstalledJdks.Jdk jdk, TestUser... users) {
        RootFolder root = new RootFolder(TestFolder.create(Path.of("/var/tmp"), "root"));
        List<String> command = new ArrayList<>(List.of(
                Image.get().home().resolve("share/chroot-tree.sh").toString(),
                root.path().toString(),
                jdk.home().toString(),
                Image.get().home().toString()));
        for (TestUser user : users) {
            command.add(user.name());
        }
        RunningProcess.run(command).expectSuccess();
        return root;
    }

    /** Where it is, the value of {@code JsgiChroot}. */
    public Path path() {
        return folder.path();
    }

    /** What a path inside is called outside. */
    public Path outside(String inside) {
        return path().resolve(inside.substring(1));
    }

    /** Brings a file in, and returns its name outside. */
    public Path put(Path file, String inside) {
        try {
            Path target = outside(inside);
            Files.createDirectories(target.getParent());
            return Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}
