package org.jsgid.plugin.jdk21;

import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;

/** JDK 21 to 24: the first with virtual threads. */
public final class Jdk21Plugin implements Plugin {

    @Override
    public String name() {
        return "jdk21";
    }

    @Override
    public int lowestFeature() {
        return 21;
    }

    @Override
    public int highestTried() {
        return 21;
    }

    @Override
    public Abilities abilities(int feature) {
        return new Abilities(ArchiveKind.DYNAMIC, true, true, true);
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
                // Agents that are loaded into the running JVM would print a warning otherwise (JEP 451).
                .hotspot("-XX:+EnableDynamicAgentLoading")
                // So would calls of native code, from 24 on also by JNI (JEP 454, JEP 472), and of Unsafe (JEP 498).
                .since(22, "--enable-native-access=ALL-UNNAMED")
                .since(24, "--sun-misc-unsafe-memory-access=allow")
                .gcLog()
                .archive(abilities(request.feature()).archive())
                .plan();
    }
}
