package org.jsgid.supervisor.ctl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * A file that a command makes: as whoever calls it, readable to nobody else, never in place of another one unless that is
 * wanted, and never half of it: what is not complete is removed, also when the command is interrupted.
 */
final class OutputFile implements AutoCloseable {
    private final Path file;
    private final Path written;
    private final OutputStream raw;
    private final Thread removal;
    private OutputStream out;
    private long bytes;
    private boolean isComplete;

    private OutputFile(Path file, Path written, OutputStream raw) {
        this.file = file;
        this.written = written;
        this.raw = raw;
        this.out = raw;
        this.removal = new Thread(this::removeUnlessComplete, "removal of " + written);
        Runtime.getRuntime().addShutdownHook(removal);
    }

    /**
     * Begins a file.
     *
     * @param mayReplace whether another of that name may be replaced, which happens when this one is complete
     */
    static OutputFile create(Path path, boolean mayReplace) {
        Path file = path.toAbsolutePath().normalize();
        if (Files.isDirectory(file)) {
            throw CtlMessage.NO_OUTPUT.with(file, "it is a folder; name a file in it");
        }
        Path written = mayReplace
                ? file.resolveSibling(
                        "." + file.getFileName() + "." + ProcessHandle.current().pid())
                : file;
        try {
            return new OutputFile(
                    file,
                    written,
                    new BufferedOutputStream(
                            Channels.newOutputStream(Files.newByteChannel(
                                    written,
                                    Set.copyOf(EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)),
                                    PosixFilePermissions.asFileAttribute(
                                            PosixFilePermissions.fromString("rw-------")))),
                            1 << 16));
        } catch (FileAlreadyExistsException e) {
            throw CtlMessage.NO_OUTPUT.with(e.getFile(), "it exists already; name another file, or say --force");
        } catch (NoSuchFileException e) {
            throw CtlMessage.NO_OUTPUT.with(file, "its folder does not exist");
        } catch (AccessDeniedException e) {
            throw CtlMessage.NO_ACCESS.with("writing " + file);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /** Checks that there is room for so many bytes. */
    void expect(long size) {
        try {
            long free = Files.getFileStore(written).getUsableSpace();
            if (free < size) {
                throw CtlMessage.NO_OUTPUT.with(
                        file, "it needs " + (size >> 20) + " MiB, and " + (free >> 20) + " MiB are free there");
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /** What follows is compressed on its way. */
    void compress() {
        try {
            out = new GZIPOutputStream(raw, 1 << 16);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    void write(byte[] content) {
        try {
            out.write(content);
            bytes += content.length;
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /** Bytes that were given so far. */
    long bytes() {
        return bytes;
    }

    Path path() {
        return file;
    }

    /** It is complete, and stays. */
    void complete() {
        try {
            out.close();
            if (!written.equals(file)) {
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            synchronized (this) {
                isComplete = true;
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private synchronized void removeUnlessComplete() {
        if (isComplete) {
            return;
        }
        isComplete = true;
        try {
            Files.deleteIfExists(written);
        } catch (IOException e) {
            // Whoever looks at it sees that it is not whole; there is nobody to tell.
        }
    }

    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            // What could not be written has been reported, or the file is removed.
        }
        removeUnlessComplete();
        try {
            Runtime.getRuntime().removeShutdownHook(removal);
        } catch (IllegalStateException ending) {
            // It runs already, and has nothing to do any more.
        }
    }

    private static CtlException failure(Path file, IOException e) {
        String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
        return CtlMessage.NO_OUTPUT.with(file, reason == null ? e.getClass().getSimpleName() : reason);
    }
}
