package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;
import org.junit.jupiter.api.Test;

class PluginSelectorTest {

    private record TestingPlugin(int lowestFeature) implements Plugin {
        @Override
        public String name() {
            return "jdk" + lowestFeature;
        }

        @Override
        public int highestTried() {
            return lowestFeature;
        }

        @Override
        public Abilities abilities(int feature) {
            throw new AssertionError("choosing a plugin asks for no abilities");
        }

        @Override
        public LaunchPlan plan(LaunchRequest request) {
            throw new AssertionError("choosing a plugin asks for no plan");
        }
    }

    private final List<Plugin> plugins =
            List.of(new TestingPlugin(17), new TestingPlugin(8), new TestingPlugin(25), new TestingPlugin(11));

    @Test
    void takesTheHighestGenerationThatIsNotAboveTheFeature() {
        assertThat(PluginSelector.select(plugins, 8)).map(Plugin::name).contains("jdk8");
        assertThat(PluginSelector.select(plugins, 16)).map(Plugin::name).contains("jdk11");
        assertThat(PluginSelector.select(plugins, 17)).map(Plugin::name).contains("jdk17");
        assertThat(PluginSelector.select(plugins, 27)).map(Plugin::name).contains("jdk25");
        assertThat(PluginSelector.select(plugins, 31)).map(Plugin::name).contains("jdk25");
    }

    @Test
    void hasNoneForAnOlderJdkThanAllOfThem() {
        assertThat(PluginSelector.select(plugins, 7)).isEmpty();
        assertThat(PluginSelector.select(List.of(), 17)).isEmpty();
    }
}
