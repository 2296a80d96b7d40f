package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks registered JDKs. */
@Command(
        name = "verify",
        description =
                "Checks that registered JDKs can be used: their files, modules and owners, the plugin for them, and "
                        + "that they start. Exit status 1 when something is wrong with one.")
final class JdkVerifyCommand implements Callable<Integer> {
    private final CtlContext context;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Only this profile; default: all.")
    private String name;

    JdkVerifyCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        ProfileRegistry registry = context.registry();
        JdkVerifier verifier = new JdkVerifier(context.home());
        JsonArray profiles = new JsonArray();
        StringBuilder text = new StringBuilder();
        boolean ok = true;
        for (JdkProfile profile : chosen(registry)) {
            List<JdkVerifier.Check> checks = verifier.verify(profile);
            ok &= isFine(checks);
            profiles.add(document(profile.name(), checks));
            text.append(text.length() == 0 ? "" : "\n").append(view(profile.name(), "usable", "NOT USABLE", checks));
        }
        if (profiles.isEmpty()) {
            ok = false;
            text.append("No JDKs: ").append(registry.registered()).append(".\n");
        }
        JsonObject document = new JsonObject();
        document.addProperty("ok", ok);
        document.add("profiles", profiles);
        context.print(document, text.toString());
        return (ok ? CtlExit.DONE : CtlExit.FAILED).status();
    }

    private Collection<JdkProfile> chosen(ProfileRegistry registry) {
        if (name == null) {
            return registry.profiles();
        }
        return List.of(registry.profile(name)
                .orElseThrow(() -> CtlMessage.NO_SUCH_PROFILE.with(
                        "there is no JDK profile " + name + "; " + registry.registered())));
    }

    /** Whether none of these checks failed. */
    static boolean isFine(List<JdkVerifier.Check> checks) {
        return checks.stream().noneMatch(check -> check.outcome() == JdkVerifier.Outcome.FAILED);
    }

    static JsonObject document(String name, List<JdkVerifier.Check> checks) {
        JsonObject document = new JsonObject();
        document.addProperty("name", name);
        document.addProperty("ok", isFine(checks));
        document.add("checks", array(checks));
        return document;
    }

    static JsonArray array(List<JdkVerifier.Check> checks) {
        JsonArray array = new JsonArray();
        for (JdkVerifier.Check check : checks) {
            JsonObject entry = new JsonObject();
            entry.addProperty("check", check.name());
            entry.addProperty("outcome", check.outcome().word());
            entry.addProperty("detail", check.detail());
            array.add(entry);
        }
        return array;
    }

    static String view(String what, String fine, String notFine, List<JdkVerifier.Check> checks) {
        StringBuilder text = new StringBuilder(what + ": " + (isFine(checks) ? fine : notFine) + "\n");
        for (JdkVerifier.Check check : checks) {
            text.append(String.format(
                    "  %-8s %-10s %s%n", check.outcome().word(), check.name(), TextTable.oneLine(check.detail())));
        }
        return text.toString();
    }
}
