package org.jsgid.supervisor.ctl;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsgid.supervisor.ctl.JdkVerifier.Check;
import org.jsgid.supervisor.ctl.JdkVerifier.Outcome;
import org.jsgid.supervisor.trial.TrialRun;

/**
 * Checks what a group needs on this machine, by its definition in the run folder: its user, its root folder, the files of
 * its applications. Only those who may read the definitions get checks: root, or whoever runs the server.
 */
final class GroupPlaces {
    private static final String NO_RUNTIME = "no-runtime";
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8");
    /** {@code getent}: there is no such name. */
    private static final int NO_SUCH_NAME = 2;

    private final RunFolder folder;
    private final Optional<Path> jsgidHome;

    /**
     * Reads definitions of that server.
     *
     * @param jsgidHome the image that it uses, when it is known
     */
    GroupPlaces(RunFolder folder, Optional<Path> jsgidHome) {
        this.folder = folder;
        this.jsgidHome = jsgidHome;
    }

    /**
     * The checks of a group.
     *
     * @param profile of its JDK; empty when it has none
     * @param reported files of applications of which its monitor says how they are
     */
    List<Check> of(String profile, String group, Set<String> reported) {
        ConfFile definitions = folder.definitionsOf(profile.isEmpty() ? NO_RUNTIME : profile);
        List<Check> checks = new ArrayList<>();
        definitions.ofKind("group").stream()
                .filter(section -> section.name().equals(group))
                .findFirst()
                .ifPresent(section -> {
                    userCheck(section).ifPresent(checks::add);
                    checks.addAll(rootChecks(section, definitions.head().value("java-home")));
                    definitions.ofKind("application").stream()
                            .filter(application -> application.name().equals(group))
                            .map(application -> application.value("file"))
                            .distinct()
                            .forEach(file -> fileCheck(section, file, reported.contains(file))
                                    .ifPresent(checks::add));
                });
        return checks;
    }

    private static Optional<Check> userCheck(ConfFile.Section group) {
        String user = group.value("user");
        if (user.isEmpty()) {
            return Optional.empty();
        }
        String where = group.value("defined-at");
        if (!(TrialRun.of(List.of("/usr/bin/getent", "passwd", user), ENVIRONMENT) instanceof TrialRun.Ended ended)) {
            return Optional.of(new Check("user", Outcome.SKIPPED, "getent does not answer"));
        }
        if (ended.status() == NO_SUCH_NAME) {
            return Optional.of(new Check(
                    "user",
                    Outcome.FAILED,
                    "there is no user " + user + ": create it, or name another one with JsgiUser (" + where + ")"));
        }
        String[] entry = ended.output().strip().split(":", -1);
        String uid = group.value("uid");
        if (ended.status() != 0 || entry.length < 3 || uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                entry[2].equals(uid)
                        ? new Check("user", Outcome.OK, user + " (" + uid + ")")
                        : new Check(
                                "user",
                                Outcome.FAILED,
                                user + " has the number " + entry[2] + " now, its processes still get " + uid
                                        + ": apachectl graceful"));
    }

    private List<Check> rootChecks(ConfFile.Section group, String javaHome) {
        String chroot = group.value("chroot");
        if (chroot.isEmpty()) {
            return List.of();
        }
        List<String> problems = new ArrayList<>(new FolderOwners().problemsOfFolder(Path.of(chroot)));
        if (!javaHome.isEmpty()) {
            absent(chroot, javaHome + "/bin/java", "the JDK").ifPresent(problems::add);
        }
        jsgidHome
                .flatMap(home -> absent(chroot, home + "/lib/daemon", "what runs inside every daemon"))
                .ifPresent(problems::add);
        return List.of(
                problems.isEmpty()
                        ? new Check("chroot", Outcome.OK, chroot + " has the JDK and jsgid")
                        : new Check("chroot", Outcome.FAILED, String.join("; ", problems)));
    }

    private static Optional<String> absent(String chroot, String path, String what) {
        return InRoot.find(Path.of(chroot), path).isPresent()
                ? Optional.empty()
                : Optional.of("inside " + chroot + " there is no " + path + " (" + what
                        + "): copy or mount it there, under this path");
    }

    private static Optional<Check> fileCheck(ConfFile.Section group, String file, boolean isReported) {
        String chroot = group.value("chroot");
        Path root = Path.of(chroot.isEmpty() ? "/" : chroot);
        Optional<Path> found = InRoot.find(root, file);
        if (found.isEmpty()) {
            return isReported
                    ? Optional.empty()
                    : Optional.of(new Check(
                            "file", Outcome.WARNING, "there is no " + file + ": when it is put there, it is loaded"));
        }
        Optional<List<String>> as = as(group);
        if (as.isEmpty()) {
            return Optional.of(new Check(
                    "file", Outcome.SKIPPED, "whether " + file + " can be read: the program setpriv is missing"));
        }
        if (!chroot.isEmpty() && !may(as.get(), "-x", root)) {
            return Optional.of(new Check(
                    "file",
                    Outcome.SKIPPED,
                    "whether " + file + " can be read is not to be seen from outside of " + root));
        }
        for (Path part = root; !part.equals(found.get()); ) {
            part = part.resolve(part.relativize(found.get()).getName(0));
            boolean isFolder = Files.isDirectory(part);
            if (isFolder && !may(as.get(), "-x", part)) {
                return Optional.of(unreadable(group, file, "it cannot enter " + part + ": chmod o+x " + part));
            }
        }
        return may(as.get(), "-r", found.get())
                ? Optional.of(new Check("file", Outcome.OK, file + " can be read"))
                : Optional.of(unreadable(group, file, "chmod o+r " + found.get()));
    }

    private static Check unreadable(ConfFile.Section group, String file, String remedy) {
        String user = group.value("user").isEmpty() ? "user " + group.value("uid") : group.value("user");
        return new Check(
                "file",
                Outcome.FAILED,
                (user.equals("user ") ? "it" : user) + " cannot read " + file + ": " + remedy
                        + ", or give it to a group of that user's");
    }

    private static boolean may(List<String> as, String what, Path path) {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of("/usr/bin/test", what, path.toString()));
        return TrialRun.of(command, ENVIRONMENT) instanceof TrialRun.Ended ended && ended.status() == 0;
    }

    /** What stands before a command so that the group's user runs it; empty when the program for that is missing. */
    private static Optional<List<String>> as(ConfFile.Section group) {
        String uid = group.value("uid");
        String gid = group.value("gid");
        if (uid.isEmpty() || gid.isEmpty() || !FolderOwners.orYou().isEmpty()) {
            return Optional.of(List.of());
        }
        String groups = "--clear-groups";
        if (!group.values("supplementary-gid").isEmpty()) {
            groups = "--groups=" + String.join(",", group.values("supplementary-gid"));
        } else if (!group.value("user").isEmpty()) {
            groups = "--init-groups";
        }
        String program = "/usr/bin/setpriv";
        return Files.isExecutable(Path.of(program))
                ? Optional.of(List.of(
                        program, "--reuid=" + uid, "--regid=" + gid, groups, "--inh-caps=-all", "--no-new-privs", "--"))
                : Optional.empty();
    }
}
