package org.jsgid.plugin.jdk17;

import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;

/** JDK 17 to 20. */
public final class Jdk17Plugin implements Plugin {

    @Override
    public String name() {
        return "jdk17";
    }

    @Override
    public int lowestFeature() {
        return 17;
    }

    @Override
    public int highestTried() {
        return 17;
    }

    @Override
    public Abilities abilities(int feature) {
        return new Abilities(ArchiveKind.DYNAMIC, false, true, true);
    }

    @Override
    public LaunchPlan plan(LaunchRequest request) {
        return CommandLine.of(request)
                .limits()
                .collector()
                .failures()
                .surroundings()
                // From 19 on these are the names (JDK-8285492).
                .since(19, "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
                .opensWhatIsReachedInto()
                .gcLog()
                .archive(abilities(request.feature()).archive())
                .plan();
    }
}
