package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The status document for people: aligned tables of monitors, groups, processes and applications. */
final class StatusView {
    private static final String[] UNITS = {"", "K", "M", "G", "T"};

    private final Instant now;
    private final boolean isDetailed;

    private StatusView(Instant now, boolean isDetailed) {
        this.now = now;
        this.isDetailed = isDetailed;
    }

    /**
     * The view of a document at a time.
     *
     * @param isDetailed also shows what only matters to who looks at a single group: how its processes started, and the
     *     last lines of the one that ended
     */
    static String of(JsonObject document, Instant now, boolean isDetailed) {
        return new StatusView(now, isDetailed).view(document);
    }

    private String view(JsonObject document) {
        List<JsonObject> groups = Json.objects(document, "groups");
        StringBuilder text = new StringBuilder();
        append(text, monitors(Json.objects(document, "monitors")));
        append(text, groups(groups));
        groups.forEach(group -> appendReasons(text, group));
        append(text, processes(groups));
        append(text, applications(groups));
        if (groups.isEmpty()) {
            text.append(text.length() == 0 ? "" : "\n").append("No groups.\n");
        }
        if (document.get("notes") != null) {
            document.getAsJsonArray("notes")
                    .forEach(note -> text.append("note: ")
                            .append(TextTable.oneLine(note.getAsString()))
                            .append('\n'));
        }
        return text.toString();
    }

    private TextTable monitors(List<JsonObject> monitors) {
        TextTable table = new TextTable("MONITOR", "JDK", "STATE", "PID", "UP", "MEMORY");
        for (JsonObject monitor : monitors) {
            table.row(
                    Json.text(monitor, "profile"),
                    count(monitor, "feature"),
                    Json.text(monitor, "state"),
                    count(monitor, "pid"),
                    since(Json.text(monitor, "startedAt")),
                    size(monitor, "rssBytes"));
        }
        return table;
    }

    private TextTable groups(List<JsonObject> groups) {
        TextTable table =
                new TextTable("GROUP", "STATE", "RUNTIME", "PROFILE", "JAVA", "USER", "GEN", "PROCESSES", "QUEUE");
        for (JsonObject group : groups) {
            table.row(
                    Json.text(group, "name"),
                    Json.text(group, "state"),
                    Json.text(group, "runtime"),
                    Json.text(group, "profile"),
                    Json.text(group, "javaVersion"),
                    Json.text(group, "user"),
                    count(group, "generation"),
                    Json.objects(group, "processes").size(),
                    queue(Json.object(group, "queue")));
        }
        return table;
    }

    private TextTable processes(List<JsonObject> groups) {
        TextTable table = new TextTable(
                "PROCESS",
                "GROUP",
                "GEN",
                "NO",
                "STATE",
                "UP",
                "REQUESTS",
                "ACTIVE",
                "THREADS",
                "MEMORY",
                "HEAP",
                "CPU");
        for (JsonObject group : groups) {
            for (JsonObject process : Json.objects(group, "processes")) {
                table.row(
                        count(process, "pid"),
                        Json.text(group, "name"),
                        count(process, "generation"),
                        count(process, "number"),
                        Json.text(process, "state") + (isTrue(process, "stale") ? ", stale" : ""),
                        since(Json.text(process, "startedAt")),
                        count(process, "requests"),
                        count(process, "activeRequests"),
                        count(process, "threads"),
                        size(process, "rssBytes"),
                        heap(process),
                        seconds(process, "cpuSeconds"));
            }
        }
        return table;
    }

    private TextTable applications(List<JsonObject> groups) {
        TextTable table = new TextTable("MOUNT", "GROUP", "STATE", "CONTAINER", "LOADED IN", "APPLICATION");
        for (JsonObject group : groups) {
            for (JsonObject application : Json.objects(group, "applications")) {
                String mount = Json.text(application, "mount");
                OptionalLong millis = Json.number(application, "loadMillis");
                table.row(
                        mount.isEmpty() ? "/" : mount,
                        Json.text(group, "name"),
                        Json.text(application, "state"),
                        Json.text(application, "container"),
                        millis.isPresent() ? millis.getAsLong() + " ms" : "",
                        Json.text(application, "file"));
            }
        }
        return table;
    }

