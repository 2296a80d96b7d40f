package org.jsgid.plugin.jdk11;

import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;

/** JDK 11 to 16. */
public final class Jdk11Plugin implements Plugin {

    @Override
    public String name() {
        return "jdk11";
    }

    @Override
    public int lowestFeature() {
        return 11;
    }

    @Override
    public int highestTried() {
        return 11;
    }

    @Override
    public Abilities abilities(int feature) {
        return new Abilities(ArchiveKind.CLASS_LIST, false, true, true);
    }

    @Override
    public LaunchPlan plan(LaunchRequest request) {
        return CommandLine.of(request)
                .limits()
                .collector()
                .failures()
                .surroundings()
                // Off in later ones. Tomcat says at every start that the cache lets others read what they must not.
                .options("-Dsun.io.useCanonCaches=false")
                .opensWhatIsReachedInto()
                .gcLog()
                .archive(abilities(request.feature()).archive())
                .plan();
    }
}
