package org.jsgid.supervisor.diagnostics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.apache.commons.exec.StreamPumper;

/**
 * Has a JVM carry out diagnostic commands with {@code libexec/jsgid-attach}, a child process that gives up all of root and
 * speaks with the JVM as the group's user, in this monitor's mount namespace. It needs nothing of a JDK, so that it works
 * for every HotSpot JVM from 8 to 27, a JRE too. Waits for the answer: never called on the event loop.
 */
public final class AttachProgram {

    /** What is kept of a command's output by {@link #ask}. */
    private static final int MOST_KEPT = 1 << 20;

    private static final long SMALL_STACK = 256 * 1024L;

    private final Path program;

    /** The program of an installed image. */
    public AttachProgram(Path jsgidHome) {
        this.program = jsgidHome.resolve("libexec/jsgid-attach");
    }

    /**
     * An answer with what the JVM printed.
     *
     * @param output at most 1 MiB of it
     */
    public record Said(JvmAnswer answer, String output) {}

    /** Has a JVM carry out a command that prints little, and waits for the answer. */
    public Said ask(JvmTarget jvm, String command, Duration limit) throws InterruptedException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        JvmAnswer answer = run(jvm, JvmOrder.printing(command, limit), text -> {
            kept.write(text, 0, Math.min(text.length, MOST_KEPT - kept.size()));
            return true;
        });
        return new Said(answer, kept.toString(StandardCharsets.UTF_8));
    }

    /** Has a JVM carry out a command, and waits for its end; what it says is told to the listener meanwhile. */
    public JvmAnswer run(JvmTarget jvm, JvmOrder order, JvmListener listener) throws InterruptedException {
        Child child = new Child();
        AttachFrames frames = new AttachFrames(listener, child::callOff);
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        try {
            int status = executor(jvm, child, frames, complaints)
                    .execute(commandLine(jvm, order), Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"));
            return frames.answer().orElseGet(() -> broken(status, complaints));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while " + jvm.pid() + " was asked");
            }
            Optional<JvmAnswer> known = frames.answer();
            return known.orElseGet(
                    () -> new JvmAnswer(JvmAnswer.Outcome.FAILED, program + " could not be run: " + e.getMessage()));
        }
    }

    private static JvmAnswer broken(int status, ByteArrayOutputStream complaints) {
        String said = complaints.toString(StandardCharsets.UTF_8).strip();
        return new JvmAnswer(
                JvmAnswer.Outcome.FAILED,
                "jsgid-attach ended with status " + status + " before it had an answer"
                        + (said.isEmpty() ? "" : ": " + said));
    }

    private CommandLine commandLine(JvmTarget jvm, JvmOrder order) {
        CommandLine line = new CommandLine(program.toFile());
        add(line, "--pid", Long.toString(jvm.pid()));
        if (jvm.uid().isPresent()) {
            add(line, "--uid", Long.toString(jvm.uid().getAsLong()));
            add(line, "--gid", Long.toString(jvm.gid().getAsLong()));
        }
        add(line, "--seconds", Long.toString(order.limit().toSeconds()));
        order.file().ifPresent(file -> {
            // A run folder is often in memory, and small: then the folders for large temporary files.
            for (String folder : List.of(jvm.temporary().toString(), "/var/tmp", "/tmp")) {
                add(line, "--folder", folder);
            }
            add(line, "--name", file.name());
            add(line, "--space", Long.toString(file.space()));
        });
        add(line, "jcmd", order.command());
        return line;
    }

    private static void add(CommandLine line, String name, String value) {
        line.addArgument(name, false);
        line.addArgument(value, false);
    }

    private static DefaultExecutor executor(JvmTarget jvm, Child child, OutputStream frames, OutputStream complaints) {
        PumpStreamHandler pumps = new PumpStreamHandler(frames, complaints) {
            @Override
            protected Thread createPump(InputStream from, OutputStream to, boolean closeWhenExhausted) {
                return smallThread(
                        new StreamPumper(from, to, closeWhenExhausted, AttachFrames.LONGEST), "attach " + jvm.pid());
            }
        };
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(pumps)
                .setWorkingDirectory(Path.of("/"))
                .get();
        // Every exit value is a result here, not a failure.
        executor.setExitValues(null);
        executor.setProcessDestroyer(child);
        return executor;
    }

    /** The running program. Commons Exec tells the process destroyer of each process: the one way to reach it. */
    private static final class Child implements ProcessDestroyer {
        private Process process;
        private boolean isCalledOff;

        /** It tidies up after itself, and ends. */
        synchronized void callOff() {
            isCalledOff = true;
            if (process != null) {
                process.destroy();
            }
        }

        @Override
        public synchronized boolean add(Process started) {
            process = started;
            if (isCalledOff) {
                process.destroy();
            }
            return true;
        }

        @Override
        public boolean remove(Process ended) {
            return true;
        }

        @Override
        public synchronized int size() {
            return process == null ? 0 : 1;
        }
    }

    private static Thread smallThread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, SMALL_STACK);
        thread.setDaemon(true);
        return thread;
    }
}
