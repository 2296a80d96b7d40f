package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about flight recordings. */
@Command(name = "jfr", description = "Makes flight recordings of a group's processes. Java 8 has them from 8u262 on.")
final class JfrCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine commandLine(CtlContext context) {
        return new CommandLine(new JfrCommand())
                .addSubcommand(new Start(context))
                .addSubcommand(new Dump(context))
                .addSubcommand(new Stop(context))
                .addSubcommand(new Check(context));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** One that is about a recording. */
    private abstract static class OfRecording extends DiagnosticCommand {
        @Option(names = "--name", paramLabel = "NAME", description = "The recording; default: jsgid.")
        private String name = "";

        OfRecording(CtlContext context, String kind) {
            super(context, kind);
        }

        @Override
        JsonObject options() {
            JsonObject options = new JsonObject();
            add(options, "name", name);
            return options;
        }

        /** Without the JVM's advice to use another command for what this one does. */
        @Override
        String adapted(String text) {
            return text.replaceAll("\n?(?m)^Use jcmd .*\n?", "");
        }

        static void add(JsonObject options, String option, String value) {
            if (!value.isEmpty()) {
                options.addProperty(option, value);
            }
        }
    }

    /** Begins one. */
    @Command(
            name = "start",
            description = "Begins a recording in each process. It ends with the process, or with jfr stop.")
    private static final class Start extends OfRecording {
        @Option(
                names = "--settings",
                paramLabel = "NAME",
                description =
                        "default (about 1 percent of the speed), profile (about 2 percent), or a .jfc file that the group's user "
                                + "can read.")
        private String settings = "";

        @Option(names = "--max-age", paramLabel = "AGE", description = "Keep only what is not older: 30m, 12h.")
        private String maxAge = "";

        @Option(
                names = "--max-size",
                paramLabel = "SIZE",
                description = "Keep at most about so much, in the group's temporary folder; default: 250m.")
        private String maxSize = "250m";

        Start(CtlContext context) {
            super(context, "jfr-start");
        }

        @Override
        JsonObject options() {
            JsonObject options = super.options();
            add(options, "settings", settings);
            add(options, "max-age", maxAge);
            add(options, "max-size", maxSize);
            return options;
        }
    }

    /** Writes what one has got. */
    @Command(name = "dump", description = "Writes what a recording has got to a file of yours; it goes on.")
    private static final class Dump extends OfRecording {
        @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
        private Path file = Path.of("");

        @Option(names = "--force", description = "Replace a file of that name.")
        private boolean force;

        Dump(CtlContext context) {
            super(context, "jfr-dump");
        }

        @Override
        Optional<Path> file() {
            return Optional.of(file);
        }

        @Override
        boolean mayReplace() {
            return force;
        }
    }

    /** Ends one. */
    @Command(
            name = "stop",
            description = "Ends a recording, and writes what it has got to a file of yours, if you name one.")
    private static final class Stop extends OfRecording {
        @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "The file to write.")
        private Optional<Path> file = Optional.empty();

        @Option(names = "--force", description = "Replace a file of that name.")
        private boolean force;

        Stop(CtlContext context) {
            super(context, "jfr-stop");
        }

        @Override
        JsonObject options() {
            JsonObject options = super.options();
            add(options, "file", file.isPresent() ? "yes" : "");
            return options;
        }

        @Override
        Optional<Path> file() {
            return file;
        }

        @Override
        boolean mayReplace() {
            return force;
        }
    }

    /** Lists them. */
    @Command(name = "check", description = "Lists the recordings of each process.")
    private static final class Check extends DiagnosticCommand {
        Check(CtlContext context) {
            super(context, "jfr-check");
        }
    }
}
