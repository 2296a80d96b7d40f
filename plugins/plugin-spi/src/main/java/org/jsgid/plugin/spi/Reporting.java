package org.jsgid.plugin.spi;

/**
 * What a JVM says about itself beside what the daemon says.
 *
 * @param gcLog writes a line for each garbage collection to standard error
 * @param heapDump writes its heap to the temporary folder when memory runs out
 */
public record Reporting(boolean gcLog, boolean heapDump) {

    /** Nothing but what is always said. */
    public static Reporting none() {
        return new Reporting(false, false);
    }
}
