package org.jsgid.supervisor.archive;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What makes an archive valid, and worth while: the build of the JDK, the JVM's options, the jars, the applications. An
 * archive is named for it, so that one which does not fit is not found.
 *
 * @param lines {@code name = value}, each
 */
public record ArchiveKey(List<String> lines) {

    /** Hexadecimal digits of a name: enough that two keys of one group never meet. */
    private static final int DIGITS = 20;

    /** Copies its lines. */
    public ArchiveKey {
        lines = List.copyOf(lines);
    }

    /** The lines as a file. */
    public String text() {
        return String.join("\n", lines) + "\n";
    }

    /** Equal for equal keys, and part of a file name. */
    public String digest() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Puts a key together. */
    static final class Builder {
        private final List<String> lines = new ArrayList<>();

        Builder add(String name, Object value) {
            lines.add(name + " = " + value.toString().replace("\n", "%0A"));
            return this;
        }

        ArchiveKey build() {
            return new ArchiveKey(lines);
        }
    }
}
