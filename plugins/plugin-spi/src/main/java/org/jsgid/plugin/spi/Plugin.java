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

    /** The highest feature version that its flags have been tried on; the newest plugin is used for later ones too. */
    int highestTried();

    /** What JDKs of a feature version that it serves can do. */
    Abilities abilities(int feature);

    /** Builds the command line of a daemon. Pure: the same request gives the same plan. */
    LaunchPlan plan(LaunchRequest request);
}
