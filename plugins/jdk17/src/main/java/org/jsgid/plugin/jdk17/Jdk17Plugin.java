package org.jsgid.plugin.jdk17;

import org.jsgid.plugin.spi.CommandLine;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;

/** JDK 17 to 24. */
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
    public LaunchPlan plan(LaunchRequest request) {
        return CommandLine.of(request)
                .limits()
                .collector()
                .failures()
                .surroundings()
                // From 19 on these are the names (JDK-8285492).
                .since(19, "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
                // The management connection's descriptor.
                .opens("java.base/java.io")
                // What stock Tomcat's catalina.sh opens, for its cleaning up after web applications.
                .opens(
                        "java.base/java.lang",
                        "java.base/java.lang.invoke",
                        "java.base/java.util",
                        "java.base/java.util.concurrent",
                        "java.rmi/sun.rmi.transport")
                // From 24 on their use prints warnings otherwise (JEP 472, JEP 498).
                .since(24, "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                .plan();
    }
}
