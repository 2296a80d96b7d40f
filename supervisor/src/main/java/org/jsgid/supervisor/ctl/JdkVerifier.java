package org.jsgid.supervisor.ctl;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jsgid.supervisor.jdk.JdkInspection;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileState;

/** Checks one profile and its JDK. Each check is done that the former ones allow. */
final class JdkVerifier {
    /** What the daemon runtime itself uses; without one of these no application starts. */
    private static final List<String> REQUIRED_MODULES =
            List.of("java.base", "java.logging", "java.naming", "java.management");

    private static final String FLIGHT_RECORDER = "jdk.jfr";

    private final Optional<Path> jsgidHome;

    /**
     * A verifier.
     *
     * @param jsgidHome the image whose plugins are to serve the JDK, when it is known
     */
    JdkVerifier(Optional<Path> jsgidHome) {
        this.jsgidHome = jsgidHome;
    }

    /** How a check ended. */
    enum Outcome {
        OK,
        /** Usable, but something will be missing. */
        WARNING,
        FAILED,
        /** Not done, and why. */
        SKIPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One check.
     *
     * @param name one word
     * @param outcome how it ended
     * @param detail what was found
     */
    record Check(String name, Outcome outcome, String detail) {}

    List<Check> verify(JdkProfile profile) {
        List<Check> checks = new ArrayList<>();
        checks.add(profileCheck(profile));
        profile.warnings().forEach(warning -> checks.add(new Check("profile", Outcome.WARNING, warning)));
        if (profile.home().isEmpty()) {
            return checks;
        }
        JdkInspection inspection = JdkInspection.inspect(profile.home().get());
        if (inspection instanceof JdkInspection.Broken broken) {
            checks.add(new Check("home", Outcome.FAILED, broken.home() + ": " + broken.reason()));
            return checks;
        }
        JdkInspection.Usable jdk = (JdkInspection.Usable) inspection;
        checks.add(new Check("home", Outcome.OK, jdk.home() + ", libjvm " + jdk.identity()));
        checks.add(featureCheck(profile, jdk));
        checks.add(modulesCheck(jdk));
        checks.add(compilerCheck(jdk));
        checks.add(diagnosticsCheck(jdk));
        checks.add(ownersCheck(jdk));
        checks.add(pluginCheck(profile.feature()));
        checks.add(startCheck(profile, jdk));
        return checks;
    }

    private static Check profileCheck(JdkProfile profile) {
        return switch (profile.state()) {
            case READY -> new Check("profile", Outcome.OK, profile.file().toString());
            case DISABLED -> new Check("profile", Outcome.WARNING, profile.file() + ": " + profile.reason());
            case MISSING, BROKEN -> new Check("profile", Outcome.FAILED, profile.file() + ": " + profile.reason());
        };
    }

    private static Check featureCheck(JdkProfile profile, JdkInspection.Usable jdk) {
        return profile.feature() == jdk.feature() || profile.state() == ProfileState.BROKEN
                ? new Check("feature", Outcome.OK, jdk.feature() + " (" + jdk.version() + ")")
                : new Check(
                        "feature",
                        Outcome.FAILED,
                        "the profile says " + profile.feature() + ", the release file " + jdk.version()
                                + ": correct \"feature\" in " + profile.file());
    }

    private static Check modulesCheck(JdkInspection.Usable jdk) {
        List<String> missing = missing(jdk, REQUIRED_MODULES);
        if (!missing.isEmpty()) {
            return new Check("modules", Outcome.FAILED, "no daemon runs without " + String.join(", ", missing));
        }
        return new Check("modules", Outcome.OK, hasModules(jdk) ? String.join(", ", REQUIRED_MODULES) : "none: Java 8");
    }

    private static Check compilerCheck(JdkInspection.Usable jdk) {
        return jdk.runtimeOnly()
                ? new Check(
                        "compiler",
                        Outcome.WARNING,
                        "absent: .java files are not served on it; .jar files and WARs are, with their JSPs, for which the"
                                + " servlet container has a compiler of its own. For .java files install the whole JDK")
                : new Check("compiler", Outcome.OK, "present");
    }

    /** jsgid attaches to the JVM itself: of the JDK's tools and their modules it needs none. */
    private static Check diagnosticsCheck(JdkInspection.Usable jdk) {
        if (jdk.release().isOpenJ9()) {
            return new Check(
                    "diagnosis", Outcome.WARNING, "absent: its JVM is Eclipse OpenJ9, which has tools of its own");
        }
        if (!missing(jdk, List.of(FLIGHT_RECORDER)).isEmpty()) {
            return new Check(
                    "diagnosis",
                    Outcome.WARNING,
                    "threads, heap dumps and jcmd; no flight recordings, since it has no module " + FLIGHT_RECORDER);
        }
        return new Check(
                "diagnosis",
                Outcome.OK,
                "threads, heap dumps, jcmd and flight recordings"
                        + (hasModules(jdk) ? "" : " if it was built with those"));
    }

    private static Check ownersCheck(JdkInspection.Usable jdk) {
        try {
            List<String> problems = new FolderOwners().problems(jdk.home());
            return problems.isEmpty()
                    ? new Check("owners", Outcome.OK, "nobody but root" + FolderOwners.orYou() + " can replace it")
                    : new Check("owners", Outcome.FAILED, String.join("; ", problems));
        } catch (IOException e) {
            return new Check("owners", Outcome.FAILED, "cannot be checked: " + e);
        }
    }

    private Check pluginCheck(int feature) {
        if (jsgidHome.isEmpty()) {
            return new Check("plugin", Outcome.SKIPPED, "it is not known where jsgid is installed");
        }
        Path folder = jsgidHome.get().resolve("lib/plugins");
        NavigableSet<Integer> generations = generations(folder);
        Integer generation = generations.floor(feature);
        return generation != null
                ? new Check(
                        "plugin", Outcome.OK, folder.resolve("jdk" + generation).toString())
                : new Check(
                        "plugin",
                        Outcome.FAILED,
                        "no plugin for Java " + feature + " in " + folder + "; there are those for "
                                + (generations.isEmpty() ? "none" : generations));
    }

    private static Check startCheck(JdkProfile profile, JdkInspection.Usable jdk) {
        return new TrialLaunch().run(jdk.home(), profile.javaOptions());
    }

    private static NavigableSet<Integer> generations(Path folder) {
        NavigableSet<Integer> generations = new TreeSet<>();
        try (DirectoryStream<Path> plugins = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path plugin : plugins) {
                String name = plugin.getFileName().toString();
                if (name.matches("jdk[0-9]{1,3}")) {
                    generations.add(Integer.valueOf(name.substring(3)));
                }
            }
        } catch (IOException absent) {
            return generations;
        }
        return generations;
    }

    private static boolean hasModules(JdkInspection.Usable jdk) {
        return !jdk.release().modules().isEmpty();
    }

    private static List<String> missing(JdkInspection.Usable jdk, List<String> wanted) {
        Set<String> modules = jdk.release().modules();
        return modules.isEmpty()
                ? List.of()
                : wanted.stream().filter(module -> !modules.contains(module)).toList();
    }
}
