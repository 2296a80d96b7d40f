package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one profile file, and what the JDK's release file adds to it ({@code jdk-profiles/FORMAT.md}). */
public final class ProfileReader {
    /** How the names of profile files end. */
    public static final String SUFFIX = ".conf";

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    private ProfileReader() {}

    /** The profile that a file of this name would define; empty when such a file is no profile. */
    public static Optional<String> profileName(String fileName) {
        if (!fileName.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        return Optional.of(fileName.substring(0, fileName.length() - SUFFIX.length()))
                .filter(ProfileReader::isName);
    }

    /** Whether a profile may have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Reads a profile.
     *
     * @param file named {@code NAME.conf}
     * @return the profile, broken ones too; empty when the file is a mask
     */
    public static Optional<JdkProfile> read(Path file) {
        String name = profileName(file.getFileName().toString()).orElseThrow();
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(ProfileText.LONGEST_FILE + 1);
        } catch (IOException e) {
            return Optional.of(unreadable(name, file, "it cannot be read: " + reason(e)));
        }
        if (content.length == 0) {
            return Optional.empty();
        }
        if (content.length > ProfileText.LONGEST_FILE) {
            return Optional.of(unreadable(name, file, "it is longer than 64 KiB"));
        }
        return Optional.of(resolve(name, file, ProfileText.parse(new String(content, StandardCharsets.UTF_8))));
    }

    private static JdkProfile resolve(String name, Path file, ProfileText text) {
        List<String> errors = new ArrayList<>(text.errors());
        boolean present = text.home()
                .filter(home -> Files.isRegularFile(home.resolve("bin/java")))
                .isPresent();
        ReleaseFile release = text.home().map(ProfileReader::releaseOf).orElseGet(() -> new ReleaseFile(Map.of()));
        int feature = text.feature().orElse(release.feature().orElse(0));
        if (errors.isEmpty() && present && feature == 0) {
            errors.add("\"feature\" is not set, and " + text.home().orElseThrow()
                    + "/release has no JAVA_VERSION that is understood");
        }
        ProfileState state = ProfileState.READY;
        String reason = "";
        if (!errors.isEmpty()) {
            state = ProfileState.BROKEN;
            reason = String.join("; ", errors);
        } else if (!present) {
            state = ProfileState.MISSING;
            reason = "there is no " + text.home().orElseThrow().resolve("bin/java");
        } else if (!text.enabled()) {
            state = ProfileState.DISABLED;
            reason = "its file says enabled = no";
        }
        return new JdkProfile(
                name,
                file,
                text.home(),
                feature,
                text.version().or(release::version).orElse(""),
                text.vendor().or(release::implementor).orElse(""),
                text.javaOptions(),
                text.priority().orElse(100 * feature),
                text.enabled(),
                state,
                reason,
                text.warnings(),
                text.generated());
    }

    private static ReleaseFile releaseOf(Path home) {
        try {
            return ReleaseFile.read(home);
        } catch (IOException absent) {
            // What the release file would have said is then not known; whether that is an error, the caller decides.
            return new ReleaseFile(Map.of());
        }
    }

    private static JdkProfile unreadable(String name, Path file, String reason) {
        return new JdkProfile(
                name,
                file,
                Optional.empty(),
                0,
                "",
                "",
                List.of(),
                0,
                true,
                ProfileState.BROKEN,
                reason,
                List.of(),
                false);
    }

    private static String reason(IOException e) {
        // The messages of these exceptions are only the path, which the reader knows.
        return e.getClass()
                .getSimpleName()
                .replaceAll("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
