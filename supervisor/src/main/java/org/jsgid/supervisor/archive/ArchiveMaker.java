package org.jsgid.supervisor.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.supervisor.diagnostics.AttachProgram;
import org.jsgid.supervisor.diagnostics.JvmAnswer;
import org.jsgid.supervisor.diagnostics.JvmTarget;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * Makes archives, one at a time on the whole server: has the running JVM write what it recorded, and where another run has
 * to make the archive of that, runs it niced, as the group's user, in the group's root folder, for at most two minutes. That
 * run executes nothing of an application. Takes seconds: never called on the event loop.
 */
final class ArchiveMaker {

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);

    private static final int LONGEST_RUN_SECONDS = 120;

    private static final int MOST_KEPT = 4096;

    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"));

    private final AttachProgram attach;
    private final Path lock;
    private final boolean isRoot;
    private final Running running = new Running();

    /**
     * Makes them while nobody else holds that file's lock.
     *
     * @param isRoot whether it becomes the group's user
     */
    ArchiveMaker(AttachProgram attach, Path lock, boolean isRoot) {
        this.attach = attach;
        this.lock = lock;
        this.isRoot = isRoot;
    }

    /**
     * What is to be made.
     *
     * @param jvm the process that has recorded
     * @param plan its start without an archive
     * @param inside the folder of the archives as the process sees it
     * @param folder the same, here
     * @param base what its files' names begin with
     */
    record Job(
            ArchiveKind kind,
            GroupDefinition group,
            JvmTarget jvm,
            LaunchPlan plan,
            Path inside,
            ArchiveFolder folder,
            String base,
            ArchiveKey key) {}

    /**
     * What became of it.
     *
     * @param isMade whether there is an archive
     * @param isOver whether trying again would do no better
     * @param reason why there is none
     */
    record Outcome(boolean isMade, boolean isOver, String reason) {}

    /** Ends what runs, and makes nothing more. */
    void close() {
        running.close();
    }

    /** Makes an archive. */
    Outcome make(Job job) throws InterruptedException {
        try (FileChannel channel = FileChannel.open(
                        lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock taken = channel.lock()) {
            if (!taken.isValid() || running.isClosed()) {
                return new Outcome(false, false, "the monitor ends");
            }
            if (!job.folder().hasSpace()) {
                return failed("there are less than " + (ArchiveFolder.SPACE >> 20) + " MiB free in " + job.inside());
            }
            job.folder().remove(ArchiveFolder.unfinished(job.base()));
            return makeAlone(job);
        } catch (IOException e) {
            return failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private static Outcome failed(String reason) {
        return new Outcome(false, true, reason);
    }

    private Outcome makeAlone(Job job) throws InterruptedException, IOException {
        Path unfinished = job.inside().resolve(ArchiveFolder.unfinished(job.base()));
        Path recording = job.inside().resolve(ArchiveFolder.recording(job.base()));
        switch (job.kind()) {
            case AOT -> {
                AttachProgram.Said said = attach.ask(job.jvm(), "AOT.end_recording", LONGEST_ANSWER);
                if (!said.answer().isDone()) {
                    return notDone(said);
                }
                run(
                        job,
                        List.of(
                                "-XX:AOTMode=create",
                                "-XX:AOTConfiguration=" + recording,
                                "-XX:AOTCache=" + unfinished));
            }
            case DYNAMIC -> {
                AttachProgram.Said said = attach.ask(job.jvm(), "VM.cds dynamic_dump " + unfinished, LONGEST_ANSWER);
                if (!said.answer().isDone()) {
                    return notDone(said);
                }
            }
            case CLASS_LIST ->
                run(
                        job,
                        List.of(
                                "-Xshare:dump",
                                "-XX:SharedClassListFile=" + recording,
                                "-XX:SharedArchiveFile=" + unfinished));
            case NONE ->
                throw new IllegalArgumentException(
                        "nothing is made for " + job.group().name());
        }
        job.folder().finish(job.group().jdk().profile(), job.base(), job.key());
        return new Outcome(true, true, "");
    }

    private static Outcome notDone(AttachProgram.Said said) {
        JvmAnswer answer = said.answer();
        String reason = answer.reason().isEmpty() ? firstLines(said.output()) : answer.reason();
        // A process that is gone says nothing about the next one.
        boolean isOver = answer.outcome() != JvmAnswer.Outcome.GONE;
        return new Outcome(false, isOver, "its JVM: " + reason);
    }

    private static String firstLines(String text) {
        return text.strip().lines().limit(3).collect(Collectors.joining(" / "));
    }

    private void run(Job job, List<String> archiving) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                program("timeout"), "-k", "5", Integer.toString(LONGEST_RUN_SECONDS), program("nice"), "-n", "19"));
        GroupDefinition.Account account = job.group().account();
        if (isRoot && account.uid().isPresent() && account.gid().isPresent()) {
            words.add(program("chroot"));
            words.add("--userspec=" + account.uid().getAsLong() + ":"
                    + account.gid().getAsLong());
            words.add("--groups="
                    + account.supplementary().stream().map(String::valueOf).collect(Collectors.joining(",")));
            words.add(job.group().place().chroot().orElse("/"));
        }
        words.add(job.plan().executable().toString());
        words.addAll(ArchivePolicy.ofMakingRun(job.plan().options()));
        words.addAll(archiving);
        // Class path without main class: nothing is executed. JDK 11 takes no more either.
        words.addAll(job.plan().program().subList(0, job.plan().program().size() - 1));
        CommandLine line = new CommandLine(words.get(0));
        words.subList(1, words.size()).forEach(word -> line.addArgument(word, false));
        FirstBytes said = new FirstBytes();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(said, said))
                .setWorkingDirectory(Path.of("/"))
                .get();
        executor.setExitValues(null);
        executor.setProcessDestroyer(running);
        int status = executor.execute(line, job.plan().environment());
        if (status != 0) {
            throw new IOException("the run that makes it ended with status " + status + ": " + firstLines(said.text()));
        }
    }

    private static String program(String name) {
        return PROGRAMS.stream()
                .map(folder -> folder.resolve(name))
                .filter(path -> path.toFile().canExecute())
                .map(Path::toString)
                .findFirst()
                .orElse(name);
    }

    /** What a program says first. */
    private static final class FirstBytes extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (kept.size() < MOST_KEPT) {
                kept.write(b);
            }
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }

    /** The running program; told by Commons Exec. SIGTERM to timeout(1) goes on to what it runs. */
    private static final class Running implements ProcessDestroyer {
        private Process process;
        private boolean isClosed;

        synchronized void close() {
            isClosed = true;
            if (process != null) {
                process.destroy();
            }
        }

        synchronized boolean isClosed() {
            return isClosed;
        }

        @Override
        public synchronized boolean add(Process started) {
            process = started;
            if (isClosed) {
                process.destroy();
            }
            return true;
        }

        @Override
        public synchronized boolean remove(Process ended) {
            process = null;
            return true;
        }

        @Override
        public synchronized int size() {
            return process == null ? 0 : 1;
        }
    }
}
