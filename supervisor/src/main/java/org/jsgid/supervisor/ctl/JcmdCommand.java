package org.jsgid.supervisor.ctl;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has the JVMs of a group carry out any diagnostic command. */
@Command(
        name = "jcmd",
        description =
                "Has the JVMs of a group's processes carry out a diagnostic command, as jcmd of a JDK would: VM.flags, "
                        + "GC.class_histogram -all. Files that a command writes are the group's user's, on the machine of the "
                        + "server. Without a command: what there is; help COMMAND explains one.")
final class JcmdCommand extends DiagnosticCommand {
    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command and its arguments; after -- when they are options of this one too.")
    private List<String> command = new ArrayList<>();

    JcmdCommand(CtlContext context) {
        super(context, "jcmd");
    }

    @Override
    List<String> arguments() {
        return List.copyOf(command);
    }
}
