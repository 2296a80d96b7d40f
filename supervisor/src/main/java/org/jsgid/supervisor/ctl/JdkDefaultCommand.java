package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.Selection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows or sets the runtime of groups that name none. */
@Command(
        name = "default",
        description =
                "Shows or sets the runtime of groups that name none. Setting it writes the file \"default\" into the "
                        + "administrator's profile folder; it counts when the configuration sets no JsgiRuntime outside of "
                        + "groups, from the next graceful restart on.")
final class JdkDefaultCommand implements Runnable {
    private final CtlContext context;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "A profile's name, a feature version, or one with a plus: temurin-25, 17, 17+.")
    private String runtime;

    JdkDefaultCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        ProfileRegistry registry = context.registry();
        if (runtime == null) {
            show(registry);
        } else {
            set(registry);
        }
    }

    private void set(ProfileRegistry registry) {
        Selection selection = registry.select(runtime);
        if (selection instanceof Selection.NotFound none) {
            throw CtlMessage.BAD_DEFAULT.with(runtime, none.reason());
        }
        Path file = ProfileFiles.administratorFolder(registry.folders()).resolve(ProfileRegistry.DEFAULT_FILE);
        ProfileFiles.write(file, runtime + "\n");
        JsonObject document = new JsonObject();
        document.addProperty("runtime", runtime);
        document.addProperty("profile", ((Selection.Found) selection).profile().name());
        document.addProperty("file", file.toString());
        context.print(
                document,
                "The default is " + runtime + " (" + describe(((Selection.Found) selection).profile()) + "), by " + file
                        + ".\nIt is used from Apache's next graceful restart on, unless the configuration sets JsgiRuntime "
                        + "outside of groups.\n");
    }

    private void show(ProfileRegistry registry) {
        DefaultRuntime standard = DefaultRuntime.of(context, registry);
        JsonObject document = new JsonObject();
        StringBuilder text = new StringBuilder();
        standard.inForce().ifPresent(name -> {
            document.addProperty("inForce", name);
            text.append("The server at ")
                    .append(context.runFolder().folder())
                    .append(" uses ")
                    .append(sentence(registry, name));
        });
        standard.byFile().ifPresent(name -> {
            document.addProperty("byFile", name);
            text.append(registry.defaultFile().map(Path::toString).orElse(""))
                    .append(" says ")
                    .append(sentence(registry, name));
        });
        Optional<String> effective = standard.effective();
        effective.ifPresent(name -> {
            document.addProperty("runtime", name);
            if (registry.select(name) instanceof Selection.Found found) {
                document.addProperty("profile", found.profile().name());
            }
        });
        if (text.length() == 0) {
            text.append(effective
                    .map(name -> "No default is set: groups that name no runtime get " + name
                            + ", the newest long-term release.\n")
                    .orElse("No default is set, and no JDK of at least 17 is registered.\n"));
        }
        context.print(document, text.toString());
    }

    private static String sentence(ProfileRegistry registry, String name) {
        Selection selection = registry.select(name);
        String selected = selection instanceof Selection.Found found
                ? describe(found.profile())
                : ((Selection.NotFound) selection).reason();
        return name + ": " + selected + ".\n";
    }

    private static String describe(JdkProfile profile) {
        return profile.name() + ", Java " + profile.version();
    }
}
