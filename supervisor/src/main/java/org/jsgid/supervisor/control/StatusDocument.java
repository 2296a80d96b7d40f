package org.jsgid.supervisor.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.group.LastExit;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.ProcessFigures;

/** The status document; paths, units and meanings are in {@code CONTROL.md}. */
final class StatusDocument {

    private StatusDocument() {}

    /** Everything that the monitor itself knows. Made on the event loop. */
    static JsonObject of(ControlledMonitor monitor, Collection<DaemonGroup> groups) {
        JsonObject self = new JsonObject();
        self.addProperty("profile", monitor.jdk().profile());
        self.addProperty("feature", monitor.jdk().feature());
        self.addProperty("pid", ProcessHandle.current().pid());
        self.addProperty("state", monitor.isStopping() ? "draining" : "ready");
        self.addProperty("startedAt", time(monitor.startedAt()));
        JsonArray monitors = new JsonArray();
        monitors.add(self);
        JsonArray described = new JsonArray();
        groups.forEach(group -> described.add(group(group)));
        JsonObject document = new JsonObject();
        document.add("monitors", monitors);
        document.add("groups", described);
        return document;
    }

    /** Adds what the system knows of the processes, which takes longer. Not made on the event loop. */
    static void addFigures(JsonObject document, ProcessFigures figures) {
        for (JsonElement monitor : document.getAsJsonArray("monitors")) {
            addFigures(monitor.getAsJsonObject(), figures, false);
        }
        for (JsonElement group : document.getAsJsonArray("groups")) {
            for (JsonElement process : group.getAsJsonObject().getAsJsonArray("processes")) {
                addFigures(process.getAsJsonObject(), figures, true);
            }
        }
    }

    private static void addFigures(JsonObject process, ProcessFigures figures, boolean withCpu) {
        long pid = process.get("pid").getAsLong();
        if (pid > 0) {
            figures.of(pid).ifPresent(known -> {
                process.addProperty("rssBytes", known.rssBytes());
                if (withCpu) {
                    process.addProperty("cpuSeconds", known.cpuSeconds());
                }
            });
        }
    }

    private static JsonObject group(DaemonGroup group) {
        JsonObject json = new JsonObject();
        json.addProperty("name", group.name());
        json.addProperty("runtime", group.servingDefinition().runtime());
        json.addProperty("profile", group.servingDefinition().jdk().profile());
        group.currentProcesses().stream()
                .flatMap(daemon -> daemon.javaVersion().stream())
                .findFirst()
                .ifPresent(version -> json.addProperty("javaVersion", version));
        group.definition().account().user().ifPresent(user -> json.addProperty("user", user));
        json.addProperty("state", group.state().word());
        json.addProperty("generation", group.generation());
        json.addProperty("reason", group.reason());
        List<String> notes = group.notes();
        if (!notes.isEmpty()) {
            JsonArray array = new JsonArray();
            notes.forEach(array::add);
            json.add("notes", array);
        }
        group.retryAfter()
                .ifPresent(left -> json.addProperty(
                        "retryAfterSeconds", Math.max(0, left.plusMillis(999).toSeconds())));
        json.add("queue", queue(group));
        json.add("applications", applications(group.currentProcesses()));
        JsonArray processes = new JsonArray();
        boolean isVirtual = group.servingDefinition().isVirtual();
        group.processes().forEach(daemon -> processes.add(process(daemon, isVirtual, group.now())));
        json.add("processes", processes);
        group.lastExit().ifPresent(exit -> json.add("lastExit", lastExit(exit)));
        return json;
    }

    private static JsonObject queue(DaemonGroup group) {
        long length = 0;
        long oldest = 0;
        for (DaemonProcess daemon : group.processes()) {
            length += daemon.counters().waiting();
            oldest = Math.max(oldest, daemon.counters().oldestWaitingMillis());
        }
        JsonObject json = new JsonObject();
        json.addProperty("length", length);
        json.addProperty("limit", group.definition().queue().limit());
        json.addProperty("oldestMillis", oldest);
        return json;
    }

