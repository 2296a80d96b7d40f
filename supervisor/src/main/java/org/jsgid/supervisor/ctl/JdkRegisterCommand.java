package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jsgid.supervisor.jdk.JdkInspection;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileReader;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.ProfileWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Registers a JDK in the administrator's folder. */
@Command(
        name = "register",
        description = "Registers a JDK in the administrator's profile folder: the last one, /etc/jsgid/jdk.d.")
final class JdkRegisterCommand implements Runnable {
    private static final int PRIORITY_BOUND = 100_000;

    private final CtlContext context;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOME", description = "The JDK's home: bin/java is below it.")
    private Path home;

    @Option(
            names = "--name",
            paramLabel = "N",
            description = "The profile's name; default: vendor and feature version.")
    private String name;

    @Option(
            names = "--priority",
            paramLabel = "P",
            description =
                    "Of two JDKs of a feature version the one with the higher priority is taken; a whole number from "
                            + "-100000 to 100000, default 100 times the feature version.")
    private Integer priority;

    JdkRegisterCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        if (priority != null && Math.abs((long) priority) > PRIORITY_BOUND) {
            throw new ParameterException(
                    spec.commandLine(), "--priority " + priority + ": it must be from -100000 to 100000");
        }
        if (name != null && !ProfileReader.isName(name)) {
            throw CtlMessage.BAD_NAME.with(name);
        }
        JdkInspection inspection = JdkInspection.inspect(home);
        if (inspection instanceof JdkInspection.Broken broken) {
            throw CtlMessage.NOT_A_JDK.with(home, broken.reason());
        }
        register((JdkInspection.Usable) inspection);
    }

    private void register(JdkInspection.Usable jdk) {
        ProfileRegistry registry = context.registry();
        Path folder = ProfileFiles.administratorFolder(registry.folders());
        String profile = name == null ? jdk.profileName() : name;
        Path file = folder.resolve(profile + ProfileReader.SUFFIX);
        Optional<JdkProfile> other = registry.profile(profile).filter(known -> !leadsTo(known, jdk.home()));
        // A name that was given may replace a package's or a scan's profile: that is what the last folder is for.
        if (other.isPresent() && (name == null || other.get().file().equals(file))) {
            throw CtlMessage.NAME_TAKEN.with(
                    other.get().home().map(Object::toString).orElse("something broken"),
                    profile,
                    other.get().file());
        }
        OptionalInt rank = priority == null ? OptionalInt.empty() : OptionalInt.of(priority);
        if (isMask(file)) {
            ProfileFiles.delete(file);
        }
        boolean changed = ProfileFiles.write(file, ProfileWriter.registered(jdk, rank));
        JsonObject document = new JsonObject();
        document.addProperty("name", profile);
        document.addProperty("file", file.toString());
        document.addProperty("changed", changed);
        context.print(
                document,
                (changed ? "Registered " : "Was registered: ") + profile + " (Java " + jdk.feature() + ", " + jdk.home()
                        + ") in " + file + "\n");
    }

    private static boolean isMask(Path file) {
        return Files.isSymbolicLink(file)
                || (Files.exists(file) && ProfileReader.read(file).isEmpty());
    }

    private static boolean leadsTo(JdkProfile profile, Path home) {
        try {
            return profile.home().isPresent()
                    && profile.home().get().toRealPath().equals(home);
        } catch (IOException gone) {
            return false;
        }
    }
}
