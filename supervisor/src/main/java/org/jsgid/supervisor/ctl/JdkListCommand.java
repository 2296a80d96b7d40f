package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.TreeMap;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.Selection;
import picocli.CommandLine.Command;

/** Lists the registered JDKs. */
@Command(name = "list", description = "Lists the registered JDKs; * marks the one that groups without a runtime get.")
final class JdkListCommand implements Runnable {
    private final CtlContext context;

    JdkListCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        ProfileRegistry registry = context.registry();
        Optional<String> runtime = DefaultRuntime.of(context, registry).effective();
        Optional<JdkProfile> chosen = runtime.map(registry::select)
                .filter(Selection.Found.class::isInstance)
                .map(found -> ((Selection.Found) found).profile());
        JsonObject document = new JsonObject();
        document.add(
                "profiles",
                Json.array(registry.profiles().stream().map(ProfileJson::of).toList()));
        runtime.ifPresent(name -> document.addProperty("default", name));
        document.add("masked", masked(registry));
        document.add("folders", ProfileJson.paths(registry.folders()));
        context.print(document, view(registry, chosen));
    }

    private static JsonArray masked(ProfileRegistry registry) {
        JsonArray masked = new JsonArray();
        new TreeMap<>(registry.masks()).forEach((name, file) -> {
            JsonObject mask = new JsonObject();
            mask.addProperty("name", name);
            mask.addProperty("file", file.toString());
            masked.add(mask);
        });
        return masked;
    }

    private static String maskedLines(ProfileRegistry registry) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(registry.masks())
                .forEach((name, file) -> text.append("  ")
                        .append(name)
                        .append(": masked by ")
                        .append(file)
                        .append('\n'));
        return text.toString();
    }

    private static String view(ProfileRegistry registry, Optional<JdkProfile> chosen) {
        if (registry.profiles().isEmpty()) {
            return "No JDKs: " + registry.registered() + ".\nRegister what is installed with: jsgid-ctl jdk scan\n"
                    + maskedLines(registry);
        }
        TextTable table = new TextTable("PROFILE", "JDK", "STATE", "VERSION", "VENDOR", "PRIORITY", "HOME");
        for (JdkProfile profile : registry.profiles()) {
            table.row(
                    profile.name() + (chosen.filter(profile::equals).isPresent() ? " *" : ""),
                    profile.feature() > 0 ? profile.feature() : "",
                    profile.state().word(),
                    profile.version(),
                    profile.vendor(),
                    profile.priority(),
                    profile.home().map(Object::toString).orElse(""));
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (JdkProfile profile : registry.profiles()) {
            if (!profile.reason().isEmpty()) {
                text.append("  ")
                        .append(profile.name())
                        .append(": ")
                        .append(TextTable.oneLine(profile.reason()))
                        .append(" (")
                        .append(profile.file())
                        .append(")\n");
            }
            for (String warning : profile.warnings()) {
                text.append("  ")
                        .append(profile.file())
                        .append(": ")
                        .append(TextTable.oneLine(warning))
                        .append('\n');
            }
        }
        return text + maskedLines(registry);
    }
}
