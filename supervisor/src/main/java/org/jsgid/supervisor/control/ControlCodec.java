package org.jsgid.supervisor.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.supervisor.group.DaemonGroup;

/** The lines of the control socket. Built by hand from Gson's tree: nothing is found by reflection. Pure. */
public final class ControlCodec {

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
                default ->
                    throw new UsageException(
                            "there is no command '" + command + "'; there are status, restart, start and stop");
            };
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException | ClassCastException e) {
            throw new UsageException("a request is one JSON object on a line: " + e.getMessage());
        }
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
