package org.jsgid.supervisor.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jsgid.supervisor.log.ServerLog;

/**
 * A control group (cgroup v2) for each daemon that has a memory limit, so that the kernel keeps daemon and children below
 * it at every moment; the monitor alone looks once a second. Used only where an administrator, as a rule through systemd,
 * has handed over ("delegated") a part of the tree in which no process stands, and which has the memory controller: no
 * process that is not a daemon is ever moved, and nothing outside of that part is written.
 */
public final class Cgroups {

    /** Where the system tells of cgroups. */
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private static final String CONTROLLER = "memory";

    /** Below the delegated folder; all servers of a machine that share one meet here. */
    private static final String OURS = "jsgid";

    private static final int MOST_TRIES = 1000;

    /** Makes a folder in the tree. */
    @FunctionalInterface
    interface Maker {
        void make(Path folder) throws IOException;
    }

    private final Optional<Path> base;
    private final String why;
    private final Maker maker;
    private final ServerLog log;

    private Cgroups(Optional<Path> base, String why, Maker maker, ServerLog log) {
        this.maker = requireNonNull(maker);
        this.base = requireNonNull(base);
        this.why = requireNonNull(why);
        this.log = requireNonNull(log);
    }

    /**
     * Looks whether this process may use cgroups.
     *
     * @param instance names this Apache; part of the folders
     */
    public static Cgroups find(String instance, ServerLog log) {
        return find(
                MOUNTS,
                Path.of("/proc/self/cgroup"),
                Cgroups::isMarkedAsDelegated,
                Files::createDirectory,
                instance,
                log);
    }

    /** The same with other files. */
    static Cgroups find(
            Path mounts, Path own, Predicate<Path> isDelegated, Maker maker, String instance, ServerLog log) {
        try {
            Path delegated = delegated(mounts, own, isDelegated);
            return new Cgroups(Optional.of(prepare(delegated, maker, instance)), "", maker, log);
        } catch (UnusableException | IOException e) {
            return new Cgroups(Optional.empty(), String.valueOf(e.getMessage()), maker, log);
        }
    }

    /** Why there is none; empty when there is one. */
    public String whyNone() {
        return why;
    }

    /**
     * Makes the cgroup of a daemon that is about to be started.
     *
     * @return empty when the group has no memory limit, or cgroups cannot be used
     */
    public Optional<Path> create(GroupDefinition group, int generation) {
        if (base.isEmpty() || group.limits().memoryHardBytes() == 0) {
            return Optional.empty();
        }
        Path folder = null;
        try {
            folder = newFolder(group.name() + "." + generation);
            write(folder.resolve("memory.max"), Long.toString(group.limits().memoryHardBytes()));
            return Optional.of(folder);
        } catch (IOException e) {
            log.warn(
                    "JSGID0374",
                    "cannot make a cgroup for a daemon of group " + group.name() + " (" + e
                            + "); the monitor looks after its memory each second");
            if (folder != null) {
                remove(folder);
            }
            return Optional.empty();
        }
    }

