package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the lines of the log that are about a group. */
@Command(
        name = "logs",
        description =
                "Prints the last lines of Apache's error log that are about a group: what its processes print, and what "
                        + "its monitor says of it. Needs an ErrorLog that is a file.")
final class LogsCommand implements Callable<Integer> {
    private final CtlContext context;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "How many lines; default: 50.")
    private int lines = 50;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with the lines that come, until Ctrl-C.")
    private boolean follow;

    LogsCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (follow && context.isJson()) {
            throw new ParameterException(spec.commandLine(), "--follow has no end, and --json prints one document");
        }
        if (lines < 0) {
            throw new ParameterException(spec.commandLine(), "--lines must not be negative");
        }
        RunFolder folder = context.runFolder();
        Monitors monitors = new Monitors(folder, context::warn);
        StatusDocument status = StatusDocument.of(folder, context.registry(), monitors.status());
        GroupNames.check(List.of(group), status, folder);
        JsonObject known = status.group(group).orElseThrow();
        if (Json.text(known, "state").equals("no-runtime")) {
            throw CtlMessage.NO_RUNTIME.with(group, Json.text(known, "reason"));
        }
        JsonObject request = new JsonObject();
        request.addProperty("command", "logs");
        request.add("groups", Json.texts(List.of(group)));
        request.addProperty("lines", lines);
        request.addProperty("follow", follow);
        Lines shown = new Lines();
        JsonObject result = monitors.ask(Json.text(known, "profile"), request, shown);
        JsonObject document = new JsonObject();
        document.addProperty("group", group);
        document.addProperty("file", Json.text(result, "file"));
        document.add("lines", shown.lines);
        context.print(document, "");
        return CtlExit.DONE.status();
    }

    private final class Lines implements Monitors.Events {
        private final JsonArray lines = new JsonArray();

        @Override
        public void progress(String text) {
            // It only says that it is there.
        }

        @Override
        public void other(JsonObject reply) {
            String line = Json.text(reply, "output").stripTrailing();
            if (context.isJson()) {
                lines.add(line);
            } else {
                context.printRaw(line.replaceAll("[\\p{Cntrl}&&[^\t]]", "?") + "\n");
            }
        }
    }
}
