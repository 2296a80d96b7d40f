package org.jsgid.supervisor.ctl;

import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileSwitch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Turns a profile on that was turned off. */
@Command(
        name = "enable",
        description =
                "Turns a profile on again. What jsgid-ctl jdk disable made is removed, so that what packages or a scan "
                        + "say counts again; in another file the line enabled is changed.")
final class JdkEnableCommand implements Runnable {
    private final CtlContext context;

    @Parameters(paramLabel = "PROFILE", description = "The profile's name.")
    private String name = "";

    JdkEnableCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        JdkSwitch change = new JdkSwitch(context, name);
        JdkProfile profile = change.profile("enable");
        if (JdkSwitch.isTurnedOff(change.file())) {
            change.remove();
        } else if (profile.enabled()) {
            change.report(false, "Was enabled: " + name + " (" + profile.file() + ")");
            return;
        }
        JdkProfile now = context.registry().profile(name).orElse(null);
        if (now == null) {
            change.report(
                    true,
                    "Enabled " + name
                            + "; no other folder names it now. If its JDK is there still: jsgid-ctl jdk scan");
            return;
        }
        if (!now.enabled()) {
            // A package's or the administrator's own file says so; what else it says stays.
            ProfileFiles.write(change.file(), ProfileSwitch.with(JdkSwitch.text(now.file()), true));
            change.report(true, "Enabled " + name + " in " + change.file());
            return;
        }
        change.report(true, "Enabled " + name + ", which is now what " + now.file() + " says");
    }
}
