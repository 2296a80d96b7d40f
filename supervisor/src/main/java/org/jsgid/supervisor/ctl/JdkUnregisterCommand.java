package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jsgid.supervisor.jdk.ProfileReader;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.Selection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a profile from the administrator's folder. */
@Command(
        name = "unregister",
        description =
                "Removes a profile from the administrator's profile folder. The JDK itself stays; groups on it keep "
                        + "running until Apache's next restart, graceful ones too.")
final class JdkUnregisterCommand implements Runnable {
    private final CtlContext context;

    @Parameters(paramLabel = "NAME", description = "The profile's name.")
    private String name = "";

    JdkUnregisterCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        if (!ProfileReader.isName(name)) {
            throw CtlMessage.BAD_NAME.with(name);
        }
        ProfileRegistry registry = context.registry();
        Path folder = ProfileFiles.administratorFolder(registry.folders());
        Path file = folder.resolve(name + ProfileReader.SUFFIX);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw absent(registry, folder);
        }
        ProfileFiles.delete(file);
        ProfileRegistry after = context.registry();
        JsonObject document = new JsonObject();
        document.addProperty("name", name);
        document.addProperty("file", file.toString());
        String rest = after.profile(name)
                .map(profile -> name + " is now what " + profile.file() + " says.\n")
                .orElse("");
        context.print(document, "Removed " + file + "\n" + rest);
    }

    private CtlException absent(ProfileRegistry registry, Path folder) {
        return registry.profile(name)
                .map(profile -> CtlMessage.NOT_REGISTERED_HERE.with(
                        name, folder, profile.file().getParent(), name))
                .orElseGet(() -> CtlMessage.NO_SUCH_PROFILE.with(
                        registry.select(name) instanceof Selection.NotFound none
                                ? none.reason()
                                : name + " is a runtime, not a profile's name"));
    }
}
