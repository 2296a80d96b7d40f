package org.jsgid.plugin.jdk17;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsgid.plugin.spi.PluginContract;
import org.junit.jupiter.api.Test;

class Jdk17PluginTest extends PluginContract {

    Jdk17PluginTest() {
        super(new Jdk17Plugin(), 20);
    }

    @Test
    void givesNoFlagThatSeventeenDoesNotKnow() {
        assertThat(arguments(17)).noneMatch(option -> option.contains("unsafe") || option.contains("native-access"));
    }

    @Test
    void namesTheStreamsEncodingsAsEachVersionDoes() {
        assertThat(arguments(18)).noneMatch(option -> option.startsWith("-Dstdout"));
        assertThat(arguments(19)).contains("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8");
    }

    @Test
    void opensWhatTheManagementConnectionNeeds() {
        assertThat(arguments(17)).contains("--add-opens=java.base/java.io=ALL-UNNAMED");
    }
}
