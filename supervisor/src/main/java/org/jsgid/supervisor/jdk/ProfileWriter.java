package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.OptionalInt;

/** Writes profile files: whole or not at all, so that no reader sees a half of one. */
public final class ProfileWriter {
    private ProfileWriter() {}

    /** The text of a generated profile: the same JDK gives the same text. */
    public static String generated(JdkInspection.Usable jdk) {
        return ProfileText.GENERATED_MARK + "; take this line out and no scan touches the file again\n"
                + body(jdk, OptionalInt.empty());
    }

    /** The text of a profile that the administrator registers. */
    public static String registered(JdkInspection.Usable jdk, OptionalInt priority) {
        return "# " + describe(jdk) + "\n" + body(jdk, priority);
    }

    /**
     * Writes a file if its content differs; makes the folder when it is not there.
     *
     * @return whether something was written
     * @throws IOException when the folder or file cannot be written
     */
    public static boolean write(Path file, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return false;
        }
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        // A name that begins with a dot is no profile to any reader, should the machine stop between the two steps.
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".new");
        try {
            Files.write(temporary, bytes);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        return true;
    }

    /**
     * Whether a file is one that a scan made.
     *
     * @throws IOException when it cannot be read
     */
    public static boolean isGenerated(Path file) throws IOException {
        try {
            return Files.readString(file).startsWith(ProfileText.GENERATED_MARK);
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static String body(JdkInspection.Usable jdk, OptionalInt priority) {
        StringBuilder text = new StringBuilder();
        text.append("home = ").append(jdk.home()).append('\n');
        text.append("feature = ").append(jdk.feature()).append('\n');
        if (!Files.exists(jdk.home().resolve("release"))) {
            // Readers of profiles look no further than that file.
            text.append("version = ").append(jdk.version()).append('\n');
            if (!jdk.implementor().isBlank()) {
                text.append("vendor = ").append(jdk.implementor()).append('\n');
            }
        }
        priority.ifPresent(number -> text.append("priority = ").append(number).append('\n'));
        return text.toString();
    }

    private static String describe(JdkInspection.Usable jdk) {
        String vendor = jdk.implementor().isEmpty() ? "" : " by " + jdk.implementor();
        return "Java " + jdk.feature() + vendor + ", registered with jsgid-ctl jdk register";
    }
}
