package org.jsgid.daemon.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Why an application's file cannot be used by this process although it may well be there. A file in a folder that may not
 * be entered looks like one that is absent, and telling the administrator that it is absent would send him the wrong way.
 */
public final class Reach {

    private Reach() {}

    /**
     * What keeps this process from reading a file.
     *
     * @param file an absolute path
     * @return a sentence without a full stop; null when nothing does, and when the file is not there
     */
    public static String obstacle(String file) {
        Path path = Paths.get(file);
        if (isDenied(path)) {
            Path folder = path.getParent();
            while (folder != null && isDenied(folder)) {
                folder = folder.getParent();
            }
            return "the user that the group runs as, " + user() + ", may not enter the folder " + folder
                    + "; let it, or move the application";
        }
        if (new File(file).exists() && !Files.isReadable(path)) {
            return "the user that the group runs as, " + user() + ", may not read it";
        }
        return null;
    }

    private static boolean isDenied(Path path) {
        try {
            Files.readAttributes(path, BasicFileAttributes.class);
            return false;
        } catch (AccessDeniedException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String user() {
        return System.getProperty("user.name");
    }
}
