package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Processes that an application started and whose daemon's keeper was killed: nobody is left who knows that they were the
 * daemon's, but they have its environment. The {@code TMPDIR} of a group is below the run folder of one server, so what
 * has it was started by that group; what still descends from a keeper is that keeper's to end. Only processes that made
 * an environment of their own are not found.
 */
public final class Strays {

    /** What keepers show themselves as. */
    private static final String KEEPER = "jsgid-keeper:";

    private static final int DEEPEST = 1000;

    private final Path proc;
    private final Path temporaryFolder;

    /** Strays of the groups whose folders are below {@code RUN/tmp}. */
    public Strays(Path temporaryFolder) {
        this(Path.of("/proc"), temporaryFolder);
    }

    Strays(Path proc, Path temporaryFolder) {
        this.proc = proc;
        this.temporaryFolder = temporaryFolder;
    }

    /** The strays of a group that run now. */
    public List<ProcessHandle> of(String group) {
        String wanted = "TMPDIR=" + temporaryFolder.resolve(group);
        return ProcessHandle.allProcesses()
                .filter(process -> hasEnvironment(process.pid(), wanted) && !isKept(process))
                .toList();
    }

    /**
     * Kills the strays of a group.
     *
     * @return how many there were
     */
    public int kill(String group) {
        List<ProcessHandle> strays = of(group);
        strays.forEach(ProcessHandle::destroyForcibly);
        return strays.size();
    }

    private boolean hasEnvironment(long pid, String wanted) {
        String environment = read(pid, "environ");
        // Each assignment ends with a zero byte.
        return ("\0" + environment).contains("\0" + wanted + "\0");
    }

    private boolean isKept(ProcessHandle process) {
        Optional<ProcessHandle> ancestor = process.parent();
        for (int i = 0; i < DEEPEST && ancestor.isPresent(); i++) {
            if (read(ancestor.get().pid(), "cmdline").startsWith(KEEPER)) {
                return true;
            }
            ancestor = ancestor.get().parent();
        }
        return false;
    }

    private String read(long pid, String name) {
        try {
            return new String(
                    Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve(name)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            // Gone, or another user's: then it is none that this monitor started.
            return "";
        }
    }
}
