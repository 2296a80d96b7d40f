package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jsgid.supervisor.jdk.ProfileRegistry;
import org.jsgid.supervisor.jdk.Selection;

/**
 * The status of a whole server in one document: what the monitors say, and what only the run folder knows (monitors that
 * are down, groups without a runtime). The names in it are those of the table in CONTROL.md.
 */
final class StatusDocument {
    private static final Set<String> LEAVING = Set.of("draining", "stopped");

    private final List<JsonObject> monitors = new ArrayList<>();
    private final Map<String, JsonObject> groups = new TreeMap<>();
    /** Of each group, the profiles of all monitors that have it: two while it moves. */
    private final Map<String, Set<String>> profiles = new TreeMap<>();

    private final List<String> notes = new ArrayList<>();
    private boolean partial;

    private StatusDocument() {}

    /** Builds the document from the answers of the monitors. */
    static StatusDocument of(RunFolder folder, ProfileRegistry registry, List<Monitors.Answer> answers) {
        StatusDocument status = new StatusDocument();
        for (Monitors.Answer answer : answers) {
            if (answer instanceof Monitors.Answer.Status said) {
                status.monitors.addAll(Json.objects(said.document(), "monitors"));
                Json.objects(said.document(), "groups").forEach(status::addGroup);
            } else if (answer instanceof Monitors.Answer.Down down) {
                status.addDown(down, folder);
            } else {
                status.partial = true;
                status.note("the monitor of " + answer.profile() + " does not show its groups to you");
            }
        }
        status.addWithoutRuntime(folder, registry);
        status.monitors.sort(Comparator.comparing(monitor -> Json.text(monitor, "profile")));
        return status;
    }

    /** The names of all groups, sorted. */
    Set<String> groupNames() {
        return groups.keySet();
    }

    /** Whether there may be groups that the caller is not shown. */
    boolean isPartial() {
        return partial;
    }

    Optional<JsonObject> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /**
     * The document.
     *
     * @param only the groups to keep; empty: all, and all monitors
     */
    JsonObject json(List<String> only) {
        List<JsonObject> kept = groups.values().stream()
                .filter(group -> only.isEmpty() || only.contains(Json.text(group, "name")))
                .toList();
        Set<String> named = kept.stream()
                .map(group -> Json.text(group, "name"))
                .flatMap(name -> profiles.getOrDefault(name, Set.of()).stream())
                .collect(Collectors.toSet());
        JsonArray shown = Json.array(monitors.stream()
                .filter(monitor -> only.isEmpty() || named.contains(Json.text(monitor, "profile")))
                .toList());
        JsonObject document = new JsonObject();
        document.add("monitors", shown);
        document.add("groups", Json.array(kept));
        document.add("notes", Json.texts(notes));
        return document;
    }

    /** A group that moves to another JDK is at two monitors until the old one's processes have ended. */
    private void addGroup(JsonObject group) {
        String name = Json.text(group, "name");
        profiles.computeIfAbsent(name, any -> new TreeSet<>()).add(Json.text(group, "profile"));
        JsonObject other = groups.get(name);
        if (other == null) {
            groups.put(name, group);
            return;
        }
        boolean isNewer = isLeaving(other) || (!isServing(other) && isServing(group));
        JsonObject current = isNewer ? group : other;
        JsonObject former = isNewer ? other : group;
        JsonArray processes = Json.array(Json.objects(current, "processes"));
        Json.objects(former, "processes").forEach(processes::add);
        current.add("processes", processes);
        if (!isLeaving(former)) {
            addWhatComes(current, former);
        }
        groups.put(name, current);
    }

    /** Tells of the monitor that is to take over why it has not. */
    private static void addWhatComes(JsonObject serving, JsonObject coming) {
        String why = Json.text(coming, "reason");
        String text =
                Json.text(coming, "profile") + " is " + Json.text(coming, "state") + (why.isEmpty() ? "" : ": " + why);
        String reason = Json.text(serving, "reason");
        serving.addProperty("reason", reason.isEmpty() ? text : reason + "; " + text);
        if (coming.has("lastExit") && !coming.get("lastExit").isJsonNull()) {
            serving.add("lastExit", coming.get("lastExit"));
        }
    }

    private static boolean isServing(JsonObject group) {
        return Json.text(group, "state").equals("ready");
    }

    private static boolean isLeaving(JsonObject group) {
        return LEAVING.contains(Json.text(group, "state"));
    }

    private void addDown(Monitors.Answer.Down down, RunFolder folder) {
        ConfFile definitions = folder.definitionsOf(down.profile());
        JsonObject monitor = new JsonObject();
        monitor.addProperty("profile", down.profile());
        String feature = definitions.head().value("feature");
        if (feature.matches("[0-9]{1,3}")) {
            monitor.addProperty("feature", Integer.valueOf(feature));
        }
        monitor.addProperty("state", down.isStarting() ? "starting" : "down");
        monitors.add(monitor);
        note(
                down.isStarting()
                        ? "the monitor of " + down.profile() + " is being started"
                        : folder.describeMonitor(down.profile()) + " gave no answer (" + down.reason()
                                + "); the processes of its groups serve on, and Apache starts it again when it has"
                                + " died");
        for (ConfFile.Section definition : definitions.ofKind("group")) {
            JsonObject group = down.isStarting()
                    ? group(definition, "starting", "its monitor is being started")
                    : group(definition, "failed", "its monitor gave no answer");
            group.addProperty("profile", down.profile());
            profiles.computeIfAbsent(definition.name(), any -> new TreeSet<>()).add(down.profile());
            groups.putIfAbsent(definition.name(), group);
        }
    }

    private void addWithoutRuntime(RunFolder folder, ProfileRegistry registry) {
        Optional<List<ConfFile.Section>> definitions = folder.groupsWithoutRuntime();
        if (definitions.isEmpty()) {
            partial = true;
            note("groups without a runtime, if there are any, are shown to root only");
            return;
        }
        for (ConfFile.Section definition : definitions.get()) {
            groups.putIfAbsent(
                    definition.name(),
                    group(definition, "no-runtime", whyNoRuntime(definition.value("runtime"), registry)));
        }
    }

    private void note(String text) {
        notes.add(text);
    }

    private static String whyNoRuntime(String runtime, ProfileRegistry registry) {
        if (runtime.isEmpty()) {
            return "it names no runtime and there is no default; " + registry.registered();
        }
        Selection selection = registry.select(runtime);
        if (selection instanceof Selection.NotFound none) {
            return none.reason();
        }
        return ((Selection.Found) selection).profile().name()
                + " has been registered since; Apache takes it up soon, or at once after a graceful restart";
    }

    private static JsonObject group(ConfFile.Section definition, String state, String reason) {
        JsonObject group = new JsonObject();
        group.addProperty("name", definition.name());
        group.addProperty("runtime", definition.value("runtime"));
        String user = definition.value("user");
        group.addProperty("user", user.isEmpty() ? definition.value("uid") : user);
        group.addProperty("state", state);
        group.addProperty("reason", reason);
        return group;
    }
}
