package org.jsgid.supervisor.trial;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, with a time limit and bounded output. */
public final class TrialRun {

    /** What does not end within that time is killed. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int MOST_OUTPUT = 64 * 1024;

    private static final List<String> SETPRIV = List.of("/usr/bin/setpriv", "/bin/setpriv");
    private static final List<String> CHROOT = List.of("/usr/sbin/chroot", "/usr/bin/chroot");

    /** What came of it. */
    public sealed interface Result {}

    /**
     * It ended.
     *
     * @param status its exit status; 128 and more: a signal ended it
     * @param output what it printed, its beginning when that was much
     * @param took how long it ran
     */
    public record Ended(int status, String output, Duration took) implements Result {}

    /**
     * It did not end by itself, or could not be started; which says nothing about the program.
     *
     * @param reason a clause
     */
    public record Undecided(String reason) implements Result {}

    private TrialRun() {}

    /** Runs a command with this environment and no other. */
    public static Result of(List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile("jsgid-trial", ".out");
            try {
                return run(command, environment, output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            return new Undecided("it could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Undecided("interrupted");
        }
    }

    private static Result run(List<String> command, Map<String, String> environment, Path output)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return new Undecided("no end after " + LIMIT.toSeconds() + " s; it was killed");
            }
        } finally {
            process.destroyForcibly();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        try (InputStream in = Files.newInputStream(output)) {
            return new Ended(process.exitValue(), new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8), took);
        }
    }

    /**
     * What stands before a command so that root runs it as somebody else.
     *
     * @param chroot the root folder that it sees
     * @return empty when the program for that is missing
     */
    public static Optional<List<String>> as(long uid, long gid, Optional<String> chroot) {
        if (chroot.isPresent()) {
            return program(CHROOT)
                    .map(program -> List.of(program, "--userspec=" + uid + ":" + gid, "--groups=" + gid, chroot.get()));
        }
        return program(SETPRIV)
                .map(program -> List.of(
                        program,
                        "--reuid=" + uid,
                        "--regid=" + gid,
                        "--clear-groups",
                        "--inh-caps=-all",
                        "--no-new-privs",
                        "--"));
    }

    /** The words of a command in one list. */
    public static List<String> command(List<String> prefix, String program, List<String> options, String last) {
        List<String> command = new ArrayList<>(prefix);
        command.add(program);
        command.addAll(options);
        command.add(last);
        return command;
    }

    private static Optional<String> program(List<String> places) {
        return places.stream()
                .filter(program -> Files.isExecutable(Path.of(program)))
                .findFirst();
    }
}
