package org.jsgid.supervisor.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hides a profile. */
@Command(
        name = "mask",
        description =
                "Hides a profile's name, whatever packages or a scan say of it now or later: a link to /dev/null in the "
                        + "administrator's folder.")
final class JdkMaskCommand implements Runnable {
    private final CtlContext context;

    @Parameters(paramLabel = "PROFILE", description = "The profile's name; there need not be one yet.")
    private String name = "";

    JdkMaskCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        JdkSwitch change = new JdkSwitch(context, name);
        if (change.isMasked()) {
            change.report(false, "Was masked: " + name + " (" + change.file() + ")");
            return;
        }
        if (JdkSwitch.isTurnedOff(change.file())) {
            change.remove();
        } else if (change.isThere()) {
            throw CtlMessage.NOT_MASKED.with(name, change.file());
        }
        change.mask();
        change.report(true, "Masked " + name + " with " + change.file());
    }
}
