package org.jsgid.supervisor.ctl;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jsgid.supervisor.jdk.ProfileWriter;

/** Changes files of profile folders; what goes wrong becomes a message. */
final class ProfileFiles {
    private ProfileFiles() {}

    /** The administrator's folder: the last one, whose files win. */
    static Path administratorFolder(List<Path> folders) {
        return folders.get(folders.size() - 1);
    }

    /** The folder that a scan writes into: the one for it of an installed system, else the last but one. */
    static Path scanFolder(List<Path> folders) {
        Path standard = Path.of("/run/jsgid/jdk.d");
        return folders.contains(standard) ? standard : folders.get(Math.max(0, folders.size() - 2));
    }

    /** Writes a file when its content differs; returns whether it did. */
    static boolean write(Path file, String content) {
        try {
            return ProfileWriter.write(file, content);
        } catch (IOException e) {
            throw failure("writing " + file, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw failure("removing " + file, e);
        }
    }

    private static CtlException failure(String doing, IOException e) {
        if (e instanceof AccessDeniedException) {
            return CtlMessage.NO_ACCESS.with(doing);
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return CtlMessage.FILE_FAILED.with(
                doing, reason == null ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT) : reason);
    }
}
