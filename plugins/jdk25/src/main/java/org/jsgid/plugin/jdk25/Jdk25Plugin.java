package org.jsgid.plugin.jdk25;

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
    public LaunchPlan plan(LaunchRequest request) {
        return CommandLine.of(request)
                .limits()
                .collector()
                .failures()
                .surroundings()
                .options("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
                // The management connection's descriptor.
                .opens("java.base/java.io")
                // What stock Tomcat's catalina.sh opens, for its cleaning up after web applications.
                .opens(
                        "java.base/java.lang",
                        "java.base/java.lang.invoke",
                        "java.base/java.util",
                        "java.base/java.util.concurrent",
                        "java.rmi/sun.rmi.transport")
                // Libraries that call native code or Unsafe would print warnings otherwise (JEP 472, JEP 498).
                .options("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                // The same for those that write to final fields (JEP 500).
                .since(26, "--enable-final-field-mutation=ALL-UNNAMED")
                .plan();
    }
}