    /** The cgroup that this monitor, or a former one, made for a running daemon. */
    public Optional<Path> of(long pid) {
        if (base.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path folder = folderOf(MOUNTS, Path.of("/proc", Long.toString(pid), "cgroup"));
            return Optional.of(folder).filter(inside -> base.get().equals(inside.getParent()));
        } catch (UnusableException | IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the kernel has killed a process in that cgroup since it was made, because it reached its limit. */
    public static boolean hasKilledForMemory(Path folder) {
        try {
            return Files.readAllLines(folder.resolve("memory.events")).stream()
                    .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Removes the cgroup of a daemon that is gone.
     *
     * @return whether it is gone; false while a process is in it
     */
    public static boolean remove(Path folder) {
        try {
            // A cgroup is removed with what the kernel shows in it, and never with a process in it.
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes cgroups that servers which are gone left; those with processes stay. */
    public void removeLeftovers() {
        base.ifPresent(own -> {
            for (Path instance : foldersIn(requireNonNull(own.getParent()))) {
                if (!instance.equals(own) && !isRunning(String.valueOf(instance.getFileName()))) {
                    foldersIn(instance).forEach(Cgroups::remove);
                    remove(instance);
                }
            }
        });
    }

    /** Removes this server's folder if no daemon has a cgroup any more. */
    public void removeIfEmpty() {
        base.ifPresent(own -> {
            if (remove(own)) {
                remove(requireNonNull(own.getParent()));
            }
        });
    }

    /** An instance is named for the pid of Apache's parent. */
    private static boolean isRunning(String instance) {
        int dash = instance.indexOf('-');
        try {
            return ProcessHandle.of(Long.parseLong(dash < 0 ? instance : instance.substring(0, dash)))
                    .isPresent();
        } catch (NumberFormatException e) {
            // Not one of ours, then.
            return true;
        }
    }

    private Path newFolder(String name) throws IOException {
        Path own = base.orElseThrow();
        for (int number = 1; number <= MOST_TRIES; number++) {
            try {
                Path folder = own.resolve(name + "." + number);
                maker.make(folder);
                return folder;
            } catch (FileAlreadyExistsException e) {
                // Of another process of the generation.
            }
        }
        throw new IOException("too many in " + own);
    }

    private static Path delegated(Path mounts, Path own, Predicate<Path> isDelegated)
            throws UnusableException, IOException {
        Path folder = folderOf(mounts, own);
        while (!isDelegated.test(folder)) {
            folder = folder.getParent();
            if (folder == null || !Files.exists(folder.resolve("cgroup.controllers"))) {
                throw new UnusableException("no cgroup is delegated to this server (Delegate=memory in its unit)");
            }
        }
        if (!words(folder.resolve("cgroup.controllers")).contains(CONTROLLER)) {
            throw new UnusableException("the cgroup " + folder + " has no memory controller (Delegate=memory)");
        }
        if (!Files.isWritable(folder) || !Files.isWritable(folder.resolve("cgroup.subtree_control"))) {
            throw new UnusableException("the cgroup " + folder + " is not writable");
        }
        if (!words(folder.resolve("cgroup.procs")).isEmpty()) {
            throw new UnusableException("processes stand in the delegated cgroup " + folder
                    + " itself, which then can have none below it (DelegateSubgroup=httpd)");
        }
        return folder;
    }

    private static Path prepare(Path delegated, Maker maker, String instance) throws IOException {
        Path own = delegated.resolve(OURS).resolve(instance);
        for (Path each : List.of(delegated.resolve(OURS), own)) {
            // The first to come makes it, of the monitors of all servers that share the delegated folder.
            try {
                maker.make(each);
            } catch (FileAlreadyExistsException e) {
                // As it should be.
            }
        }
        for (Path each : List.of(delegated, delegated.resolve(OURS), own)) {
            Path control = each.resolve("cgroup.subtree_control");
            if (!words(control).contains(CONTROLLER)) {
                write(control, "+" + CONTROLLER);
            }
        }
        return own;
    }

    /** The folder of the cgroup that a file as {@code /proc/self/cgroup} names. */
    private static Path folderOf(Path mounts, Path cgroup) throws UnusableException, IOException {
        String path = Files.readAllLines(cgroup).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElseThrow(() -> new UnusableException("this system has no cgroup v2"));
        for (String line : Files.readAllLines(mounts)) {
            // 36 35 98:0 ROOT MOUNT-POINT options … - TYPE source options
            List<String> fields = Arrays.asList(line.split(" ", -1));
            int dash = fields.indexOf("-");
            if (dash >= 5 && fields.size() > dash + 1 && fields.get(dash + 1).equals("cgroup2")) {
                Path root = Path.of(fields.get(3));
                if (Path.of(path).startsWith(root)) {
                    return Path.of(fields.get(4))
                            .resolve(root.relativize(Path.of(path)))
                            .normalize();
                }
            }
        }
        throw new UnusableException("the cgroup v2 of this process is not mounted");
    }

    /** systemd marks what it hands over. */
    private static boolean isMarkedAsDelegated(Path folder) {
        try {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(folder, UserDefinedFileAttributeView.class);
            if (view == null) {
                return false;
            }
            ByteBuffer value = ByteBuffer.allocate(8);
            view.read("delegate", value);
            return value.position() == 1 && value.get(0) == '1';
        } catch (IOException | IllegalArgumentException absent) {
            return false;
        }
    }

    private static List<String> words(Path file) throws IOException {
        String text = Files.readString(file).strip();
        return text.isEmpty() ? List.of() : Arrays.asList(text.split("\\s+", -1));
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }

    private static List<Path> foldersIn(Path parent) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, Files::isDirectory)) {
            entries.forEach(folders::add);
        } catch (IOException gone) {
            return List.of();
        }
        return folders;
    }

    /** Cgroups cannot be used here. */
    private static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String reason) {
            super(reason);
        }
    }
}
