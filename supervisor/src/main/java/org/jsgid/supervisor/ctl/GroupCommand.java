package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that changes groups: it is sent to the monitor of each. */
abstract class GroupCommand implements Callable<Integer> {
    private final CtlContext context;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "GROUP", arity = "0..*", description = "The groups.")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--all", description = "All groups.")
    private boolean all;

    GroupCommand(CtlContext context) {
        this.context = context;
    }

    /** Whether the command may break off requests. */
    boolean isNow() {
        return false;
    }

    @Override
    public Integer call() {
        if (all == !groups.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), all ? "give groups or --all, not both" : "name a group, or give --all");
        }
        RunFolder folder = context.runFolder();
        Monitors monitors = new Monitors(folder, context::warn);
        StatusDocument status = StatusDocument.of(folder, context.registry(), monitors.status());
        GroupNames.check(groups, status, folder);
        List<JsonObject> done = new ArrayList<>();
        boolean failed = false;
        CtlException problem = null;
        for (Map.Entry<String, List<String>> entry : byProfile(status).entrySet()) {
            try {
                List<JsonObject> results =
                        monitors.command(entry.getKey(), spec.name(), entry.getValue(), isNow(), context::say);
                done.addAll(results);
                failed |= results.stream().anyMatch(GroupCommand::isFailure);
            } catch (CtlException e) {
                // The others still get the command: one monitor's refusal says nothing about theirs.
                problem = problem == null ? e : problem;
            }
        }
        print(done);
        if (problem != null) {
            throw problem;
        }
        return (failed ? CtlExit.FAILED : CtlExit.DONE).status();
    }

    private static boolean isFailure(JsonObject result) {
        return result.has("done") && !result.get("done").getAsBoolean();
    }

    private Map<String, List<String>> byProfile(StatusDocument status) {
        Map<String, List<String>> byProfile = new TreeMap<>();
        for (String name : all ? status.groupNames() : groups) {
            JsonObject group = status.group(name).orElseThrow();
            if (Json.text(group, "state").equals("no-runtime")) {
                if (!all) {
                    throw CtlMessage.NO_RUNTIME.with(name, Json.text(group, "reason"));
                }
                continue;
            }
            byProfile
                    .computeIfAbsent(Json.text(group, "profile"), profile -> new ArrayList<>())
                    .add(name);
        }
        return byProfile;
    }

    private void print(List<JsonObject> done) {
        JsonObject document = new JsonObject();
        document.add("groups", Json.array(done));
        StringBuilder text = new StringBuilder();
        for (JsonObject group : done) {
            String message = TextTable.oneLine(Json.text(group, "message"));
            text.append(TextTable.oneLine(Json.text(group, "name")))
                    .append(": ")
                    .append(TextTable.oneLine(Json.text(group, "state")))
                    .append(message.isEmpty() ? "" : ": " + message)
                    .append('\n');
        }
        context.print(document, text.toString());
    }
}
