package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import picocli.CommandLine.Command;

/** Checks all that can be checked: the run folder, the monitors, the groups as their monitors know them, and the JDKs. */
@Command(
        name = "verify",
        description =
                "Checks the run folder, the monitors, the groups (what their JVMs say about their options, their users,"
                        + " files and root folders) and the registered JDKs. Without a running server: the JDKs. Exit status 1 when something is"
                        + " wrong.")
final class VerifyCommand implements Callable<Integer> {
    private final CtlContext context;

    VerifyCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        JsonObject document = new JsonObject();
        StringBuilder text = new StringBuilder();
        ProfileRegistry registry = context.registry();
        List<JdkVerifier.Check> ofServer = new ArrayList<>();
        JsonArray groups = new JsonArray();
        boolean ok = true;
        try {
            RunFolder folder = context.runFolder();
            GroupPlaces places = new GroupPlaces(folder, context.home());
            JsonObject status = StatusDocument.of(folder, registry, new Monitors(folder, context::warn).status())
                    .json(List.of());
            ofServer.add(folderCheck(folder));
            for (JsonObject monitor : Json.objects(status, "monitors")) {
                ofServer.add(monitorCheck(monitor));
            }
            for (JsonObject group : Json.objects(status, "groups")) {
                String name = Json.text(group, "name");
                List<JdkVerifier.Check> checks = groupChecks(group);
                checks.addAll(places.of(Json.text(group, "profile"), name, reportedFiles(group)));
                ok &= JdkVerifyCommand.isFine(checks);
                groups.add(JdkVerifyCommand.document(name, checks));
                text.append(JdkVerifyCommand.view("group " + name, "as it should be", "NOT AS IT SHOULD BE", checks));
            }
        } catch (CtlException e) {
            if (e.exit() != CtlExit.NO_SERVER) {
                throw e;
            }
            ofServer.add(new JdkVerifier.Check("monitors", JdkVerifier.Outcome.SKIPPED, e.getMessage()));
        }
        ok &= JdkVerifyCommand.isFine(ofServer);
        JsonArray profiles = new JsonArray();
        JdkVerifier verifier = new JdkVerifier(context.home());
        for (JdkProfile profile : registry.profiles()) {
            List<JdkVerifier.Check> checks = verifier.verify(profile);
            ok &= JdkVerifyCommand.isFine(checks);
            profiles.add(JdkVerifyCommand.document(profile.name(), checks));
            text.append(JdkVerifyCommand.view("JDK " + profile.name(), "usable", "NOT USABLE", checks));
        }
        document.addProperty("ok", ok);
        document.add("server", JdkVerifyCommand.array(ofServer));
        document.add("groups", groups);
        document.add("profiles", profiles);
        context.print(document, JdkVerifyCommand.view("server", "well", "NOT WELL", ofServer) + text);
        return (ok ? CtlExit.DONE : CtlExit.FAILED).status();
    }

    /** Monitors run as root by what is in there. */
    private static JdkVerifier.Check folderCheck(RunFolder folder) {
        List<String> problems = new ArrayList<>();
        for (String name : List.of("", "groups", "sockets", "monitors", "control", "tmp")) {
            Path path = folder.folder().resolve(name);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                new FolderOwners()
                        .problemsOfFolder(path).stream()
                                .filter(problem -> !problems.contains(problem))
                                .forEach(problems::add);
            } else {
                problems.add("there is no folder " + path + ": restart Apache, which makes it");
            }
        }
        return problems.isEmpty()
                ? new JdkVerifier.Check(
                        "folder",
                        JdkVerifier.Outcome.OK,
                        folder.folder() + ": nobody but root" + FolderOwners.orYou() + " can replace what is in it")
                : new JdkVerifier.Check("folder", JdkVerifier.Outcome.FAILED, String.join("; ", problems));
    }

    private static Set<String> reportedFiles(JsonObject group) {
        return Json.objects(group, "applications").stream()
                .map(application -> Json.text(application, "file"))
                .collect(Collectors.toSet());
    }

    private static JdkVerifier.Check monitorCheck(JsonObject monitor) {
        String state = Json.text(monitor, "state");
        JdkVerifier.Outcome outcome = switch (state) {
            case "ready" -> JdkVerifier.Outcome.OK;
            case "down" -> JdkVerifier.Outcome.FAILED;
            default -> JdkVerifier.Outcome.WARNING;
        };
        return new JdkVerifier.Check("monitor", outcome, Json.text(monitor, "profile") + " is " + state);
    }

    private static List<JdkVerifier.Check> groupChecks(JsonObject group) {
        List<JdkVerifier.Check> checks = new ArrayList<>();
        String state = Json.text(group, "state");
        String reason = Json.text(group, "reason");
        JdkVerifier.Outcome outcome = switch (state) {
            case "ready", "idle" -> JdkVerifier.Outcome.OK;
            case "failed", "backoff", "no-runtime" -> JdkVerifier.Outcome.FAILED;
            default -> JdkVerifier.Outcome.WARNING;
        };
        boolean isOdd = state.equals("ready") && !reason.isEmpty();
        checks.add(new JdkVerifier.Check(
                "state",
                isOdd ? JdkVerifier.Outcome.WARNING : outcome,
                reason.isEmpty() ? state : state + ": " + reason));
        if (group.get("notes") instanceof JsonArray notes) {
            notes.forEach(
                    note -> checks.add(new JdkVerifier.Check("note", JdkVerifier.Outcome.WARNING, note.getAsString())));
        }
        for (JsonObject application : Json.objects(group, "applications")) {
            checks.add(applicationCheck(application));
        }
        return checks;
    }

    private static JdkVerifier.Check applicationCheck(JsonObject application) {
        String file = Json.text(application, "file");
        return switch (Json.text(application, "state")) {
            case "rejected" ->
                new JdkVerifier.Check(
                        "app", JdkVerifier.Outcome.FAILED, file + " did not load: " + Json.text(application, "reason"));
            case "missing" -> new JdkVerifier.Check("app", JdkVerifier.Outcome.WARNING, "there is no " + file);
            default -> new JdkVerifier.Check("app", JdkVerifier.Outcome.OK, file);
        };
    }
}
