package org.jsgid.supervisor.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows a profile again that was hidden. */
@Command(name = "unmask", description = "Removes a mask: what packages or a scan say of the profile counts again.")
final class JdkUnmaskCommand implements Runnable {
    private final CtlContext context;

    @Parameters(paramLabel = "PROFILE", description = "The profile's name.")
    private String name = "";

    JdkUnmaskCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        JdkSwitch change = new JdkSwitch(context, name);
        if (!change.isMasked()) {
            change.report(false, "Was not masked: " + name);
            return;
        }
        change.remove();
        String rest = context.registry()
                .profile(name)
                .map(profile -> ", which is now what " + profile.file() + " says")
                .orElse("; no other folder names it");
        change.report(true, "Unmasked " + name + rest);
    }
}
