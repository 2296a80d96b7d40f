package org.jsgid.plugin.spi;

/**
 * What a JDK of some feature version can do, as far as its version decides it; a build may lack it all the same (a JRE
 * without {@code jdk.jfr}).
 *
 * @param archive the best archive of classes that it has
 * @param virtualThreads whether it has virtual threads (JEP 444)
 * @param flightRecorder whether it has Flight Recorder
 * @param moduleSystem whether its packages have to be opened to reflection
 */
public record Abilities(ArchiveKind archive, boolean virtualThreads, boolean flightRecorder, boolean moduleSystem) {}
