package org.jsgid.plugin.spi;

/**
 * The monitor's half of a plugin: how daemons are launched on one generation of JDKs. Found by {@link
 * java.util.ServiceLoader} in a class loader of its own that sees this package and the platform, nothing else of the
 * supervisor.
 */
public interface Plugin {

    /** Name of the plugin: {@code jdk17}. */
    String name();

    /** The lowest feature version that it serves; it serves all later ones for which no plugin has a higher one. */
    int lowestFeature();

    /** Builds the command line of a daemon. Pure: the same request gives the same plan. */
    LaunchPlan plan(LaunchRequest request);
}
