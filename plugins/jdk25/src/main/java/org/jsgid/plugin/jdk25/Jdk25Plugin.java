package org.jsgid.plugin.jdk25;

import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;

/** JDK 25 and later. */
public final class Jdk25Plugin implements Plugin {

    @Override
    public String name() {
        return "jdk25";
    }

    @Override
    public int lowestFeature() {
        return 25;
    }

    @Override
    public int highestTried() {
        return 27;
    }

    @Override
    public Abilities abilities(int feature) {
        return new Abilities(ArchiveKind.AOT, true, true, true);
    }

    @Override
    public LaunchPlan plan(LaunchRequest request) {
        return CommandLine.of(request)
                .limits()
                .collector()
                .failures()
                .surroundings()
                .options("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
                .opensWhatIsReachedInto()
                // Libraries that call native code or Unsafe, and agents that are loaded into the running JVM, would print
                // warnings otherwise (JEP 472, JEP 498, JEP 451).
                .options("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                .hotspot("-XX:+EnableDynamicAgentLoading")
                // The same for those that write to final fields (JEP 500).
                .since(26, "--enable-final-field-mutation=ALL-UNNAMED")
                .gcLog()
                .archive(abilities(request.feature()).archive())
                .plan();
    }
}
