package org.jsgid.supervisor.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jsgid.supervisor.diagnostics.DiagnosticKind;
import org.jsgid.supervisor.diagnostics.DiagnosticRequest;
import org.jsgid.supervisor.group.DaemonGroup;

/** The lines of the control socket. Built by hand from Gson's tree: nothing is found by reflection. Pure. */
public final class ControlCodec {

    private static final int USUAL_LINES = 50;
    private static final long LONGEST_SECONDS = 24 * 3600L;

    private ControlCodec() {}

    /** A request that cannot be understood; the message is for whoever sent it. */
    public static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        /** With what would be right. */
        public UsageException(String message) {
            super(message);
        }
    }

    /** What a line asks. */
    public static ControlRequest decode(String line) throws UsageException {
        try {
            JsonElement parsed = JsonParser.parseString(line);
            if (!parsed.isJsonObject()) {
                throw new UsageException("a request is one JSON object");
            }
            JsonObject request = parsed.getAsJsonObject();
            List<String> groups = groups(request);
            String command = request.has("command") ? request.get("command").getAsString() : "";
            return switch (command) {
                case "status" -> new ControlRequest.Status(groups);
                case "restart" ->
                    new ControlRequest.Restart(
                            groups, request.has("now") && request.get("now").getAsBoolean());
                case "start" -> new ControlRequest.Start(groups);
                case "stop" -> new ControlRequest.Stop(groups);
                case "diagnose" -> new ControlRequest.Diagnose(one(groups), diagnosis(request));
                case "logs" ->
                    new ControlRequest.Logs(
                            one(groups),
                            request.has("lines") ? request.get("lines").getAsInt() : USUAL_LINES,
                            request.has("follow") && request.get("follow").getAsBoolean());
                default ->
                    throw new UsageException("there is no command '" + command
                            + "'; there are status, restart, start, stop, diagnose and logs");
            };
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | ClassCastException
                | NumberFormatException e) {
            throw new UsageException("a request is one JSON object on a line: " + e.getMessage());
        }
    }

    private static List<String> one(List<String> groups) throws UsageException {
        if (groups.size() != 1) {
            throw new UsageException("this command is about one group");
        }
        return groups;
    }

    private static DiagnosticRequest diagnosis(JsonObject request) throws UsageException {
        String kind = request.has("kind") ? request.get("kind").getAsString() : "";
        Map<String, String> options = new TreeMap<>();
        if (request.has("options")) {
            request.getAsJsonObject("options")
                    .entrySet()
                    .forEach(option ->
                            options.put(option.getKey(), option.getValue().getAsString()));
        }
        List<String> arguments = new ArrayList<>();
        if (request.has("arguments")) {
            request.getAsJsonArray("arguments").forEach(argument -> arguments.add(argument.getAsString()));
        }
        long seconds = request.has("seconds") ? request.get("seconds").getAsLong() : 0;
        if (seconds < 0 || seconds > LONGEST_SECONDS) {
            throw new UsageException("a JVM gets 1 to " + LONGEST_SECONDS + " seconds");
        }
        return new DiagnosticRequest(
                DiagnosticKind.of(kind).orElseThrow(() -> new UsageException("there is no kind '" + kind + "'")),
                Optional.ofNullable(request.get("process")).map(JsonElement::getAsString),
                Optional.of(Duration.ofSeconds(seconds)).filter(limit -> !limit.isZero()),
                options,
                arguments);
    }

    private static List<String> groups(JsonObject request) {
        List<String> names = new ArrayList<>();
        if (request.has("groups") && !request.get("groups").isJsonNull()) {
            request.getAsJsonArray("groups").forEach(name -> names.add(name.getAsString()));
        }
        return names;
    }

    /** How it goes. */
    public static String progress(String text) {
        JsonObject reply = new JsonObject();
        reply.addProperty("progress", text);
        return reply.toString();
    }

    /** What follows is of that process. */
    public static String process(int number, long pid, String javaVersion) {
        JsonObject process = new JsonObject();
        process.addProperty("number", number);
        process.addProperty("pid", pid);
        process.addProperty("javaVersion", javaVersion);
        JsonObject reply = new JsonObject();
        reply.add("process", process);
        return reply.toString();
    }

    /** A piece of what it prints. */
    public static String output(String text) {
        JsonObject reply = new JsonObject();
        reply.addProperty("output", text);
        return reply.toString();
    }

    /** A file follows. */
    public static String file(long bytes, boolean gzip) {
        JsonObject file = new JsonObject();
        file.addProperty("bytes", bytes);
        file.addProperty("gzip", gzip);
        JsonObject reply = new JsonObject();
        reply.add("file", file);
        return reply.toString();
    }

    /** A piece of a file. Made by hand: nothing in base64 has to be escaped, and there may be gigabytes of it. */
    public static String content(String base64) {
        return "{\"content\":\"" + base64 + "\"}";
    }

    /** What was asked for. */
    public static String result(JsonObject result) {
        JsonObject reply = new JsonObject();
        reply.add("result", result);
        return reply.toString();
    }

    /** What became of groups that were commanded. */
    public static JsonObject outcomes(List<DaemonGroup.Outcome> outcomes) {
        JsonArray groups = new JsonArray();
        for (DaemonGroup.Outcome outcome : outcomes) {
            JsonObject group = new JsonObject();
            group.addProperty("name", outcome.name());
            group.addProperty("state", outcome.state().word());
            group.addProperty("done", outcome.done());
            group.addProperty("message", outcome.message());
            groups.add(group);
        }
        JsonObject result = new JsonObject();
        result.add("groups", groups);
        return result;
    }

    /** Why it is not done. */
    public static String error(String code, String kind, String text) {
        JsonObject reply = new JsonObject();
        reply.addProperty("error", text);
        reply.addProperty("code", code);
        reply.addProperty("kind", kind);
        return reply.toString();
    }
}
