package org.jsgid.supervisor.jdk;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the files of one JDK again and again, and says which build of it they are, and whether a JVM may be started
 * from them: not while they are missing, and not while a package is being unpacked. Knows no clock; whoever looks tells
 * the time. Used by one thread.
 */
public final class JdkWatch {

    /** Files that have not changed for so long are complete. */
    public static final Duration SETTLED = Duration.ofSeconds(2);

    /** Files that change for longer are not being unpacked: something keeps writing there, and nobody waits for that. */
    public static final Duration LONGEST_CHANGE = Duration.ofMinutes(5);

    /** What a look has shown. */
    public sealed interface Sight {}

    /**
     * A JDK that may be started.
     *
     * @param identity which build of it
     */
    public record Usable(JdkIdentity identity) implements Sight {}

    /** Files are there, but have changed within the last two seconds: nothing may be started yet. */
    public record Changing() implements Sight {}

    /**
     * There is no JDK.
     *
     * @param reason a clause: which file is missing
     */
    public record Gone(String reason) implements Sight {}

    private static final List<String> CONTENT = List.of(
            "bin/java",
            "lib/modules",
            "jre/lib/rt.jar",
            "lib/rt.jar",
            "release",
            "bin",
            "lib",
            "lib/server",
            "jmods",
            "jre/lib");

    private final Path home;
    private Optional<String> seen = Optional.empty();
    private Duration changedAt = Duration.ZERO;
    private Duration changesSince = Duration.ZERO;

    /** Watches the JDK in that folder. */
    public JdkWatch(Path home) {
        this.home = requireNonNull(home);
    }

    /** The folder. */
    public Path home() {
        return home;
    }

    /**
     * Looks at the files. The first look takes them as they are: a monitor that starts does not wait.
     *
     * @param now a time that only goes forward
     */
    public Sight look(Duration now) {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            // Whatever comes has not been seen yet.
            note("", now);
            return new Gone(missing.get());
        }
        JdkIdentity identity;
        String print;
        try {
            identity = JdkIdentity.of(home);
            print = fingerprint();
        } catch (IOException e) {
            note("", now);
            return new Gone("its files cannot be looked at: " + e.getMessage());
        }
        note(print, now);
        boolean isSettled = now.minus(changedAt).compareTo(SETTLED) >= 0;
        boolean isEndless = now.minus(changesSince).compareTo(LONGEST_CHANGE) >= 0;
        return isSettled || isEndless ? new Usable(identity) : new Changing();
    }

    /** The build that is there now, whether it may be started or not; empty when there is none. */
    public Optional<JdkIdentity> identity() {
        try {
            return Optional.of(JdkIdentity.of(home));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void note(String print, Duration now) {
        if (seen.isEmpty()) {
            changedAt = now.minus(SETTLED);
        } else if (!seen.get().equals(print)) {
            boolean isFirst = seen.get().isEmpty() || now.minus(changedAt).compareTo(SETTLED) >= 0;
            changesSince = isFirst ? now : changesSince;
            changedAt = now;
        }
        seen = Optional.of(print);
    }

    private Optional<String> missing() {
        if (!Files.isDirectory(home)) {
            return Optional.of("there is no folder " + home);
        }
        Path java = home.resolve("bin/java");
        if (!Files.isRegularFile(java)) {
            return Optional.of("there is no " + java);
        }
        if (JdkIdentity.findLibjvm(home).isEmpty()) {
            return Optional.of("there is no libjvm.so below " + home);
        }
        return Optional.empty();
    }

    /** The files that a JVM cannot do without, and the folders that an archive unpacked over them touches for long. */
    private String fingerprint() throws IOException {
        StringBuilder print = new StringBuilder();
        print.append(ofFile(JdkIdentity.findLibjvm(home).orElse(home)));
        for (String file : CONTENT) {
            print.append(' ').append(ofFile(home.resolve(file)));
        }
        return print.toString();
    }

    private static String ofFile(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return found.fileKey() + "/" + found.size() + "/"
                    + found.lastModifiedTime().toMillis();
        } catch (IOException absent) {
            return "-";
        }
    }
}
