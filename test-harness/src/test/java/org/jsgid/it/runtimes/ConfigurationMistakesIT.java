package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.RunningProcess.Completed;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in the configuration stop configtest with file, line, value and remedy, all of them in one run. */
@Tag("configtest")
class ConfigurationMistakesIT {

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.prepared("mistakes", Httpd::addInstalledProfiles);

    private final Httpd httpd = SERVER.httpd();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JsgiUser no-such-user      | no-such-user",
                "JsgiGroup no-such-group    | no-such-group",
                "JsgiUser root              | root",
                "JsgiThreads many           | many",
                "JsgiThreads 0              | 0",
                "JsgiProcesses -3           | -3",
                "JsgiUmask 999              | 999",
                "JsgiMaxHeap lots           | lots",
                "JsgiThreading green        | green",
                "JsgiCpuPriority 77         | 77",
                "JsgiUser #0                | uid 0",
                "JsgiGroup root             | gid 0",
                "JsgiGroup #0               | gid 0",
                "JsgiSupplementaryGroups games root | gid 0",
                "JsgiSupplementaryGroups #0 | gid 0",
                "JsgiScriptUser no-such     | no-such",
                "JsgiScriptGroup no-such    | no-such",
                "JsgiEvictionTimeout soon   | soon",
                "JsgiOpenFiles 10           | 10",
                "JsgiOpenFiles all          | all",
                "JsgiMemoryLimit lots       | lots",
                "JsgiMemoryLimit 512M lots  | lots",
                "JsgiMemoryLimit 512M 1G 2G | more than two",
                "JsgiMemoryLimit 1M         | 1048576",
                "JsgiMemoryLimit 0 1M       | 1048576",
                "JsgiMemoryLimit 1G 512M    | 536870912",
                "JsgiOnDemand maybe         | maybe",
                "JsgiRenewStale tomorrow    | tomorrow",
            })
    void aWrongValueIsNamedWithFileAndLine(String directive, String value) throws Exception {
        httpd.configure(new HttpdConf().group("wrong", directive));

        Completed test = httpd.configtest();

        assertThat(test.status()).as(test.output()).isNotZero();
        String name = directive.split(" ", 2)[0];
        assertThat(test.output())
                .contains("httpd.conf:" + lineOf(directive))
                .contains(name)
                .contains(value)
                .containsPattern("JSGID\\d{4}");
    }

    @Test
    void aCheckOfTheOwnerAndOneOfTheGroupExcludeEachOther() throws Exception {
        httpd.configure(new HttpdConf().group("both", "JsgiScriptUser games", "JsgiScriptGroup games"));

        Completed test = httpd.configtest();

        assertThat(test.status()).as(test.output()).isNotZero();
        assertThat(test.output())
                .contains("httpd.conf:" + lineOf("JsgiScriptUser games"))
                .contains("httpd.conf:" + lineOf("JsgiScriptGroup games"))
                .contains("both");
    }

    @Test
    void everyDirectiveOfAGroupCanBeWrittenAndSaysNothing() {
        httpd.configure(new HttpdConf()
                .add("JsgiStartConcurrency 3")
                .group(
                        "all",
                        "JsgiScriptUser games",
                        "JsgiInactivityTimeout 600",
                        "JsgiDeadlockTimeout 0",
                        "JsgiEvictionTimeout 10",
                        "JsgiMaximumRequests 1000",
                        "JsgiRestartInterval 86400",
                        "JsgiCpuTimeLimit 3600",
                        "JsgiMemoryLimit 512M 1G",
                        "JsgiOpenFiles 4096",
                        "JsgiRenewStale idle")
                .group("on-demand", "JsgiOnDemand on", "JsgiMemoryLimit 1G", "JsgiOpenFiles 0"));

        Completed test = httpd.configtest();

        assertThat(test.status()).as(test.output()).isZero();
        assertThat(test.output().strip()).isEqualTo("Syntax OK");
    }

    @Test
    void aGroupDefinedTwiceNamesBothPlaces() throws Exception {
        httpd.configure(new HttpdConf().group("twice").group("twice"));

        Completed test = httpd.configtest();

        assertThat(test.status()).isNotZero();
        List<String> lines = Files.readAllLines(configuration());
        List<Integer> places = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains("<JsgiDaemonGroup twice>"))
                .mapToObj(i -> i + 1)
                .toList();
        assertThat(test.output())
                .contains("twice")
                .contains(":" + places.get(0))
                .contains(":" + places.get(1));
    }

    @Test
    void anUndefinedGroupIsNamedWithTheDefinedOnes() {
        httpd.configure(new HttpdConf().group("shop").mount("/x", "ROOT/apps/X.java", "shoop"));

        Completed test = httpd.configtest();

        assertThat(test.status()).isNotZero();
        assertThat(test.output()).contains("shoop").contains("shop");
    }

    @Test
    void allMistakesAreReportedInOneRun() {
        httpd.configure(new HttpdConf()
                .group("first", "JsgiUser no-such-user", "JsgiThreads many")
                .group("second", "JsgiUmask 999")
                .mount("/x", "ROOT/apps/X.java", "third"));

        Completed test = httpd.configtest();

        assertThat(test.status()).isNotZero();
        assertThat(test.output()).contains("no-such-user", "many", "999", "third");
    }

    @Test
    void aMissingApplicationFileIsAWarningOnly() {
        httpd.configure(new HttpdConf().group("shop").mount("/x", "ROOT/apps/NotThere.java", "shop"));

        Completed test = httpd.configtest();

        assertThat(test.status()).as(test.output()).isZero();
        assertThat(test.output()).contains("NotThere.java").containsPattern("JSGID\\d{4}");
    }

    @Test
    @RequiresJdk({17, 21})
    void virtualThreadsOnAJavaWithoutThemAreAWarningOnly() throws Exception {
        httpd.configure(new HttpdConf()
                .group("early", "JsgiRuntime 17", "JsgiThreading virtual")
                .group("usual", "JsgiRuntime 17", "JsgiThreading platform")
                .group("later", "JsgiRuntime 21", "JsgiThreading virtual"));

        Completed test = httpd.configtest();

        assertThat(test.status()).as(test.output()).isZero();
        assertThat(test.output())
                .contains("JSGID0025")
                .contains("httpd.conf:" + lineOf("JsgiThreading virtual"))
                .contains("\"early\"")
                .doesNotContain("\"usual\"")
                .doesNotContain("\"later\"");
    }

    @Test
    void aRightConfigurationSaysNothingButThat() {
        httpd.configure(new HttpdConf().group("shop", "JsgiThreads 5", "JsgiUmask 027", "JsgiMaxHeap 64M"));

        Completed test = httpd.configtest();

        assertThat(test.status()).as(test.output()).isZero();
        assertThat(test.output().strip()).isEqualTo("Syntax OK");
    }

    private int lineOf(String text) throws Exception {
        List<String> lines = Files.readAllLines(configuration());
        return IntStream.range(0, lines.size())
                        .filter(i -> lines.get(i).strip().equals(text))
                        .findFirst()
                        .orElseThrow()
                + 1;
    }

    private Path configuration() {
        return httpd.root().resolve("conf/httpd.conf");
    }
}
