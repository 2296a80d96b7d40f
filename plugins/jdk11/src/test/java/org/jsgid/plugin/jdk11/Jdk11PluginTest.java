package org.jsgid.plugin.jdk11;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.PluginContract;
import org.jsgid.plugin.spi.Reporting;
import org.junit.jupiter.api.Test;

class Jdk11PluginTest extends PluginContract {

    Jdk11PluginTest() {
        super(new Jdk11Plugin(), 16);
    }

    @Test
    void opensWhatTheManagementConnectionNeeds() {
        assertThat(arguments(11)).contains("--add-opens=java.base/java.io=ALL-UNNAMED");
    }

    @Test
    void givesNoFlagThatElevenDoesNotKnow() {
        assertThat(arguments(11)).noneMatch(option -> option.contains("unsafe") || option.contains("native-access"));
    }

    @Test
    void logsCollectionsToStandardError() {
        assertThat(arguments(request(11, List.of()).with(new Reporting(true, false))))
                .contains("-Xlog:gc:stderr:uptime,level,tags");
    }

    @Test
    void makesArchivesFromAListOfClasses() {
        assertThat(new Jdk11Plugin().abilities(11).archive()).isEqualTo(ArchiveKind.CLASS_LIST);
        assertThat(new Jdk11Plugin().abilities(11).virtualThreads()).isFalse();
    }
}
