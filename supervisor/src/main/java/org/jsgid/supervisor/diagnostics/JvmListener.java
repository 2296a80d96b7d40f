package org.jsgid.supervisor.diagnostics;

/**
 * Gets what a JVM says to a command, on another thread than the one that asked. Each method returns whether the rest is
 * still wanted; when not, the command is called off.
 */
public interface JvmListener {

    /** A piece of what it prints; a character may be divided between two. */
    boolean output(byte[] text);

    /** Comes each second without anything else; the file has so many bytes by now. */
    default boolean progress(long bytes) {
        return true;
    }

    /** The file is written, and follows; it has so many bytes. */
    default boolean size(long bytes) {
        return true;
    }

    /** A piece of the file. */
    default boolean file(byte[] content) {
        return true;
    }
}