    private void appendReasons(StringBuilder text, JsonObject group) {
        String name = Json.text(group, "name");
        appendReason(text, name, Json.text(group, "reason"));
        if (group.get("notes") instanceof JsonArray notes) {
            notes.forEach(note -> appendReason(text, name, "note: " + note.getAsString()));
        }
        OptionalLong retry = Json.number(group, "retryAfterSeconds");
        if (retry.isPresent()) {
            appendReason(text, name, "the next start is in " + retry.getAsLong() + " s");
        }
        JsonObject exit = Json.object(group, "lastExit");
        if (exit.has("pid")) {
            appendReason(
                    text,
                    name,
                    "last exit: process " + count(exit, "pid") + " at " + Json.text(exit, "at") + ": "
                            + Json.text(exit, "reason"));
            String crashFile = Json.text(exit, "crashFile");
            appendReason(text, name, crashFile.isEmpty() ? "" : "crash file of the JVM: " + crashFile);
            String heapDump = Json.text(exit, "heapDump");
            appendReason(text, name, heapDump.isEmpty() ? "" : "heap dump: " + heapDump);
            if (isDetailed && exit.get("log") instanceof JsonArray log) {
                log.forEach(line -> appendLine(text, line));
            }
        }
        for (JsonObject process : Json.objects(group, "processes")) {
            String about = name + " process " + count(process, "pid");
            JsonObject step = Json.object(process, "step");
            if (step.has("name")) {
                long millis = Json.number(step, "sinceMillis").orElse(0);
                appendReason(
                        text,
                        about,
                        "starts, at the step '" + Json.text(step, "name") + "' since "
                                + duration(Duration.ofMillis(millis)) + steps(process, ", after "));
            } else if (isDetailed) {
                appendReason(text, about, steps(process, "started with "));
                appendReason(text, about, archive(Json.object(process, "archive")));
            }
            long upgraded = Json.number(process, "upgraded").orElse(0);
            if (upgraded > 0) {
                appendReason(text, about, "upgraded connections (WebSocket and the like): " + upgraded);
            }
            String renewal = Json.text(process, "renewal");
            if (!renewal.isEmpty()) {
                appendReason(text, about, "renewed because " + renewal);
            } else if (isTrue(process, "stale")) {
                appendReason(text, about, "runs on a JDK that has been replaced or removed");
            }
        }
        for (JsonObject application : Json.objects(group, "applications")) {
            appendReason(text, name + " " + Json.text(application, "file"), Json.text(application, "reason"));
        }
    }

    /** The steps of a start that are done, with their durations; empty when there are none. */
    private static String steps(JsonObject process, String before) {
        List<String> steps = new ArrayList<>();
        for (JsonObject step : Json.objects(process, "steps")) {
            steps.add(
                    Json.text(step, "name") + " " + Json.number(step, "millis").orElse(0) + " ms");
        }
        return steps.isEmpty() ? "" : before + String.join(", ", steps);
    }

    /** What a process does with an archive of its classes, in words. */
    private static String archive(JsonObject archive) {
        String reason = Json.text(archive, "reason");
        String why = reason.isEmpty() ? "" : ": " + reason;
        return switch (Json.text(archive, "state")) {
            case "used" -> "started from an archive of its classes (" + Json.text(archive, "kind") + ")" + why;
            case "recording" -> "an archive of its classes is to be made" + why;
            case "refused" -> "did not take the archive of its classes" + why;
            case "none" -> "no archive of its classes" + why;
            default -> "";
        };
    }

    private static boolean isTrue(JsonObject object, String name) {
        return Json.text(object, name).equals("true");
    }

    private static void appendReason(StringBuilder text, String about, String reason) {
        if (!reason.isEmpty()) {
            text.append("  ")
                    .append(TextTable.oneLine(about))
                    .append(": ")
                    .append(TextTable.oneLine(reason))
                    .append('\n');
        }
    }

    private static void appendLine(StringBuilder text, JsonElement line) {
        text.append("    | ")
                .append(TextTable.oneLine(line.isJsonPrimitive() ? line.getAsString() : line.toString()))
                .append('\n');
    }

    private static void append(StringBuilder text, TextTable table) {
        if (!table.isEmpty()) {
            text.append(text.length() == 0 ? "" : "\n").append(table);
        }
    }

    private static String count(JsonObject object, String name) {
        OptionalLong number = Json.number(object, name);
        return number.isPresent() ? Long.toString(number.getAsLong()) : "";
    }

    private static String queue(JsonObject queue) {
        String length = count(queue, "length");
        String limit = count(queue, "limit");
        if (length.isEmpty()) {
            return "";
        }
        OptionalLong oldest = Json.number(queue, "oldestMillis");
        String waiting = oldest.orElse(0) > 0 ? " (" + oldest.getAsLong() + " ms)" : "";
        return length + (limit.isEmpty() ? "" : "/" + limit) + waiting;
    }

    private static String heap(JsonObject process) {
        String used = size(process, "heapUsedBytes");
        String most = size(process, "heapMaxBytes");
        return most.isEmpty() ? used : used + "/" + most;
    }

    private static String seconds(JsonObject object, String name) {
        return object.has(name) && object.get(name).isJsonPrimitive()
                ? String.format(Locale.ROOT, "%.1f s", object.get(name).getAsDouble())
                : "";
    }

    private static String size(JsonObject object, String name) {
        OptionalLong bytes = Json.number(object, name);
        return bytes.isPresent() ? size(bytes.getAsLong()) : "";
    }

    /** Bytes in the unit that leaves a number below 1000: 52428800 is {@code 50M}. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit > 0 && value < 9.95 ? "%.1f%s" : "%.0f%s", value, UNITS[unit]);
    }

    private String since(String start) {
        if (start.isEmpty()) {
            return "";
        }
        try {
            return duration(Duration.between(Instant.parse(start), now));
        } catch (DateTimeParseException e) {
            return start;
        }
    }

    /** The two largest units of a duration: {@code 3d 4h}, {@code 12m 5s}, {@code 7s}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds >= 86_400) {
            return seconds / 86_400 + "d " + seconds % 86_400 / 3600 + "h";
        }
        if (seconds >= 3600) {
            return seconds / 3600 + "h " + seconds % 3600 / 60 + "m";
        }
        return seconds >= 60 ? seconds / 60 + "m " + seconds % 60 + "s" : seconds + "s";
    }
}
