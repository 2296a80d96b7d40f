package org.jsgid.supervisor.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrialOptionsTest {

    @Test
    void leavesOutWhatWouldActBeforeThereIsAProgram() {
        List<String> acting = List.of(
                "-javaagent:/opt/agent.jar=port=9",
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y",
                "-agentpath:/opt/agent.so",
                "-Xrunjdwp:server=y",
                "-Dcom.sun.management.jmxremote.port=9010",
                "-Xloggc:/var/log/gc.log",
                "-Xshare:dump",
                "-XX:StartFlightRecording=filename=/tmp/a.jfr",
                "-XX:StartFlightRecording",
                "-XX:ArchiveClassesAtExit=/tmp/a.jsa",
                "-XX:AOTCacheOutput=/tmp/a.aot",
                "-XX:AOTMode=record",
                "-XX:CRaCRestoreFrom=/tmp/image",
                "-XX:+AlwaysPreTouch");

        assertThat(TrialOptions.harmless(acting)).isEmpty();
    }

    @Test
    void keepsWhatOnlyConfigures() {
        List<String> harmless = List.of(
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-XX:FlagThatDoesNotExist=1",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-Xlog:gc",
                "-Xlog:gc*:stderr:uptime",
                "@/etc/options",
                "-Dfile=x");

        assertThat(TrialOptions.harmless(harmless)).isEqualTo(harmless);
    }

    @Test
    void checksWhatIsLoggedButWritesNoFile() {
        assertThat(TrialOptions.harmless(
                        List.of("-Xlog:gc*:file=/var/log/gc.log:time:filecount=5", "-Xlog:safepoint:\"/var/log/a:b\"")))
                .containsExactly("-Xlog:gc*:stderr", "-Xlog:safepoint:stderr");
    }

    @Test
    void findsWhatWouldBeRunInPlaceOfTheDaemon() {
        assertThat(TrialOptions.otherProgram(List.of("-Xmx1g", "-jar", "x.jar")))
                .contains("-jar");
        assertThat(TrialOptions.otherProgram(List.of("-Xmx1g", "Main"))).contains("Main");
        assertThat(TrialOptions.otherProgram(List.of("--module=a/b"))).contains("--module=a/b");
        assertThat(TrialOptions.otherProgram(List.of("-version"))).contains("-version");
        assertThat(TrialOptions.otherProgram(List.of("--add-modules", "java.sql", "-cp", "a:b", "@file", "-ea")))
                .isEmpty();
    }

    @Test
    void leavesOutVariablesWithOptionsThatWouldAct() {
        assertThat(TrialOptions.harmless(Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g -javaagent:/a.jar", "A", "b")))
                .isEqualTo(Map.of("A", "b"));
        assertThat(TrialOptions.harmless(Map.of("JDK_JAVA_OPTIONS", "-Xmx1g -ea")))
                .containsEntry("JDK_JAVA_OPTIONS", "-Xmx1g -ea");
        assertThat(TrialOptions.isIn(Map.of("_JAVA_OPTIONS", ""))).isTrue();
        assertThat(TrialOptions.isIn(Map.of("JAVA_HOME", ""))).isFalse();
    }
}
