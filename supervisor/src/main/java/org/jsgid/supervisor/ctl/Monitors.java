package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The monitors of a server, asked one after the other. */
final class Monitors {
    private static final ControlClient.Patience STATUS_PATIENCE =
            new ControlClient.Patience(Duration.ofMillis(2500), Duration.ofSeconds(5));

    /** A monitor that works on a command says something each two seconds (CONTROL.md). */
    private static final ControlClient.Patience COMMAND_PATIENCE =
            new ControlClient.Patience(Duration.ofMillis(2500), Duration.ofSeconds(15));

    private final RunFolder folder;
    private final Consumer<String> waiting;

    /**
     * The monitors of a run folder.
     *
     * @param waiting gets a line when a monitor keeps the caller waiting
     */
    Monitors(RunFolder folder, Consumer<String> waiting) {
        this.folder = folder;
        this.waiting = waiting;
    }

    /** What a monitor said when it was asked for its status. */
    sealed interface Answer {
        /** The profile that it is for. */
        String profile();

        /**
         * Its status.
         *
         * @param document as the table in CONTROL.md says
         */
        record Status(String profile, JsonObject document) implements Answer {}

        /** It does not answer the caller. */
        record Refused(String profile) implements Answer {}

        /**
         * It is not there, or broken.
         *
         * @param reason a sentence without full stop
         * @param isStarting it has made no socket yet
         */
        record Down(String profile, String reason, boolean isStarting) implements Answer {}
    }

    /**
     * Asks every monitor for its status.
     *
     * @throws CtlException when there is no server, or it shows the caller nothing
     */
    List<Answer> status() {
        Optional<CtlException> refusal = folder.refusal();
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        List<Answer> answers = new ArrayList<>();
        for (String profile : folder.monitors()) {
            answers.add(status(profile));
        }
        if (answers.stream().allMatch(Answer.Down.class::isInstance) && !folder.isHttpdAlive()) {
            throw CtlMessage.NO_SERVER.with(folder.folder(), whyNoServer());
        }
        if (!answers.isEmpty() && answers.stream().allMatch(Answer.Refused.class::isInstance)) {
            throw CtlMessage.NOT_YOURS.with(folder.folder());
        }
        return answers;
    }

    /**
     * Sends a command for some groups to their monitor.
     *
     * @return what it did, group by group
     * @throws CtlException when it refuses or breaks off
     */
    List<JsonObject> command(
            String profile, String command, Collection<String> groups, boolean now, Consumer<String> progress) {
        JsonObject request = new JsonObject();
        request.addProperty("command", command);
        request.add("groups", Json.texts(groups));
        request.addProperty("now", now);
        JsonObject reply;
        try {
            // A restart takes as long as the applications take to start; the monitor knows the limits, not we.
            reply = ControlClient.ask(
                    folder.controlSocket(profile), request, COMMAND_PATIENCE, progress, () -> waitFor(profile));
        } catch (IOException e) {
            throw CtlMessage.NO_ANSWER.with(folder.describeMonitor(profile), reason(e));
        }
        if (reply.has("error")) {
            throw refusal(reply);
        }
        return Json.objects(Json.object(reply, "result"), "groups");
    }

    /** Gets what a monitor says before the result. */
    interface Events {
        /** How it goes. */
        void progress(String text);

        /** A part of the answer: a line with none of {@code progress}, {@code result} and {@code error}. */
        void other(JsonObject reply);
    }

    /**
     * Sends a request whose answer comes in parts.
     *
     * @return the result
     * @throws CtlException when it refuses or breaks off
     */
    JsonObject ask(String profile, JsonObject request, Events events) {
        try {
            JsonObject reply = ControlClient.ask(
                    folder.controlSocket(profile),
                    request,
                    COMMAND_PATIENCE,
                    events::progress,
                    events::other,
                    () -> waitFor(profile));
            if (reply.has("error")) {
                throw refusal(reply);
            }
            return Json.object(reply, "result");
        } catch (IOException e) {
            throw CtlMessage.NO_ANSWER.with(folder.describeMonitor(profile), reason(e));
        }
    }

    private static CtlException refusal(JsonObject reply) {
        CtlExit exit = switch (Json.text(reply, "kind")) {
            case "not-permitted" -> CtlExit.NOT_PERMITTED;
            case "usage" -> CtlExit.USAGE;
            default -> CtlExit.FAILED;
        };
        return new CtlException(exit, Json.text(reply, "code"), Json.text(reply, "error"));
    }

    private Answer status(String profile) {
        JsonObject request = new JsonObject();
        request.addProperty("command", "status");
        try {
            JsonObject reply = ControlClient.ask(
                    folder.controlSocket(profile), request, STATUS_PATIENCE, progress -> {}, () -> waitFor(profile));
            if (reply.has("result")) {
                return new Answer.Status(profile, Json.object(reply, "result"));
            }
            return Json.text(reply, "kind").equals("not-permitted")
                    ? new Answer.Refused(profile)
                    : new Answer.Down(profile, Json.text(reply, "error"), false);
        } catch (AccessDeniedException e) {
            return new Answer.Refused(profile);
        } catch (IOException e) {
            return new Answer.Down(profile, reason(e), !Files.exists(folder.controlSocket(profile)));
        }
    }

    private void waitFor(String profile) {
        waiting.accept("waits for " + folder.describeMonitor(profile));
    }

    private String whyNoServer() {
        return folder.instance()
                .map(instance -> "Apache's process " + instance.value("httpd-pid") + " of its instance.conf is gone")
                .orElse("it has no instance.conf that can be read, and no monitor answers");
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
