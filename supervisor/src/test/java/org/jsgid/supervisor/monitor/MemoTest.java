package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.KeeperCodec;
import org.jsgid.supervisor.process.GroupDefinition;
import org.junit.jupiter.api.Test;

class MemoTest {

    private static final Instant START = Instant.parse("2031-02-03T04:05:06.789Z");

    private static final ApplicationKey SHOP = new ApplicationKey("/srv/my shop.war", "/shop", "group one");

    private static final ApplicationKey ON_REQUEST = new ApplicationKey("/srv/ö%.java", "", "");

    private static GroupDefinition everything(Map<String, String> environment, List<ApplicationKey> applications) {
        return new GroupDefinition(
                "shop",
                "21+",
                new GroupDefinition.Jdk("temurin-21", Path.of("/opt/my jdk"), 21, List.of("-Da=1", "-Db=%x")),
                new GroupDefinition.Account(
                        Optional.of("shop"),
                        OptionalLong.of(1001),
                        OptionalLong.of(1002),
                        List.of(7L, 8L),
                        Optional.of("/home/shop")),
                new GroupDefinition.Place(
                        0027, Optional.of("/srv/shop"), Optional.of("/srv/jail"), 5, Optional.of("[::1]:9000 any")),
                new GroupDefinition.Jvm(
                        List.of(" -Dspace= x ", "-Dline=a\nb"),
                        1L << 30,
                        environment,
                        "the shop",
                        Map.of("context.cookies", "%"),
                        true,
                        true),
                3,
                true,
                25,
                77,
                new GroupDefinition.Queue(11, Duration.ofSeconds(12)),
                new GroupDefinition.Timeouts(
                        Duration.ofSeconds(21),
                        Duration.ofSeconds(22),
                        Duration.ofSeconds(23),
                        Duration.ofSeconds(24),
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(26),
                        Duration.ofSeconds(27),
                        Duration.ofSeconds(28),
                        Duration.ofSeconds(29)),
                new GroupDefinition.Limits(
                        Duration.ofSeconds(31), 32, Duration.ofSeconds(33), 1L << 31, 1L << 32, 4096),
                true,
                "virtual",
                "idle",
                OptionalLong.of(1001),
                OptionalLong.of(1002),
                applications);
    }

    private static Memo memo(GroupDefinition definition) {
        List<ApplicationKey> applications = new ArrayList<>(definition.applications());
        applications.add(ON_REQUEST);
        return Memo.of("4711-99", definition, 12, 3, START, "1:2 17.0.15+6", applications);
    }

    @Test
    void theNextMonitorReadsWhatTheFormerWrote() throws ConfigProblemsException {
        Memo memo = memo(everything(Map.of("A", "1=2", "B", " ü"), List.of(SHOP)));

        assertThat(MonitorConfigReader.memo(memo.text())).isEqualTo(memo);
        assertThat(memo.handedOn()).containsExactly(ON_REQUEST);
    }

    /** Else a key that the text lacks would be read back as its default, and the test above see nothing of it. */
    @Test
    void everyKeyOfTheExampleDiffersFromItsDefault() throws Exception {
        GroupDefinition defaults = MonitorConfigReader.parse(
                        "format = 1\nprofile = p\njava-home = /j\nfeature = 17\n[group other]\n")
                .groups()
                .get(0);
        List<String> same = new ArrayList<>();
        collectSame("", everything(Map.of("A", "1"), List.of(SHOP)), defaults, same);

        assertThat(same).isEmpty();
    }

    private static void collectSame(String path, Record one, Record other, List<String> same)
            throws ReflectiveOperationException {
        for (RecordComponent component : one.getClass().getRecordComponents()) {
            Object first = component.getAccessor().invoke(one);
            Object second = component.getAccessor().invoke(other);
            String name = path + "." + component.getName();
            if (first instanceof Record part && second instanceof Record otherPart) {
                collectSame(name, part, otherPart, same);
            } else if (first.equals(second)) {
                same.add(name);
            }
        }
    }

    @Test
    void aDefinitionThatIsTooLongIsKnownByItsDigest() throws ConfigProblemsException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            environment.put("NAME" + i, "x".repeat(100));
        }
        GroupDefinition whole = everything(environment, List.of(SHOP));
        String text = memo(whole).text();
        Memo read = MonitorConfigReader.memo(text);

        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(KeeperCodec.LONGEST_MEMO);
        assertThat(read.definition()).isNotEqualTo(whole);
        assertThat(read.definition().timeouts()).isEqualTo(whole.timeouts());
        assertThat(read.definition().applications()).containsExactly(SHOP);
        assertThat(read.digest()).isEqualTo(Memo.digestOf(whole));
    }

    @Test
    void anyNumberOfApplicationsFits() {
        List<ApplicationKey> applications = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            applications.add(new ApplicationKey("/srv/" + i + ".war", "/" + i, ""));
        }
        String text = memo(everything(Map.of(), applications)).text();

        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(KeeperCodec.LONGEST_MEMO);
    }

    @Test
    void equalDefinitionsHaveEqualDigests() {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("A", "1");
        one.put("B", "2");
        Map<String, String> other = new LinkedHashMap<>();
        other.put("B", "2");
        other.put("A", "1");

        assertThat(Memo.digestOf(everything(one, List.of(SHOP))))
                .isEqualTo(Memo.digestOf(everything(other, List.of(SHOP))))
                .isNotEqualTo(Memo.digestOf(everything(one, List.of())));
    }

    @Test
    void theLimitOfOpenFilesIsRaisedWhereItIsLow() {
        String low = """
                Max cpu time              unlimited            unlimited            seconds
                Max open files            1024                 4096                 files    \s
                """;
        String high = "Max open files            1024                 524288               files     \n";

        assertThat(LaunchContext.openFiles(true, low)).isEqualTo(8192);
        assertThat(LaunchContext.openFiles(false, low)).isZero();
        assertThat(LaunchContext.openFiles(true, high)).isZero();
    }

    @Test
    void thePidOfApacheStandsInTheInstanceToo() {
        assertThat(LaunchContext.pidOf("4711-1795219200")).isEqualTo(4711);
        assertThat(LaunchContext.pidOf("")).isZero();
    }
}
