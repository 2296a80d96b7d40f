package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jsgid.supervisor.jdk.JdkInspection;
import org.jsgid.supervisor.jdk.JdkLocator;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileReader;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.ProfileScan;
import org.jsgid.supervisor.jdk.ProfileState;
import org.jsgid.supervisor.jdk.ProfileWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Generates profiles for the JDKs of this machine. */
@Command(
        name = "scan",
        description =
                "Generates profiles for JDKs that no other profile names, and removes generated ones whose JDK has "
                        + "gone. Looks below /usr/lib/jvm and /usr/lib64/jvm and in the folders given. Starts no JDK; changes "
                        + "nothing when run again.")
final class JdkScanCommand implements Runnable {
    private final CtlContext context;
    private final List<Path> standardFolders;

    @Parameters(paramLabel = "FOLDER", arity = "0..*", description = "JDKs, or folders of JDKs, to look at as well.")
    private List<Path> folders = new ArrayList<>();

    @Option(
            names = "--scan-dir",
            paramLabel = "DIR",
            description = "Where generated profiles are written; default: /run/jsgid/jdk.d if it is one of the profile "
                    + "folders, else the last but one of these.")
    private Path scanDir;

    JdkScanCommand(CtlContext context) {
        this.context = context;
        this.standardFolders = context.standardJdkFolders();
    }

    @Override
    public void run() {
        List<Path> profileFolders = context.profileFolders();
        Path target = scanDir == null
                ? ProfileFiles.scanFolder(profileFolders)
                : scanDir.toAbsolutePath().normalize();
        Map<String, Path> present = generated(target);
        List<JdkInspection> found = locate(present);
        ProfileRegistry others = ProfileRegistry.load(profileFolders);

        Map<String, JdkInspection.Usable> wanted = ProfileScan.name(
                usable(found), covered(others, target), taken(others, target), homes(present.keySet(), target));
        JsonArray profiles = new JsonArray();
        StringBuilder text = new StringBuilder();
        wanted.forEach((name, jdk) -> {
            boolean changed = ProfileFiles.write(file(target, name), ProfileWriter.generated(jdk));
            String action = !changed ? "kept" : present.containsKey(name) ? "changed" : "added";
            report(profiles, text, action, name, jdk.home(), "");
        });
        present.forEach((name, home) -> {
            if (!wanted.containsKey(name)) {
                ProfileFiles.delete(file(target, name));
                report(profiles, text, "removed", name, home, whyRemoved(home, wanted));
            }
        });
        for (JdkInspection inspection : found) {
            if (inspection instanceof JdkInspection.Broken broken) {
                report(profiles, text, "skipped", "", broken.home(), broken.reason());
            }
        }
        JsonObject document = new JsonObject();
        document.addProperty("folder", target.toString());
        document.add("profiles", profiles);
        context.print(
                document, text.length() == 0 ? "No JDK found that needs a generated profile.\n" : text.toString());
    }

    /** What stands in the places, and the homes of generated profiles: these stay as long as their JDK does. */
    private List<JdkInspection> locate(Map<String, Path> present) {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                context.warn(folder + " is not a folder: passed over");
            }
        }
        List<Path> named = new ArrayList<>(folders);
        present.values().stream().filter(Files::isDirectory).forEach(named::add);
        return JdkLocator.of(standardFolders, named).locate();
    }

    private static List<JdkInspection.Usable> usable(List<JdkInspection> found) {
        return found.stream()
                .filter(JdkInspection.Usable.class::isInstance)
                .map(JdkInspection.Usable.class::cast)
                .toList();
    }

    /** The scan folder's own profiles: name to home as written. */
    private static Map<String, Path> generated(Path target) {
        Map<String, Path> generated = new TreeMap<>();
        ProfileRegistry.load(List.of(target)).profiles().stream()
                .filter(JdkProfile::generated)
                .forEach(profile -> generated.put(profile.name(), profile.home().orElse(Path.of("/"))));
        return generated;
    }

    private static Map<String, Path> homes(Set<String> names, Path target) {
        Map<String, Path> homes = new LinkedHashMap<>();
        for (String name : names) {
            ProfileReader.read(file(target, name))
                    .flatMap(JdkProfile::home)
                    .flatMap(JdkScanCommand::real)
                    .ifPresent(home -> homes.put(name, home));
        }
        return homes;
    }

    /** Homes that profiles name which no scan has made. */
    private static Set<Path> covered(ProfileRegistry registry, Path target) {
        Set<Path> covered = new HashSet<>();
        registry.profiles().stream()
                .filter(profile -> !isOurs(profile, target) && !isTurnedOff(profile))
                .forEach(profile -> profile.home().flatMap(JdkScanCommand::real).ifPresent(covered::add));
        return covered;
    }

    /**
     * Names that a generated profile cannot have. A package's profile whose JDK is at another path here (another
     * architecture) gives its name up, unless its folder comes after ours and would hide our file.
     */
    private static Set<String> taken(ProfileRegistry registry, Path target) {
        Set<String> taken = new HashSet<>();
        int ours = registry.folders().indexOf(target);
        for (JdkProfile profile : registry.profiles()) {
            int theirs = registry.folders().indexOf(profile.file().getParent());
            boolean givesWay = profile.state() == ProfileState.MISSING && theirs < ours;
            if (!isOurs(profile, target) && !isTurnedOff(profile) && !givesWay) {
                taken.add(profile.name());
            }
        }
        return taken;
    }

    /** Its file only hides one that a scan may have made: what is hidden stays as it is, for the day it is enabled. */
    private static boolean isTurnedOff(JdkProfile profile) {
        return JdkSwitch.isTurnedOff(profile.file());
    }

    private static boolean isOurs(JdkProfile profile, Path target) {
        return profile.generated() && target.equals(profile.file().getParent());
    }

    private static String whyRemoved(Path home, Map<String, JdkInspection.Usable> wanted) {
        for (Map.Entry<String, JdkInspection.Usable> entry : wanted.entrySet()) {
            if (real(home).filter(entry.getValue().home()::equals).isPresent()) {
                return "it is called " + entry.getKey() + " now";
            }
        }
        return JdkInspection.inspect(home) instanceof JdkInspection.Broken broken
                ? broken.reason()
                : "another profile names it";
    }

    private static void report(
            JsonArray profiles, StringBuilder text, String action, String name, Path home, String reason) {
        JsonObject entry = new JsonObject();
        entry.addProperty("action", action);
        if (!name.isEmpty()) {
            entry.addProperty("name", name);
        }
        entry.addProperty("home", home.toString());
        if (!reason.isEmpty()) {
            entry.addProperty("reason", reason);
        }
        profiles.add(entry);
        text.append(String.format(
                "%-8s %s%s%s%n",
                action, name.isEmpty() ? "" : name + "  ", home, reason.isEmpty() ? "" : "  (" + reason + ")"));
    }

    private static Path file(Path folder, String name) {
        return folder.resolve(name + ProfileReader.SUFFIX);
    }

    private static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
