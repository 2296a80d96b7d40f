package org.jsgid.supervisor.jdk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that a person named: it is a JDK itself, or holds JDKs.
 *
 * @param folder as it was named
 */
record NamedFolder(Path folder) implements JdkPlace {
    @Override
    public List<Path> candidates() {
        return Files.exists(folder.resolve("bin/java")) ? List.of(folder) : new FolderOfJdks(folder).candidates();
    }
}
