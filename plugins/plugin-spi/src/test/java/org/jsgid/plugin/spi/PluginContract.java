package org.jsgid.plugin.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What every plugin must do. A plugin's test extends this and says what else is true of its generation. */
public abstract class PluginContract {

    private static final Path HOME = Path.of("/opt/jsgid");

    private final Plugin plugin;
    private final int highestFeature;

    @TempDir
    Path folder;

    /**
     * Tests that plugin.
     *
     * @param highestFeature the last feature version of JDKs on which its flags are tried
     */
    protected PluginContract(Plugin plugin, int highestFeature) {
        this.plugin = plugin;
        this.highestFeature = highestFeature;
    }

    /** A request with nothing special. */
    protected static LaunchRequest request(int feature, List<String> groupOptions) {
        return new LaunchRequest(
                "shop",
                HOME,
                Path.of("/usr/lib/jvm/some"),
                feature,
                15,
                0,
                2,
                Path.of("/run/jsgid/tmp/shop"),
                List.of("-Dprofile=1"),
                groupOptions,
                Map.of("A", "b"));
    }

    /** The arguments for a request with nothing special. */
    protected List<String> arguments(int feature) {
        return plugin.plan(request(feature, List.of())).arguments();
    }

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(Plugin.class))
                .extracting(Plugin::name)
                .contains(plugin.name());
    }

    @Test
    void theSameRequestGivesTheSamePlan() {
        LaunchRequest request = request(plugin.lowestFeature(), List.of("-Dx=y"));

        assertThat(plugin.plan(request)).isEqualTo(plugin.plan(request));
    }

    @Test
    void startsTheDaemonOfTheImageWithTheProfilesJava() {
        LaunchPlan plan = plugin.plan(request(plugin.lowestFeature(), List.of()));

        assertThat(plan.executable()).isEqualTo(Path.of("/usr/lib/jvm/some/bin/java"));
        assertThat(plan.arguments()).endsWith("-cp", "/opt/jsgid/lib/daemon/*", "org.jsgid.daemon.DaemonMain");
        assertThat(plan.environment()).containsEntry("A", "b").containsEntry("LANG", "C.UTF-8");
    }

    @Test
    void optionsOfTheGroupFollowTheProfilesAndOurs() {
        List<String> arguments = plugin.plan(request(plugin.lowestFeature(), List.of("-Xmx1g", "-Dfile.encoding=x")))
                .arguments();

        assertThat(arguments)
                .containsSubsequence("-Xmx268435456", "-Dprofile=1", "-Xmx1g")
                .containsSubsequence("-Dfile.encoding=UTF-8", "-Dprofile=1", "-Dfile.encoding=x");
    }

    @Test
    void leavesTheCollectorToAGroupThatChoseOne() {
        List<String> arguments = plugin.plan(request(plugin.lowestFeature(), List.of("-XX:+UseParallelGC")))
                .arguments();

        assertThat(arguments.stream().filter(option -> option.matches("-XX:[+]Use\\w+GC")))
                .containsExactly("-XX:+UseParallelGC");
    }

    @Test
    void takesG1ForALargeHeapOnSeveralProcessorsOnly() {
        assertThat(collector(512L << 20, 4)).isEqualTo("-XX:+UseSerialGC");
        assertThat(collector((512L << 20) + 1, 4)).isEqualTo("-XX:+UseG1GC");
        assertThat(collector(2L << 30, 1)).isEqualTo("-XX:+UseSerialGC");
    }

    private String collector(long heap, int processors) {
        LaunchRequest plain = request(plugin.lowestFeature(), List.of());
        LaunchRequest request = new LaunchRequest(
                plain.group(),
                plain.jsgidHome(),
                plain.javaHome(),
                plain.feature(),
                plain.threads(),
                heap,
                processors,
                plain.temporaryFolder(),
                plain.profileOptions(),
                plain.groupOptions(),
                plain.environment());
        return plugin.plan(request).arguments().stream()
                .filter(option -> option.startsWith("-XX:+Use"))
                .findFirst()
                .orElse("");
    }

    /** Every JDK of the machine that the plugin serves takes the flags without a word. */
    @TestFactory
    Stream<DynamicTest> jdksSayNothingAboutTheFlags() throws IOException {
        List<Path> homes = homes();
        return Stream.concat(
                homes.stream().map(home -> DynamicTest.dynamicTest(home.toString(), () -> saysNothing(home))),
                Stream.of(DynamicTest.dynamicTest(
                        "any JDK",
                        () -> assumeTrue(
                                !homes.isEmpty(),
                                "no JDK " + plugin.lowestFeature() + " to " + highestFeature + " here"))));
    }

    private void saysNothing(Path home) throws Exception {
        LaunchRequest plain = request(feature(home), List.of());
        LaunchRequest request = new LaunchRequest(
                plain.group(),
                plain.jsgidHome(),
                home,
                plain.feature(),
                plain.threads(),
                plain.maxHeapBytes(),
                plain.processors(),
                folder,
                plain.profileOptions(),
                plain.groupOptions(),
                plain.environment());
        LaunchPlan plan = plugin.plan(request);
        List<String> command = new ArrayList<>();
        command.add(plan.executable().toString());
        command.addAll(plan.arguments().subList(0, plan.arguments().size() - 3));
        Path program = folder.resolve("Silent.java");
        Files.writeString(program, "class Silent { public static void main(String[] a) { System.out.print(\"ran\"); } }");
        command.add(program.toString());
        Path out = folder.resolve("out");
        Path error = folder.resolve("error");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(error).isEmptyFile();
        assertThat(out).hasContent("ran");
    }

    private List<Path> homes() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        List<Path> homes = new ArrayList<>();
        if (Files.isDirectory(all)) {
            try (Stream<Path> found = Files.list(all)) {
                for (Path home : (Iterable<Path>) found.sorted()::iterator) {
                    boolean isJdk = !Files.isSymbolicLink(home)
                            && Files.isExecutable(home.resolve("bin/java"))
                            && Files.isExecutable(home.resolve("bin/javac"));
                    if (isJdk && feature(home) >= plugin.lowestFeature() && feature(home) <= highestFeature) {
                        homes.add(home);
                    }
                }
            }
        }
        return homes;
    }

    private static int feature(Path home) throws IOException {
        for (String line : Files.readAllLines(home.resolve("release"))) {
            if (line.startsWith("JAVA_VERSION=")) {
                String version = line.substring("JAVA_VERSION=\"".length(), line.length() - 1);
                String number = version.startsWith("1.") ? version.substring(2) : version;
                return Integer.parseInt(number.split("[._+-]", 2)[0]);
            }
        }
        return 0;
    }
}