    /** Each application once: as the first process that has got furthest with it says. */
    private static JsonArray applications(List<DaemonProcess> daemons) {
        Map<ApplicationKey, DaemonProcess.Application> applications = new LinkedHashMap<>();
        for (DaemonProcess daemon : daemons) {
            for (DaemonProcess.Application application : daemon.applications()) {
                boolean isBetter = daemon.state() == DaemonState.READY
                        && applications.containsKey(application.key())
                        && applications.get(application.key()).state().equals("loading");
                if (isBetter || !applications.containsKey(application.key())) {
                    applications.put(application.key(), application);
                }
            }
        }
        JsonArray array = new JsonArray();
        for (DaemonProcess.Application application : applications.values()) {
            JsonObject json = new JsonObject();
            json.addProperty("file", application.key().file());
            json.addProperty("mount", application.key().mount());
            json.addProperty("applicationGroup", application.key().applicationGroup());
            json.addProperty("state", application.state());
            if (application.state().equals("loaded")) {
                json.addProperty("container", application.container());
                json.addProperty("loadMillis", application.loadMillis());
            }
            application.reason().ifPresent(reason -> json.addProperty("reason", reason));
            array.add(json);
        }
        return array;
    }

    private static JsonObject process(DaemonProcess daemon, boolean isVirtual, Duration now) {
        DaemonReport.Counters counters = daemon.counters();
        JsonObject json = new JsonObject();
        json.addProperty("pid", daemon.pid());
        json.addProperty("number", daemon.number());
        json.addProperty("generation", daemon.generation());
        json.addProperty("state", daemon.state().word());
        json.addProperty("startedAt", time(daemon.startedAt()));
        json.addProperty("requests", counters.requests());
        json.addProperty("activeRequests", counters.active());
        json.addProperty("upgraded", counters.upgraded());
        json.addProperty("threads", counters.threads());
        json.addProperty("heapUsedBytes", counters.heapUsedBytes());
        json.addProperty("heapMaxBytes", counters.heapMaxBytes());
        json.addProperty("threading", isVirtual ? "virtual" : "platform");
        JsonArray steps = new JsonArray();
        for (DaemonReport.Step step : daemon.steps()) {
            JsonObject described = new JsonObject();
            described.addProperty("name", step.name());
            described.addProperty("millis", step.millis());
            steps.add(described);
        }
        json.add("steps", steps);
        daemon.startStep().ifPresent(step -> {
            JsonObject described = new JsonObject();
            described.addProperty("name", step.name());
            described.addProperty("sinceMillis", now.minus(step.since()).toMillis());
            json.add("step", described);
        });
        daemon.archive().ifPresent(archive -> {
            JsonObject described = new JsonObject();
            described.addProperty("kind", archive.kind());
            described.addProperty("state", archive.state().word());
            described.addProperty("reason", archive.reason());
            json.add("archive", described);
        });
        daemon.renewal().ifPresent(why -> json.addProperty("renewal", why));
        if (daemon.isStale()) {
            json.addProperty("stale", true);
        }
        return json;
    }

    private static JsonObject lastExit(LastExit exit) {
        JsonObject json = new JsonObject();
        json.addProperty("pid", exit.pid());
        exit.reason().status().ifPresent(status -> json.addProperty("status", status));
        exit.reason().signal().ifPresent(signal -> json.addProperty("signal", signal));
        json.addProperty("reason", exit.reason().sentence());
        JsonArray log = new JsonArray();
        exit.lastLines().forEach(log::add);
        json.add("log", log);
        exit.crashFile().ifPresent(kept -> json.addProperty("crashFile", kept.toString()));
        exit.heapDump().ifPresent(kept -> json.addProperty("heapDump", kept.toString()));
        json.addProperty("at", time(exit.at()));
        return json;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
