package org.jsgid.supervisor.ctl;

import java.nio.file.Path;
import org.jsgid.supervisor.jdk.JdkProfile;
import org.jsgid.supervisor.jdk.ProfileSwitch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Turns a profile off. */
@Command(
        name = "disable",
        description =
                "Turns a profile off: it is listed, and no group gets it. Stays so when the JDK's package is upgraded or "
                        + "scanned again.")
final class JdkDisableCommand implements Runnable {
    private final CtlContext context;

    @Parameters(paramLabel = "PROFILE", description = "The profile's name.")
    private String name = "";

    JdkDisableCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        JdkSwitch change = new JdkSwitch(context, name);
        JdkProfile profile = change.profile("disable");
        if (!profile.enabled()) {
            change.report(false, "Was disabled: " + name + " (" + profile.file() + ")");
            return;
        }
        boolean isOwn = profile.file().equals(change.file());
        if (!isOwn && profile.home().isEmpty()) {
            throw CtlMessage.NOT_SWITCHED.with(name, "disabled", profile.file(), name);
        }
        Path home = profile.home().orElse(Path.of("/"));
        String text = isOwn ? ProfileSwitch.with(JdkSwitch.text(change.file()), false) : ProfileSwitch.off(home);
        ProfileFiles.write(change.file(), text);
        change.report(true, "Disabled " + name + " in " + change.file());
    }
}
