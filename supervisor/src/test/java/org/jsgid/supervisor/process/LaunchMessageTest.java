package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.supervisor.group.Definitions;
import org.jsgid.supervisor.management.ApplicationKey;
import org.junit.jupiter.api.Test;

class LaunchMessageTest {

    private static final Path TEMPORARY = Path.of("/run/jsgid/tmp/shop");
    private static final Path HOME = Path.of("/usr/lib/jsgid");
    private static final LaunchPlan PLAN =
            new LaunchPlan(Path.of("/jdk/bin/java"), List.of("-Xmx1g"), List.of("Main"), Map.of("A", "b c"));

    private static String message(boolean switchUser) {
        byte[] message = LaunchMessage.launch(
                Definitions.shop(1),
                PLAN,
                TEMPORARY,
                Optional.of(Path.of("/var/cache/jsgid/archives/shop")),
                HOME,
                new LaunchMessage.Surroundings(switchUser, 4711, 8192, Optional.empty()),
                "what the next monitor reads");
        String text = new String(message, StandardCharsets.UTF_8);
        int lf = text.indexOf('\n');
        String pairs = text.substring(lf + 1);
        assertThat(Integer.parseInt(text.substring(0, lf))).isEqualTo(pairs.getBytes(StandardCharsets.UTF_8).length);
        return pairs.replace('\0', '|');
    }

    @Test
    void rootNamesTheUser() {
        assertThat(message(true))
                .isEqualTo("exec|/jdk/bin/java|arg|jsgid: shop|arg|-Xmx1g|arg|Main|env|A=b c|uid|1001|gid|1001|"
                        + "user|shop|group|7|group|8|umask|22|home|/home/shop|limit|nofile=8192|temporary|/run/jsgid/tmp/shop|archives|/var/cache/jsgid/archives/shop|"
                        + "readable|/usr/lib/jsgid/lib/daemon|"
                        + "name|shop|memo|what the next monitor reads|apache-pid|4711|alone|5|");
    }

    @Test
    void othersSwitchNothing() {
        assertThat(message(false))
                .isEqualTo("exec|/jdk/bin/java|arg|jsgid: shop|arg|-Xmx1g|arg|Main|env|A=b c|"
                        + "umask|22|home|/home/shop|limit|nofile=8192|temporary|/run/jsgid/tmp/shop|archives|/var/cache/jsgid/archives/shop|"
                        + "readable|/usr/lib/jsgid/lib/daemon|"
                        + "name|shop|memo|what the next monitor reads|apache-pid|4711|alone|5|");
    }

    @Test
    void settingsEndWithStart() {
        String lines = LaunchMessage.settings(
                Definitions.shop(2),
                7,
                2,
                List.of(new ApplicationKey("/srv/a b.war", "/a", "g")),
                TEMPORARY,
                Optional.of(Path.of("/var/cache/jsgid/archives/shop")),
                Path.of("/usr/lib/jsgid"));

        assertThat(lines.lines())
                .containsExactly(
                        "group name=shop generation=7 number=2 processes=2 multiprocess=yes threads=15 queue-limit=50 queue-timeout=45"
                                + " request-timeout=0 graceful-timeout=15 shutdown-timeout=5 threading=platform"
                                + " temporary=/run/jsgid/tmp/shop archives=/var/cache/jsgid/archives/shop home=/usr/lib/jsgid",
                        "application file=/srv/a%20b.war mount=/a application-group=g preload=yes",
                        "start");
    }

    @Test
    void settingsOfTheServletContainerAreALineEach() {
        GroupDefinition shop = Definitions.shop(1);
        GroupDefinition.Jvm jvm =
                new GroupDefinition.Jvm(List.of(), 0, Map.of(), "shop", Map.of("connector.URIEncoding", "a value"));

        assertThat(LaunchMessage.settings(
                        Definitions.withJvm(shop, jvm),
                        7,
                        1,
                        List.of(),
                        TEMPORARY,
                        Optional.empty(),
                        Path.of("/usr/lib/jsgid")))
                .contains("\nservlet-option name=connector.URIEncoding value=a%20value\nstart\n");
    }

    @Test
    void environmentOfTheGroupComesLastAndWins() {
        assertThat(LaunchMessage.environment(
                        Definitions.group("shop", 1, 1, Map.of("LANG", "de_DE.UTF-8", "X", "1")), TEMPORARY))
                .containsEntry("LANG", "de_DE.UTF-8")
                .containsEntry("X", "1")
                .containsEntry("HOME", "/home/shop")
                .containsEntry("USER", "shop")
                .containsEntry("TMPDIR", "/run/jsgid/tmp/shop");
    }
}
