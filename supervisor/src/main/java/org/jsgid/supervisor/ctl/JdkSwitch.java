package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileReader;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.ProfileSwitch;
import org.jsgid.supervisor.jdk.Selection;

/**
 * What the commands share that turn a profile off and on. They write into the administrator's folder only, where neither
 * packages nor scans change anything.
 */
final class JdkSwitch {
    private static final Path NOTHING = Path.of("/dev/null");

    private final CtlContext context;
    private final String name;
    private final ProfileRegistry registry;
    private final Path file;

    /** About the profile of that name. */
    JdkSwitch(CtlContext context, String name) {
        if (!ProfileReader.isName(name)) {
            throw CtlMessage.BAD_NAME.with(name);
        }
        this.context = context;
        this.name = name;
        this.registry = context.registry();
        this.file = ProfileFiles.administratorFolder(registry.folders()).resolve(name + ProfileReader.SUFFIX);
    }

    /** The administrator's file of that name. */
    Path file() {
        return file;
    }

    /** The profile, which is neither masked nor absent. */
    JdkProfile profile(String doing) {
        Optional<Path> mask = registry.mask(name);
        if (mask.isPresent()) {
            throw CtlMessage.MASKED.with(name, mask.get(), doing, name);
        }
        return registry.profile(name)
                .orElseThrow(() -> CtlMessage.NO_SUCH_PROFILE.with(
                        registry.select(name) instanceof Selection.NotFound none
                                ? none.reason()
                                : name + " is a runtime, not a profile's name"));
    }

    /** Whether the administrator's folder masks the name. */
    boolean isMasked() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && ProfileReader.read(file).isEmpty();
    }

    /** Whether the administrator's folder has a file of that name, be it a mask. */
    boolean isThere() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    void mask() {
        try {
            Files.createDirectories(file.getParent());
            Files.createSymbolicLink(file, NOTHING);
        } catch (AccessDeniedException e) {
            throw CtlMessage.NO_ACCESS.with("writing " + file);
        } catch (IOException e) {
            throw CtlMessage.FILE_FAILED.with("writing " + file, e.getMessage());
        }
    }

    void remove() {
        ProfileFiles.delete(file);
    }

    /** Whether a file only turns off what another folder says. */
    static boolean isTurnedOff(Path file) {
        try {
            return Files.isRegularFile(file) && ProfileSwitch.isOff(Files.readString(file));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** The text of a profile's file. */
    static String text(Path profile) {
        try {
            return Files.readString(profile);
        } catch (AccessDeniedException e) {
            throw CtlMessage.NO_ACCESS.with("reading " + profile);
        } catch (IOException e) {
            throw CtlMessage.FILE_FAILED.with("reading " + profile, e.getMessage());
        }
    }

    /** Reports what is so now, and what follows for the groups of the running server, if there is one. */
    void report(boolean changed, String sentence) {
        ProfileRegistry after = context.registry();
        String state = after.mask(name).isPresent()
                ? "masked"
                : after.profile(name).map(profile -> profile.state().word()).orElse("absent");
        List<String> groups = groups();
        JsonObject document = new JsonObject();
        document.addProperty("name", name);
        document.addProperty("file", file.toString());
        document.addProperty("changed", changed);
        document.addProperty("state", state);
        document.add("groups", Json.texts(groups));
        StringBuilder text = new StringBuilder(sentence).append('\n');
        if (changed && context.runFolder().isHttpdAlive()) {
            text.append("The running server takes notice at Apache's next restart: apachectl graceful\n");
        }
        if (changed && !groups.isEmpty() && !state.equals("ready")) {
            text.append("Groups on it now: ")
                    .append(String.join(", ", groups))
                    .append(". They run on; those that find no other JDK do not start again after Apache has been "
                            + "stopped.\n");
        }
        context.print(document, text.toString());
    }

    /** The groups that run on it, as far as the caller may know. */
    private List<String> groups() {
        List<String> names = new ArrayList<>();
        for (ConfFile.Section group : context.runFolder().definitionsOf(name).ofKind("group")) {
            names.add(group.name());
        }
        return names;
    }
}
