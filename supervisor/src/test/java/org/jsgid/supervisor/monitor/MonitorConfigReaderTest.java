package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

class MonitorConfigReaderTest {

    private static final String HEAD = """
            format = 1
            instance = 4711-1795219200
            profile = openjdk-17
            java-home = /jdk
            feature = 17
            """;

    private static MonitorConfig read(String text) throws ConfigProblemsException {
        return MonitorConfigReader.parse(text);
    }

    @Test
    void keysThatMayBeMissingHaveTheirDefaults() throws ConfigProblemsException {
        MonitorConfig config = read(HEAD + "[group shop]\n");

        assertThat(config.errorLog()).isEmpty();
        assertThat(config.startConcurrency()).isEqualTo(2);
        assertThat(config.groups())
                .containsExactly(new GroupDefinition(
                        "shop",
                        "",
                        new GroupDefinition.Jdk("openjdk-17", Path.of("/jdk"), 17, List.of()),
                        new GroupDefinition.Account(
                                Optional.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                List.of(),
                                Optional.empty()),
                        new GroupDefinition.Place(0022, Optional.empty(), Optional.empty(), 0),
                        new GroupDefinition.Jvm(List.of(), 0, Map.of(), "jsgid: shop", Map.of()),
                        1,
                        false,
                        15,
                        100,
                        new GroupDefinition.Queue(100, Duration.ofSeconds(45)),
                        new GroupDefinition.Timeouts(
                                Duration.ofSeconds(60),
                                Duration.ZERO,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(300),
                                Duration.ZERO,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(120),
                                Duration.ofSeconds(120),
                                Duration.ofSeconds(5)),
                        new GroupDefinition.Limits(Duration.ZERO, 0, Duration.ZERO, 0, 0, 0),
                        false,
                        "platform",
                        "now",
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of()));
    }

    @Test
    void everyKeyIsRead() throws ConfigProblemsException {
        MonitorConfig config = read("""
                # written by a test
                format = 1
                instance = 4711-1795219200
                profile = openjdk-17
                java-home = /jdk
                feature = 17
                profile-java-options = -Xfoo \t -Xbar
                error-log = /var/log/apache2/error.log
                apache-uid = 33
                apache-gid = 34
                apache-pid = 4711
                start-concurrency = 5
                some-later-key = is ignored

                [group shop]
                defined-at = /etc/apache2/shop.conf:12
                runtime = 17+
                user = shop
                uid = 1001
                gid = 1002
                supplementary-gid = 1003
                supplementary-gid = 4294967294
                home = /home/shop
                processes = 3
                multiprocess = yes
                threads = 20
                umask = 0027
                working-directory = /srv/my shop%25%0A
                chroot = /srv/jail
                java-option = -Dfoo=bar baz
                java-option = -Xss1m
                max-heap = 268435456
                environment = NAME=value=with equals
                environment = EMPTY=
                servlet-option = container=tomcat11
                servlet-option = connector.maxPostSize=4194304
                display-name = shop!
                listen-backlog = 101
                startup-timeout = 1
                request-timeout = 2
                queue-timeout = 3
                queue-limit = 4
                connect-timeout = 5
                socket-timeout = 6
                inactivity-timeout = 7
                deadlock-timeout = 8
                graceful-timeout = 9
                eviction-timeout = 19
                shutdown-timeout = 10
                restart-interval = 11
                maximum-requests = 12
                cpu-time-limit = 13
                memory-limit = 14
                memory-limit-hard = 15
                open-files = 16
                cpu-priority = -5
                listen = 192.0.2.7:9000 192.0.2.1
                on-demand = yes
                threading = virtual
                renew-stale = never
                script-user-uid = 1001
                script-group-gid = 1002

                [application shop]
                file = /srv/shop.war
                mount = /shop
                application-group = all
                defined-at = /etc/apache2/shop.conf:20

                [application shop]
                file = /srv/root.war

                [group other]
                """);

        assertThat(config.instance()).isEqualTo("4711-1795219200");
        assertThat(config.errorLog()).contains(Path.of("/var/log/apache2/error.log"));
        assertThat(config.apacheUid()).isEqualTo(33);
        assertThat(config.apachePid()).isEqualTo(4711);
        assertThat(config.startConcurrency()).isEqualTo(5);
        assertThat(config.groups()).hasSize(2);
        assertThat(config.groups().get(1).applications()).isEmpty();
        assertThat(config.groups().get(0))
                .isEqualTo(new GroupDefinition(
                        "shop",
                        "17+",
                        new GroupDefinition.Jdk("openjdk-17", Path.of("/jdk"), 17, List.of("-Xfoo", "-Xbar")),
                        new GroupDefinition.Account(
                                Optional.of("shop"),
                                OptionalLong.of(1001),
                                OptionalLong.of(1002),
                                List.of(1003L, 4294967294L),
                                Optional.of("/home/shop")),
                        new GroupDefinition.Place(
                                0027,
                                Optional.of("/srv/my shop%\n"),
                                Optional.of("/srv/jail"),
                                -5,
                                Optional.of("192.0.2.7:9000 192.0.2.1")),
                        new GroupDefinition.Jvm(
                                List.of("-Dfoo=bar baz", "-Xss1m"),
                                268435456,
                                Map.of("NAME", "value=with equals", "EMPTY", ""),
                                "shop!",
                                Map.of("connector.maxPostSize", "4194304", "container", "tomcat11")),
                        3,
                        true,
                        20,
                        101,
                        new GroupDefinition.Queue(4, Duration.ofSeconds(3)),
                        new GroupDefinition.Timeouts(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(19),
                                Duration.ofSeconds(10)),
                        new GroupDefinition.Limits(Duration.ofSeconds(11), 12, Duration.ofSeconds(13), 14, 15, 16),
                        true,
                        "virtual",
                        "never",
                        OptionalLong.of(1001),
                        OptionalLong.of(1002),
                        List.of(
                                new ApplicationKey("/srv/shop.war", "/shop", "all"),
                                new ApplicationKey("/srv/root.war", "", ""))));
    }

