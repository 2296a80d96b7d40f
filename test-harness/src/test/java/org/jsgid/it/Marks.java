package org.jsgid.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jsgid.harness.Httpd;

/** A folder in which test applications, whoever they run as, make files to tell how far they are. */
public final class Marks {

    private Marks() {}

    /** The folder of a server, made if need be. */
    public static Path folder(Httpd httpd) throws IOException {
        Path folder = httpd.root().resolve("marks");
        if (!Files.exists(folder)) {
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        return folder;
    }
}
