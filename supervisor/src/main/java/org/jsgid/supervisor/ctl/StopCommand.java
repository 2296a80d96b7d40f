package org.jsgid.supervisor.ctl;

import picocli.CommandLine.Command;

/** Stops groups. */
@Command(name = "stop", description = "Stops groups; their requests get 503 until they are started again.")
final class StopCommand extends GroupCommand {
    StopCommand(CtlContext context) {
        super(context);
    }
}
