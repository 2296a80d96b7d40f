package org.jsgid.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that a test has started: its output as lines, its end as a value. Closing it ends it. */
public final class RunningProcess implements AutoCloseable {

    /**
     * A program that has ended.
     *
     * @param status exit status; 128 and the signal's number when a signal ended it
     * @param output standard output and error, in order
     */
    public record Completed(List<String> command, int status, String output) {

        /** This, when it ended with status 0. */
        public Completed expectSuccess() {
            return expectStatus(0);
        }

        /** This, when it ended with that status. */
        public Completed expectStatus(int expected) {
            if (status != expected) {
                throw new AssertionError(String.join(" ", command) + " ended with status " + status + " instead of "
                        + expected + ":\n" + output);
            }
            return this;
        }
    }

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final List<String> command;
    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private RunningProcess(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.reader = new Thread(this::read, "output of " + command.get(0));
        this.reader.setDaemon(true);
    }

    /**
     * Starts a program with exactly this environment.
     *
     * @param directory working directory
     */
    public static RunningProcess start(List<String> command, Path directory, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            RunningProcess running = new RunningProcess(List.copyOf(command), builder.start());
            running.process.getOutputStream().close();
            running.reader.start();
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program in {@code /} with a plain environment to its end. */
    public static Completed run(List<String> command) {
        return run(command, plainEnvironment());
    }

    /** Runs a program in {@code /} to its end. */
    public static Completed run(List<String> command, Map<String, String> environment) {
        try (RunningProcess running = start(command, Path.of("/"), environment)) {
            return running.await(LONGEST);
        }
    }

    /** What programs find in their environment here: a path and a locale, nothing of the test's. */
    public static Map<String, String> plainEnvironment() {
        return Map.of(
                "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C.UTF-8", "HOME", "/");
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** All output so far. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Waits for a line of output that contains the text. */
    public String awaitLine(String part, Duration deadline) {
        return Await.value(
                "a line with \"" + part + "\" from " + String.join(" ", command) + " in:\n" + output(),
                deadline,
                () -> {
                    synchronized (lines) {
                        return lines.stream()
                                .filter(line -> line.contains(part))
                                .findFirst()
                                .orElse("");
                    }
                },
                line -> !line.isEmpty());
    }

    /** Waits for its end. */
    public Completed await(Duration deadline) {
        try {
            if (!process.waitFor(Await.scaled(deadline).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(String.join(" ", command) + " has not ended:\n" + output());
            }
            // A child that it left behind may hold the pipe open; what it wrote itself is there by then.
            reader.join(1000);
            return new Completed(command, process.exitValue(), output());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + command, e);
        }
    }

    /** Ends it, hard. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            // The pipe is closed when the process is ended by close().
            synchronized (lines) {
                lines.add("(output ended: " + e.getMessage() + ")");
            }
        }
    }
}
