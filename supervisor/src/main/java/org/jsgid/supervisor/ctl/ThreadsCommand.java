package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what all threads of a group's processes are doing. */
@Command(
        name = "threads",
        description = "Prints the stacks of all threads of a group's processes. A JVM that does not answer is sent "
                + "SIGQUIT, and prints them into the group's log if it still can.")
final class ThreadsCommand extends DiagnosticCommand {
    @Option(
            names = {"-l", "--locks"},
            description = "Also the locks of java.util.concurrent that each thread holds.")
    private boolean locks;

    @Option(
            names = "--virtual",
            description =
                    "All threads, virtual ones too, without locks; Java 21 and later. With --json in the JVM's own "
                            + "JSON.")
    private boolean virtual;

    private final CtlContext context;

    ThreadsCommand(CtlContext context) {
        super(context, "threads");
        this.context = context;
    }

    @Override
    JsonObject options() {
        JsonObject options = new JsonObject();
        if (locks) {
            options.addProperty("locks", "yes");
        }
        if (virtual) {
            options.addProperty("virtual", context.isJson() ? "json" : "plain");
        }
        return options;
    }
}
