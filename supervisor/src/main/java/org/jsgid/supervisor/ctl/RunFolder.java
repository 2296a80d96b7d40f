package org.jsgid.supervisor.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A server's run folder as CONTROL.md lays it out; only reads.
 *
 * @param folder the run folder
 */
record RunFolder(Path folder) {
    /** Where a server's run folder is unless {@code JsgiRunDir} says otherwise. */
    static final Path DEFAULT = Path.of("/run/jsgid");

    private static final String NO_RUNTIME = "no-runtime";

    /** What the module says about itself; empty when there is no such file or it cannot be read. */
    Optional<ConfFile.Section> instance() {
        return conf(folder.resolve("instance.conf")).map(ConfFile::head);
    }

    /** Whether Apache's parent process is there, by {@code instance.conf}. */
    boolean isHttpdAlive() {
        return instance()
                .map(instance -> instance.value("httpd-pid"))
                .filter(pid -> pid.matches("[0-9]{1,9}"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                .filter(ProcessHandle::isAlive)
                .isPresent();
    }

    /** Profiles that have a monitor, or should have one, sorted. */
    SortedSet<String> monitors() {
        SortedSet<String> profiles = new TreeSet<>(names(folder.resolve("control"), ".sock"));
        profiles.addAll(names(folder.resolve("monitors"), ".conf"));
        profiles.remove(NO_RUNTIME);
        return profiles;
    }

    /** The control socket of a profile's monitor. */
    Path controlSocket(String profile) {
        return folder.resolve("control").resolve(profile + ".sock");
    }

    /** A profile's monitor in words, with its process when that can be seen: whoever must end it needs the number. */
    String describeMonitor(String profile) {
        String about = "the monitor of " + profile;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isMonitor(process.resolve("cmdline"), profile)) {
                    return about + " (process " + process.getFileName() + ")";
                }
            }
        } catch (IOException unreadable) {
            return about;
        }
        return about;
    }

    /** Its command line is CONTROL.md's: argument 0 names the profile, and one argument is the run folder. */
    private boolean isMonitor(Path commandLine, String profile) {
        try {
            List<String> arguments = List.of(
                    Files.readString(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1));
            return arguments.get(0).equals("jsgid-monitor " + profile)
                    && arguments.contains(new String(
                            folder.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return false;
        }
    }

    /** What a profile's monitor is told to run; empty when the caller cannot read it. */
    ConfFile definitionsOf(String profile) {
        return conf(folder.resolve("monitors").resolve(profile + ".conf")).orElseGet(() -> ConfFile.parse(""));
    }

    /** The groups whose runtime is not registered; empty when the caller may not know. */
    Optional<List<ConfFile.Section>> groupsWithoutRuntime() {
        return Files.isReadable(folder.resolve("monitors"))
                ? Optional.of(definitionsOf(NO_RUNTIME).ofKind("group"))
                : Optional.empty();
    }

    /** Why no server can be reached here, when its folder itself shows that. */
    Optional<CtlException> refusal() {
        if (!Files.exists(folder)) {
            return Optional.of(CtlMessage.NO_SERVER.with(folder, "there is no such folder"));
        }
        if (!Files.isDirectory(folder)) {
            return Optional.of(CtlMessage.NO_SERVER.with(folder, "it is not a folder"));
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            return Optional.of(CtlMessage.NO_ACCESS.with("reading " + folder));
        }
        return Optional.empty();
    }

    private static Optional<ConfFile> conf(Path file) {
        try {
            return Optional.of(ConfFile.read(file));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static List<String> names(Path folder, String suffix) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + suffix)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                names.add(name.substring(0, name.length() - suffix.length()));
            }
        } catch (IOException unreadable) {
            return List.of();
        }
        return names;
    }
}
