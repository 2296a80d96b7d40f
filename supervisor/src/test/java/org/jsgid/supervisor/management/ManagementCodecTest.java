package org.jsgid.supervisor.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementCodecTest {

    private static final ApplicationKey SHOP = new ApplicationKey("/srv/my shop.war", "/shop", "");

    @Test
    void escapesWhatWouldBreakALine() throws MalformedLineException {
        Map<String, String> examples = Map.of(
                "plain", "plain",
                "a b", "a%20b",
                "100%", "100%25",
                "line1\nline2", "line1%0Aline2",
                "größe", "größe",
                "del\u007f", "del%7F",
                "", "");
        for (Map.Entry<String, String> example : examples.entrySet()) {
            assertThat(ManagementCodec.escape(example.getKey())).isEqualTo(example.getValue());
            assertThat(ManagementCodec.unescape(example.getValue())).isEqualTo(example.getKey());
        }
    }

    @Test
    void escapesMaySpellUtf8() throws MalformedLineException {
        assertThat(ManagementCodec.unescape("gr%C3%B6%c3%9fe")).isEqualTo("größe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%2", "a%", "a%2", "%zz", "%-1", "%C3", "%FF"})
    void refusesWhatIsNoEscape(String broken) {
        assertThatThrownBy(() -> ManagementCodec.unescape(broken)).isInstanceOf(MalformedLineException.class);
    }

    @Test
    void writesFieldsInTheirOrder() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("file", "/srv/my shop.war");
        fields.put("mount", "");

        assertThat(ManagementCodec.encode("application", fields))
                .isEqualTo("application file=/srv/my%20shop.war mount=");
    }

    @Test
    void readsEveryReport() throws MalformedLineException {
        String application = " file=/srv/my%20shop.war mount=/shop application-group=";
        Map<String, DaemonReport> examples = new LinkedHashMap<>();
        examples.put("failed status=231 reason=no%20such%20folder", new DaemonReport.Failed(231, "no such folder"));
        examples.put("hello pid=42 java=17.0.15 vendor=Debian", new DaemonReport.Hello(42, "17.0.15", "Debian"));
        examples.put("step name=jvm millis=80", new DaemonReport.Step("jvm", 80));
        examples.put("loading" + application, new DaemonReport.Loading(SHOP));
        examples.put(
                "loaded" + application + " kind=war container=tomcat10 millis=900",
                new DaemonReport.Loaded(SHOP, "war", "tomcat10", 900));
        examples.put("missing" + application, new DaemonReport.Missing(SHOP));
        examples.put("rejected" + application + " reason=line%203", new DaemonReport.Rejected(SHOP, "line 3"));
        examples.put("ready", new DaemonReport.Ready());
        examples.put(
                "counters requests=1 active=2 waiting=3 oldest-waiting-millis=4 threads=5 heap-used=6 heap-max=7"
                        + " idle-millis=8 stuck=9 upgraded=10",
                new DaemonReport.Counters(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        examples.put("stuck requests=2", new DaemonReport.Stuck(2));
        examples.put("changed" + application, new DaemonReport.Changed(SHOP));
        examples.put("deadlock threads=a,b", new DaemonReport.Deadlock("a,b"));
        examples.put("draining", new DaemonReport.Draining());
        examples.put("drained", new DaemonReport.Drained());
        examples.put("pong", new DaemonReport.Pong());

        for (Map.Entry<String, DaemonReport> example : examples.entrySet()) {
            assertThat(ManagementCodec.decode(example.getKey())).contains(example.getValue());
        }
        assertThat(examples).hasSize(DaemonReport.class.getPermittedSubclasses().length);
    }

    @Test
    void passesOverUnknownWordsAndFields() throws MalformedLineException {
        assertThat(ManagementCodec.decode("sings song=la")).isEmpty();
        assertThat(ManagementCodec.decode("ready mood=good")).contains(new DaemonReport.Ready());
    }

    @Test
    void lineCutAnywhereIsEitherRefusedOrSomethingElseButNeverAFault() {
        String line = "loaded file=/srv/a%20b.war mount=/shop application-group=x kind=war container=tomcat9 millis=12";
        for (int length = 0; length < line.length(); length++) {
            String cut = line.substring(0, length);
            try {
                ManagementCodec.decode(cut)
                        .ifPresent(report -> assertThat(report).isInstanceOf(DaemonReport.Loaded.class));
            } catch (MalformedLineException refused) {
                assertThat(refused).hasMessageMatching("(?s).*('|%).*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "hello pid=0 java=17",
                "hello pid=-1 java=17",
                "hello pid=x java=17",
                "failed status=256 reason=x",
                "counters requests=99999999999999999999",
                "counters requests=-1",
                "step millis=1",
                "loading mount=/a",
                "ready steady",
            })
    void refusesWhatIsNotOfTheForm(String line) {
        assertThatThrownBy(() -> ManagementCodec.decode(line)).isInstanceOf(MalformedLineException.class);
    }
}
