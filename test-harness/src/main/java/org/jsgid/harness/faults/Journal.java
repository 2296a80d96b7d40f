package org.jsgid.harness.faults;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/** What happened, with times in milliseconds since the beginning of the run, in a file. */
final class Journal implements AutoCloseable {

    private final long begin = System.nanoTime();
    private final Path file;
    private final BufferedWriter out;

    Journal(Path file) {
        this.file = file;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            out = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        say("the clock of this journal begins at " + Instant.now());
    }

    Path file() {
        return file;
    }

    /** Milliseconds since the beginning. */
    long now() {
        return (System.nanoTime() - begin) / 1_000_000;
    }

    /** Writes a line, at once: the run may be ended by anything. */
    synchronized void say(String text) {
        try {
            out.write(String.format(Locale.ROOT, "%9.3f  %s%n", now() / 1000.0, text));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
