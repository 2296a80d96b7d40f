package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A folder that holds one folder per JDK, as the packages of Debian, Fedora and SUSE make it.
 *
 * @param folder such as {@code /usr/lib/jvm}
 */
record FolderOfJdks(Path folder) implements JdkPlace {
    @Override
    public List<Path> candidates() {
        List<Path> homes = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            entries.forEach(homes::add);
        } catch (IOException absent) {
            return List.of();
        }
        Collections.sort(homes);
        return homes;
    }
}
