package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All registered JDKs: the profiles of a list of folders, in which a later folder's file replaces the earlier one of the
 * same name. A value: it shows what the folders held when it was loaded.
 */
public final class ProfileRegistry {
    /** The folders that are read when nothing else is said: packages, scan, administrator. */
    public static final List<Path> DEFAULT_FOLDERS =
            List.of(Path.of("/usr/share/jsgid/jdk.d"), Path.of("/run/jsgid/jdk.d"), Path.of("/etc/jsgid/jdk.d"));

    /** Name of the file in a profile folder that holds the default runtime. */
    public static final String DEFAULT_FILE = "default";

    private static final int OLDEST_OF_SUPERVISOR = 17;
    /** Since 17, every fourth feature version is a long-term release. */
    private static final int LONG_TERM_INTERVAL = 4;

    private static final Pattern FEATURE = Pattern.compile("([0-9]{1,3})(\\+?)");
    /** Best first. */
    private static final Comparator<JdkProfile> PREFERENCE = Comparator.comparingInt(JdkProfile::priority)
            .thenComparing(JdkProfile::version, VersionOrder.INSTANCE)
            .reversed()
            .thenComparing(JdkProfile::name);

    private final List<Path> folders;
    private final Map<String, JdkProfile> profiles;
    private final Map<String, Path> masks;
    private final Map<String, List<Path>> replaced;

    private ProfileRegistry(
            List<Path> folders,
            Map<String, JdkProfile> profiles,
            Map<String, Path> masks,
            Map<String, List<Path>> replaced) {
        this.folders = folders;
        this.profiles = profiles;
        this.masks = masks;
        this.replaced = replaced;
    }

    /** Reads the folders; one that is not there has no profiles. */
    public static ProfileRegistry load(List<Path> folders) {
        Map<String, Path> files = new TreeMap<>();
        Map<String, List<Path>> replaced = new TreeMap<>();
        for (Path folder : folders) {
            for (Map.Entry<String, Path> entry : profileFiles(folder).entrySet()) {
                Path former = files.put(entry.getKey(), entry.getValue());
                if (former != null) {
                    replaced.computeIfAbsent(entry.getKey(), name -> new ArrayList<>())
                            .add(former);
                }
            }
        }
        Map<String, JdkProfile> profiles = new LinkedHashMap<>();
        Map<String, Path> masks = new LinkedHashMap<>();
        files.forEach((name, file) -> ProfileReader.read(file)
                .ifPresentOrElse(profile -> profiles.put(name, profile), () -> masks.put(name, file)));
        return new ProfileRegistry(List.copyOf(folders), profiles, masks, replaced);
    }

    /** The profile files of one folder by name, sorted. */
    static Map<String, Path> profileFiles(Path folder) {
        Map<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path file : entries) {
                ProfileReader.profileName(file.getFileName().toString()).ifPresent(name -> files.put(name, file));
            }
        } catch (IOException absent) {
            return Map.of();
        }
        return files;
    }

    /** The folders that were read, earliest first. */
    public List<Path> folders() {
        return folders;
    }

    /** All profiles by name: those that cannot be taken too. */
    public Collection<JdkProfile> profiles() {
        return profiles.values();
    }

    /** The profile of this name. */
    public Optional<JdkProfile> profile(String name) {
        return Optional.ofNullable(profiles.get(name));
    }

    /** The file that masks this name. */
    public Optional<Path> mask(String name) {
        return Optional.ofNullable(masks.get(name));
    }

    /** The masked names, each with the file that masks it. */
    public Map<String, Path> masks() {
        return Map.copyOf(masks);
    }

    /** Files of earlier folders that the profile (or mask) of this name replaces. */
    public List<Path> replacedBy(String name) {
        return replaced.getOrDefault(name, List.of());
    }

    /** Selects as {@code JsgiRuntime} does: a profile's name, {@code 17}, or {@code 17+}. */
    public Selection select(String runtime) {
        JdkProfile named = profiles.get(runtime);
        if (named != null) {
            return named.isReady()
                    ? new Selection.Found(named)
                    : new Selection.NotFound("the JDK profile " + runtime + " is "
                            + named.state().word() + " (" + named.reason() + "); " + registered());
        }
        if (masks.containsKey(runtime)) {
            return new Selection.NotFound(
                    "the JDK profile " + runtime + " is masked by " + masks.get(runtime) + "; " + registered());
        }
        Matcher feature = FEATURE.matcher(runtime);
        if (!feature.matches()) {
            return new Selection.NotFound("there is no JDK profile " + runtime + "; " + registered());
        }
        int wanted = Integer.parseInt(feature.group(1));
        boolean orLater = !feature.group(2).isEmpty();
        return best(wanted, orLater)
                .<Selection>map(Selection.Found::new)
                .orElseGet(() -> new Selection.NotFound("there is no JDK " + wanted + (orLater ? " or later" : "")
                        + " among the JDK profiles; " + registered()));
    }

    /** The default runtime by the file {@code default} of the last folder that has one. */
    public Optional<String> defaultRuntime() {
        return defaultFile().flatMap(ProfileRegistry::readDefault);
    }

    /**
     * The profile that groups get when neither the configuration nor a file says a default, and that monitors run on: the
     * newest long-term release of at least 17, else the newest of at least 17.
     */
    public Optional<JdkProfile> newestLongTerm() {
        return newest(profile -> (profile.feature() - OLDEST_OF_SUPERVISOR) % LONG_TERM_INTERVAL == 0)
                .or(() -> newest(profile -> true));
    }

    private Optional<JdkProfile> newest(Predicate<JdkProfile> kind) {
        return profiles.values().stream()
                .filter(JdkProfile::isReady)
                .filter(profile -> profile.feature() >= OLDEST_OF_SUPERVISOR)
                .filter(kind)
                .map(JdkProfile::feature)
                .max(Comparator.naturalOrder())
                .flatMap(feature -> best(feature, false));
    }

    /** The file that decides the default runtime. */
    public Optional<Path> defaultFile() {
        for (int i = folders.size() - 1; i >= 0; i--) {
            Path file = folders.get(i).resolve(DEFAULT_FILE);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** What is registered, as the end of a sentence. */
    public String registered() {
        List<String> names = profiles.values().stream()
                .filter(JdkProfile::isReady)
                .map(JdkProfile::name)
                .toList();
        return names.isEmpty()
                ? "none is registered in "
                        + String.join(", ", folders.stream().map(Path::toString).toList())
                : "registered: " + String.join(", ", names);
    }

    private Optional<JdkProfile> best(int wanted, boolean orLater) {
        Comparator<JdkProfile> nearest = Comparator.comparingInt(JdkProfile::feature);
        return profiles.values().stream()
                .filter(JdkProfile::isReady)
                .filter(profile -> profile.feature() == wanted || (orLater && profile.feature() > wanted))
                .min(nearest.thenComparing(PREFERENCE));
    }

    private static Optional<String> readDefault(Path file) {
        try {
            return Files.readString(file)
                    .lines()
                    .map(line -> line.replaceAll("^[ \t]+|[ \t]+$", ""))
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
