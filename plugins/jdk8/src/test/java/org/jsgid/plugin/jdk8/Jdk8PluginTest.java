package org.jsgid.plugin.jdk8;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.Jdk;
import org.jsgid.plugin.spi.PluginContract;
import org.jsgid.plugin.spi.Reporting;
import org.junit.jupiter.api.Test;

class Jdk8PluginTest extends PluginContract {

    Jdk8PluginTest() {
        super(new Jdk8Plugin(), 10);
    }

    private List<String> argumentsOfUpdate(String version) {
        Jdk jdk = new Jdk(Path.of("/opt/jdk8"), 8, version, Jdk.Vm.HOTSPOT, Set.of());
        return arguments(request(8, List.of()).with(jdk));
    }

    @Test
    void givesNoOptionOfModules() {
        assertThat(arguments(8)).noneMatch(option -> option.startsWith("--"));
        assertThat(arguments(9)).contains("--add-opens=java.base/java.io=ALL-UNNAMED");
    }

    @Test
    void givesOlderUpdatesWhatTheyKnow() {
        assertThat(argumentsOfUpdate("1.8.0_504"))
                .contains("-XX:+ExitOnOutOfMemoryError", "-XX:ActiveProcessorCount=2");
        assertThat(argumentsOfUpdate("1.8.0_91-b14"))
                .noneMatch(option -> option.contains("ExitOnOutOfMemoryError") || option.contains("ActiveProcessor"));
        assertThat(argumentsOfUpdate("1.8.0_181"))
                .contains("-XX:+ExitOnOutOfMemoryError")
                .noneMatch(option -> option.contains("ActiveProcessor"));
        assertThat(argumentsOfUpdate("")).contains("-XX:ActiveProcessorCount=2");
    }

    @Test
    void logsCollectionsAsEachVersionDoes() {
        Reporting gcLog = new Reporting(true, false);
        assertThat(arguments(request(8, List.of()).with(gcLog)))
                .contains("-XX:+PrintGC", "-XX:+PrintGCTimeStamps")
                .noneMatch(option -> option.startsWith("-Xlog"));
        assertThat(arguments(request(9, List.of()).with(gcLog))).contains("-Xlog:gc:stderr:uptime,level,tags");
    }

    @Test
    void hasNeitherArchiveNorVirtualThreads() {
        assertThat(new Jdk8Plugin().abilities(8).archive()).isEqualTo(ArchiveKind.NONE);
        assertThat(new Jdk8Plugin().abilities(8).virtualThreads()).isFalse();
    }
}
