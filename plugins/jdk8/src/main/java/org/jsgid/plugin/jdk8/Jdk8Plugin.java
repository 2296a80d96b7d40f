package org.jsgid.plugin.jdk8;

import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;

/** JDK 8, and 9 and 10, which nobody maintains: no archive of classes. */
public final class Jdk8Plugin implements Plugin {

    @Override
    public String name() {
        return "jdk8";
    }

    @Override
    public int lowestFeature() {
        return 8;
    }

    @Override
    public int highestTried() {
        return 8;
    }

    @Override
    public Abilities abilities(int feature) {
        return new Abilities(ArchiveKind.NONE, false, true, feature >= 9);
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
