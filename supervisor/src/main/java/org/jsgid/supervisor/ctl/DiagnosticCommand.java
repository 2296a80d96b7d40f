package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that asks something of the JVMs of a group, and prints what they say or writes a file. */
abstract class DiagnosticCommand implements Callable<Integer> {
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final CtlContext context;
    private final String kind;

    @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Option(
            names = "--process",
            paramLabel = "N",
            description = "Which process: its number in the group (as status shows it), or its pid.")
    private String process = "";

    @Option(
            names = "--time",
            paramLabel = "SECONDS",
            description = "How long a JVM may take; default: 15 s for threads, 30 min for a heap dump, else 1 min.")
    private int seconds;

    DiagnosticCommand(CtlContext context, String kind) {
        this.context = context;
        this.kind = kind;
    }

    /** The options of CONTROL.md that this command was given. */
    JsonObject options() {
        return new JsonObject();
    }

    /** The diagnostic command, of jcmd only. */
    List<String> arguments() {
        return List.of();
    }

    /** Where the answer goes when it is a file. */
    Optional<Path> file() {
        return Optional.empty();
    }

    /** What the JVM printed, as it is shown. */
    String adapted(String text) {
        return text;
    }

    /** Whether a file of that name may be replaced. */
    boolean mayReplace() {
        return false;
    }

    /** Whether the file is to be compressed by whoever can. */
    boolean isCompressed() {
        return false;
    }

    @Override
    public Integer call() {
        RunFolder folder = context.runFolder();
        Monitors monitors = new Monitors(folder, context::warn);
        StatusDocument status = StatusDocument.of(folder, context.registry(), monitors.status());
        GroupNames.check(List.of(group), status, folder);
        JsonObject known = status.group(group).orElseThrow();
        if (Json.text(known, "state").equals("no-runtime")) {
            throw CtlMessage.NO_RUNTIME.with(group, Json.text(known, "reason"));
        }
        boolean isOneOfMany =
                process.isEmpty() && Json.objects(known, "processes").size() > 1;
        Optional<OutputFile> output = file().map(path -> OutputFile.create(path, mayReplace()));
        try {
            Answer answer = new Answer(output, isOneOfMany);
            JsonObject result = monitors.ask(Json.text(known, "profile"), request(), answer);
            return finish(result, answer, output);
        } finally {
            output.ifPresent(OutputFile::close);
        }
    }

    private JsonObject request() {
        JsonObject request = new JsonObject();
        request.addProperty("command", "diagnose");
        request.addProperty("kind", kind);
        request.add("groups", Json.texts(List.of(group)));
        if (!process.isEmpty()) {
            request.addProperty("process", process);
        }
        if (seconds > 0) {
            request.addProperty("seconds", seconds);
        }
        request.add("options", options());
        request.add("arguments", Json.texts(arguments()));
        return request;
    }

    private int finish(JsonObject result, Answer answer, Optional<OutputFile> output) {
        List<JsonObject> processes = Json.objects(result, "processes");
        boolean isDone = !processes.isEmpty();
        for (int i = 0; i < processes.size(); i++) {
            JsonObject one = processes.get(i);
            isDone &= one.has("done") && one.get("done").getAsBoolean();
            if (context.isJson() && output.isEmpty()) {
                one.addProperty(
                        "output",
                        i < answer.outputs.size() ? answer.outputs.get(i).toString() : "");
            }
        }
        JsonObject document = new JsonObject();
        document.addProperty("group", group);
        if (isDone && output.isPresent()) {
            output.get().complete();
            document.addProperty("file", output.get().path().toString());
            document.addProperty("bytes", output.get().bytes());
        }
        document.add("processes", Json.array(processes));
        context.print(
                document, isDone && output.isPresent() ? "Wrote " + output.get().path() + "\n" : "");
        for (JsonObject one : processes) {
            if (!one.has("done") || !one.get("done").getAsBoolean()) {
                context.warn(CtlMessage.NOT_DIAGNOSED.id() + ": "
                        + CtlMessage.NOT_DIAGNOSED
                                .with(group, Json.text(one, "number"), Json.text(one, "pid"), Json.text(one, "reason"))
                                .getMessage());
            }
        }
        return (isDone ? CtlExit.DONE : CtlExit.FAILED).status();
    }

    /** Takes what comes before the result. */
    private final class Answer implements Monitors.Events {
        private final Optional<OutputFile> output;
        private final boolean isOneOfMany;
        private final List<StringBuilder> outputs = new ArrayList<>();
        private long told = System.nanoTime();

        Answer(Optional<OutputFile> output, boolean isOneOfMany) {
            this.output = output;
            this.isOneOfMany = isOneOfMany;
        }

        @Override
        public void progress(String text) {
            if (System.nanoTime() - told >= PROGRESS_NANOS) {
                told = System.nanoTime();
                context.warn("group " + group + ": " + text);
            }
        }

        @Override
        public void other(JsonObject reply) {
            if (reply.has("process")) {
                begin(Json.object(reply, "process"));
            } else if (reply.has("output")) {
                print(Json.text(reply, "output"));
            } else if (reply.has("file")) {
                expect(Json.object(reply, "file"));
            } else if (reply.has("content")) {
                write(Json.text(reply, "content"));
            }
        }

        private void begin(JsonObject described) {
            outputs.add(new StringBuilder());
            if (isOneOfMany && output.isEmpty() && !context.isJson()) {
                context.printRaw("process " + Json.text(described, "number") + " (pid " + Json.text(described, "pid")
                        + ", Java " + TextTable.oneLine(Json.text(described, "javaVersion")) + ")\n");
            }
        }

        private void print(String text) {
            // A thread's name must not steer the terminal of whoever looks at it.
            String harmless = adapted(text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?"));
            if (output.isPresent()) {
                return;
            }
            if (context.isJson() && !outputs.isEmpty()) {
                outputs.get(outputs.size() - 1).append(harmless);
            } else {
                context.printRaw(harmless);
            }
        }

        private void expect(JsonObject file) {
            boolean isDone = file.has("gzip") && file.get("gzip").getAsBoolean();
            OutputFile target = output.orElseThrow();
            target.expect(Json.number(file, "bytes").orElse(0) / (isCompressed() && !isDone ? 4 : 1));
            if (isCompressed() && !isDone) {
                target.compress();
            }
        }

        private void write(String content) {
            OutputFile target = output.orElseThrow();
            target.write(Base64.getDecoder().decode(content));
            progress((target.bytes() >> 20) + " MiB copied");
        }
    }
}
