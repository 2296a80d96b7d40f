package org.jsgid.supervisor.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Renews groups. */
@Command(
        name = "restart",
        description =
                "Renews groups: new processes first, then the old ones finish their requests. No request fails. When "
                        + "the new ones do not become ready, the old ones stay.")
final class RestartCommand extends GroupCommand {
    @Option(names = "--now", description = "Stop the old processes first; requests fail or wait meanwhile.")
    private boolean now;

    RestartCommand(CtlContext context) {
        super(context);
    }

    @Override
    boolean isNow() {
        return now;
    }
}
