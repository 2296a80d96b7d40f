package org.jsgid.plugin.jdk21;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.PluginContract;
import org.junit.jupiter.api.Test;

class Jdk21PluginTest extends PluginContract {

    Jdk21PluginTest() {
        super(new Jdk21Plugin(), 24);
    }

    @Test
    void keepsEachVersionFromWarning() {
        assertThat(arguments(21))
                .contains("-XX:+EnableDynamicAgentLoading")
                .noneMatch(option -> option.contains("unsafe") || option.contains("native-access"));
        assertThat(arguments(22)).contains("--enable-native-access=ALL-UNNAMED");
        assertThat(arguments(24))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void opensWhatTheManagementConnectionNeeds() {
        assertThat(arguments(21)).contains("--add-opens=java.base/java.io=ALL-UNNAMED");
    }

    @Test
    void hasVirtualThreadsAndDumpsArchivesFromTheRunningProcess() {
        assertThat(new Jdk21Plugin().abilities(21).virtualThreads()).isTrue();
        assertThat(new Jdk21Plugin().abilities(21).archive()).isEqualTo(ArchiveKind.DYNAMIC);
    }
}
