package org.jsgid.plugin.spi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a daemon does with an archive of its classes. Of which kind it is the plugin knows.
 *
 * @param mode whether it starts from one, or records what one is made of
 * @param file the archive that it starts from, or what it writes while it records; absent where nothing is written
 * @param extraClassPath jars behind the daemon's own on its class path: an archive holds what is found there only
 */
public record ArchiveUse(Mode mode, Optional<Path> file, List<Path> extraClassPath) {

    /** What is done. */
    public enum Mode {
        /** Nothing. */
        NONE,
        /** Starts from the archive, and without it when that does not fit. */
        USE,
        /** Records what another run, or the same process when it is asked to, makes the archive of. */
        RECORD
    }

    /** Copies its list. */
    public ArchiveUse {
        requireNonNull(mode, "mode");
        requireNonNull(file, "file");
        extraClassPath = List.copyOf(extraClassPath);
    }

    /** No archive. */
    public static ArchiveUse none() {
        return new ArchiveUse(Mode.NONE, Optional.empty(), List.of());
    }
}
