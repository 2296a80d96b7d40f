package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.InstalledJdks.Jdk;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresJdk;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JDK 8, 11, 17, 21, 25 and 27 side by side in one Apache: a group on each, which serves every kind of application. */
@Tag("A3")
@Tag("A4")
@Tag("own-jdks")
@RequiresJdk({8, 11, 17, 21, 25, 27})
class SixJdksIT {

    private static final List<Integer> FEATURES = List.of(8, 11, 17, 21, 25, 27);
    private static final List<TestUser> USERS = List.of(TestUser.GAMES, TestUser.NEWS, TestUser.APACHE);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("six", SixJdksIT::prepare);

    private final Httpd httpd = SERVER.httpd();

    private static void prepare(Httpd server) {
        HttpdConf conf = new HttpdConf();
        Path source = Apps.java(server, "hello/Hello.java");
        Path jar = Apps.jsgiJar(server, "jar-hello", "org.example.JarHello");
        Path javax = Apps.war(server, "own-war", ServletGeneration.JAVAX);
        Path jakarta = Apps.war(server, "own-war", ServletGeneration.JAKARTA);
        for (int feature : FEATURES) {
            server.addProfile("jdk-" + feature, InstalledJdks.get(feature));
            String group = group(feature);
            String runtime = "JsgiRuntime " + feature;
            if (TestUser.isRoot()) {
                conf.group(group, runtime, "JsgiUser " + user(feature).name());
            } else {
                conf.group(group, runtime);
            }
            conf.mount("/java-" + feature, source, group);
            conf.mount("/jar-" + feature, jar, group);
            conf.mount("/javax-" + feature, javax, group);
            if (feature >= ServletGeneration.JAKARTA.lowestFeature()) {
                conf.mount("/jakarta-" + feature, jakarta, group);
            }
        }
        conf.group("warned", "JsgiRuntime 17", "JsgiJavaOptions -XX:+UseBiasedLocking", "JsgiOnDemand On")
                .add("JsgiScriptAlias /warned " + source)
                .add("<Location /warned>", "JsgiProcessGroup warned", "</Location>");
        server.configure(conf);
    }

    private static String group(int feature) {
        return "on-" + feature;
    }

    private static TestUser user(int feature) {
        return USERS.get(FEATURES.indexOf(feature) % USERS.size());
    }

    @BeforeEach
    void allReady() {
        httpd.awaitReady(FEATURES.stream().map(SixJdksIT::group).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 11, 17, 21, 25, 27})
    void theSameSourceRunsOnTheJdkOfItsGroupAsTheUserOfItsGroup(int feature) throws IOException {
        assertRunsOn(feature, Facts.from(httpd.client(), "/java-" + feature));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 11, 17, 21, 25, 27})
    void theSameJarRunsOnTheJdkOfItsGroup(int feature) throws IOException {
        assertThat(httpd.client().get("/jar-" + feature).text())
                .contains("java.version=" + InstalledJdks.get(feature).version());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 11, 17, 21, 25, 27})
    void theSameJavaxWarRunsInTomcat9OnTheJdkOfItsGroup(int feature) throws IOException {
        Facts facts = Facts.from(httpd.client(), "/javax-" + feature + "/facts");

        assertRunsOn(feature, facts);
        assertThat(facts.get("container")).startsWith("Apache Tomcat/9.0.");
        assertThat(httpd.client().get("/javax-" + feature + "/").text())
                .contains("JSP: 42 on " + InstalledJdks.get(feature).version());
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 17, 21, 25, 27})
    void theSameJakartaWarRunsInTomcat10OnTheJdkOfItsGroup(int feature) throws IOException {
        Facts facts = Facts.from(httpd.client(), "/jakarta-" + feature + "/facts");

        assertRunsOn(feature, facts);
        assertThat(facts.get("container")).startsWith("Apache Tomcat/10.1.");
    }

    @Test
    void statusNamesTheJavaVersionOfEveryGroup() throws IOException {
        for (int feature : FEATURES) {
            assertThat(httpd.status().group(group(feature)).javaVersion())
                    .as(group(feature))
                    .startsWith(InstalledJdks.get(feature).version());
        }
    }

    @Test
    void noDaemonPrintsAnything() {
        // JSGID0350 is what the monitor writes before each line that a daemon prints.
        assertThat(httpd.errorLog().linesSince(0, "JSGID0350: \\[group on-\\d+\\]"))
                .as("what daemons have printed")
                .isEmpty();
    }

    @Test
    void aWarningOfAJvmWouldHaveBeenSeen() throws IOException {
        int mark = httpd.errorLog().mark();
        Await.until(
                "the group with an option that JDK 17 warns about to answer",
                Duration.ofSeconds(30),
                () -> httpd.client().get("/warned").status() == 200);

        httpd.errorLog().awaitLine(mark, "UseBiasedLocking", Duration.ofSeconds(10));
        assertThatThrownBy(() -> httpd.errorLog().assertNothingUnannounced()).hasMessageContaining("UseBiasedLocking");
    }

    private static void assertRunsOn(int feature, Facts facts) {
        Jdk jdk = InstalledJdks.get(feature);
        assertThat(facts.get("java.version")).isEqualTo(jdk.version());
        // Of 8 it is the folder of the runtime in the JDK.
        assertThat(facts.get("java.home"))
                .isEqualTo(feature == 8 ? jdk.home() + "/jre" : jdk.home().toString());
        assertThat(facts.get("user"))
                .isEqualTo(TestUser.isRoot() ? user(feature).name() : System.getProperty("user.name"));
    }
}
