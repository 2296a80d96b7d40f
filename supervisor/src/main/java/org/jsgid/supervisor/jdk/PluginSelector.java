package org.jsgid.supervisor.jdk;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.jsgid.plugin.spi.Plugin;

/** Which plugin serves a feature version: the one with the highest lowest feature that is not above it. Pure. */
public final class PluginSelector {

    private PluginSelector() {}

    /** The plugin for a feature version; empty when all are for later ones. */
    public static Optional<Plugin> select(Collection<? extends Plugin> plugins, int feature) {
        return plugins.stream()
                .filter(plugin -> plugin.lowestFeature() <= feature)
                .max(Comparator.comparingInt(Plugin::lowestFeature))
                .map(plugin -> plugin);
    }
}
