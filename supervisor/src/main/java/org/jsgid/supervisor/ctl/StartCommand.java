package org.jsgid.supervisor.ctl;

import picocli.CommandLine.Command;

/** Starts groups that were stopped. */
@Command(name = "start", description = "Starts groups that were stopped.")
final class StartCommand extends GroupCommand {
    StartCommand(CtlContext context) {
        super(context);
    }
}