    @Test
    void whereAGroupIsDefinedIsNoPartOfItsDefinition() throws ConfigProblemsException {
        String first = HEAD + "[group shop]\ndefined-at = a:1\n[application shop]\nfile = /a\ndefined-at = a:2\n";
        String second = HEAD + "[group shop]\ndefined-at = b:7\n[application shop]\nfile = /a\ndefined-at = b:8\n";

        assertThat(read(first).groups()).isEqualTo(read(second).groups());
    }

    @Test
    void anotherJdkMakesAnotherDefinition() throws ConfigProblemsException {
        String text = HEAD + "[group shop]\n";

        assertThat(read(text).groups())
                .isNotEqualTo(read(text.replace("/jdk", "/other")).groups());
    }

    @Test
    void aHardMemoryLimitThatIsNotGivenIsAQuarterMore() throws ConfigProblemsException {
        GroupDefinition.Limits limits = read(HEAD + "[group shop]\nmemory-limit = 400\n")
                .groups()
                .get(0)
                .limits();

        assertThat(limits.memoryBytes()).isEqualTo(400);
        assertThat(limits.memoryHardBytes()).isEqualTo(500);
    }

    @Test
    void allProblemsAreReportedAtOnceWithTheirLines() {
        assertThatThrownBy(() -> read("""
                        format = 2
                        profile = p
                        feature = seven
                        [group a/b]
                        processes = 0
                        umask = 8
                        threads = 5
                        threads = 6
                        threading = green
                        environment = nothing
                        working-directory = %zz
                        nonsense
                        [application a/b]
                        [group x]
                        [group x]
                        """))
                .isInstanceOf(ConfigProblemsException.class)
                .message()
                .contains("format is not 1")
                .contains("lacks java-home")
                .contains("line 3: feature = seven is not a number from 8 to 999")
                .contains("'a/b' is no name for a group")
                .contains("line 5: processes = 0")
                .contains("line 6: umask = 8")
                .contains("line 8: threads is given twice")
                .contains("line 9: threading = green is not one of platform, virtual")
                .contains("environment = nothing is not NAME=value")
                .contains("line 11: '%' without two hexadecimal digits")
                .contains("line 12: neither a section nor key = value")
                .contains("[application a/b] lacks file")
                .contains("line 15: group x is defined twice");
    }
}
