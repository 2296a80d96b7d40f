package org.jsgid.plugin.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What every plugin must do. A plugin's test extends this and says what else is true of its generation. */
public abstract class PluginContract {

    private static final Path HOME = Path.of("/opt/jsgid");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
                new Jdk(Path.of("/usr/lib/jvm/some"), feature),
                15,
                0,
                2,
                Path.of("/run/jsgid/tmp/shop"),
                List.of("-Dprofile=1"),
                groupOptions,
                Map.of("A", "b"),
                ArchiveUse.none(),
                Reporting.none());
    }

    /** The arguments for a request with nothing special. */
    protected List<String> arguments(int feature) {
        return arguments(request(feature, List.of()));
    }

    /** The arguments for a request. */
    protected List<String> arguments(LaunchRequest request) {
        return plugin.plan(request).arguments();
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
        LaunchRequest request = request(plugin.lowestFeature(), List.of()).sized(heap, processors);
        return arguments(request).stream()
                .filter(option -> option.matches("-XX:[+]Use\\w+GC"))
                .findFirst()
                .orElse("");
    }

    @Test
    void leavesTheHeapToAGroupThatGivesAShareOfTheMemory() {
        LaunchRequest share = request(plugin.lowestFeature(), List.of("-XX:MaxRAMPercentage=40"));

        assertThat(arguments(share)).noneMatch(option -> option.matches("-Xm[sx].*"));
        assertThat(arguments(share.sized(1L << 30, 2))).contains("-Xmx1073741824");
    }

    @Test
    void beginsWithASmallerHeapUnlessTheGroupSaysHowLargeItIs() {
        assertThat(arguments(plugin.lowestFeature())).contains("-Xmx268435456", "-Xms67108864");
        // Larger than that heap may become, ours would keep the JVM from starting.
        assertThat(arguments(request(plugin.lowestFeature(), List.of("-Xmx32m"))))
                .doesNotContain("-Xms67108864");
    }

    @Test
    void dumpsTheHeapAndLogsCollectionsWhenAsked() {
        LaunchRequest request = request(plugin.lowestFeature(), List.of());
        assertThat(arguments(request)).noneMatch(option -> option.contains("HeapDump") || isGcLog(option));

        List<String> arguments = arguments(request.with(new Reporting(true, true)));

        assertThat(arguments)
                .contains("-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=/run/jsgid/tmp/shop")
                .anyMatch(PluginContract::isGcLog);
    }

    private static boolean isGcLog(String option) {
        return option.startsWith("-Xlog:gc") || option.startsWith("-XX:+PrintGC");
    }

    @Test
    void givesAnOpenJ9NoOptionOfHotSpot() {
        Jdk j9 = new Jdk(Path.of("/opt/semeru"), plugin.lowestFeature(), "", Jdk.Vm.OPENJ9, Set.of());
        LaunchRequest request =
                request(plugin.lowestFeature(), List.of()).with(j9).with(new Reporting(true, true));

        assertThat(arguments(request))
                .noneMatch(option -> option.startsWith("-XX:") || option.startsWith("-Xlog") || option.startsWith("-Xshare"))
                .contains("-Xmx268435456", "-Dfile.encoding=UTF-8");
    }

    @Test
    void opensNoPackageOfAModuleThatIsNotThere() {
        Jdk small = new Jdk(
                Path.of("/opt/small"), Math.max(9, plugin.lowestFeature()), "", Jdk.Vm.HOTSPOT, Set.of("java.base"));

        assertThat(arguments(request(small.feature(), List.of()).with(small)))
                .contains("--add-opens=java.base/java.io=ALL-UNNAMED")
                .noneMatch(option -> option.contains("java.rmi"));
    }

    @Test
    void doesNothingAboutArchivesUnlessTold() {
        assertThat(arguments(plugin.lowestFeature()))
                .noneMatch(option -> option.contains("AOT") || option.contains("Archive") || option.contains("Share"));
    }

    /** Every JDK of the machine that the plugin serves takes the flags, and says nothing whatever a library does. */
    @TestFactory
    Stream<DynamicTest> jdksSayNothing() throws IOException {
        List<Jdk> jdks = MachineJdks.between(plugin.lowestFeature(), highestFeature);
        return Stream.concat(
                jdks.stream()
                        .map(jdk -> DynamicTest.dynamicTest(jdk.home().toString(), () -> saysNothing(jdk))),
                Stream.of(DynamicTest.dynamicTest(
                        "any JDK",
                        () -> assumeTrue(
                                !jdks.isEmpty(),
                                "no JDK " + plugin.lowestFeature() + " to " + highestFeature + " here"))));
    }

    private void saysNothing(Jdk jdk) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        compile(classes);
        Path agent = agent(classes);
        LaunchPlan plan = plugin.plan(new LaunchRequest(
                "shop",
                HOME,
                jdk,
                15,
                0,
                2,
                folder,
                List.of(),
                List.of(),
                Map.of(),
                ArchiveUse.none(),
                new Reporting(false, true)));
        List<String> command = new ArrayList<>();
        command.add(plan.executable().toString());
        command.addAll(plan.options());
        command.addAll(List.of("-cp", classes.toString(), "Awkward", library(jdk).toString(), "wait"));
        Path out = folder.resolve("out");
        Path error = folder.resolve("error");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        Process process = builder.start();
        try {
            awaitLine(out, error, process, "waits");
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                machine.loadAgent(agent.toString());
            } catch (AgentLoadException e) {
                // JDK 8 says that it worked in another way than later ones.
                assertThat(e).hasMessage("0");
            }
            machine.detach();
            process.getOutputStream().close();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(error).isEmptyFile();
        assertThat(out).hasContent("UTF-8 UTF-8 en true \u00fc\u20ac\nwaits\nagent\ndone\n");
    }

    private static void awaitLine(Path out, Path error, Process process, String line) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(out).contains(line + "\n")) {
            assertThat(process.isAlive() && System.nanoTime() < deadline)
                    .as("standard error: %s", Files.readString(error))
                    .isTrue();
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }

    /** A library of the JDK itself that its own classes have not loaded. */
    private static Path library(Jdk jdk) throws IOException {
        for (String name : List.of("libattach.so", "libjaas.so", "libjaas_unix.so", "libj2gss.so", "libprefs.so")) {
            try (Stream<Path> files = Files.find(jdk.home(), 5, (file, is) -> file.endsWith(name))) {
                Optional<Path> found = files.findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new AssertionError("no native library to load below " + jdk.home());
    }

    private void compile(Path classes) throws IOException {
        Path source = folder.resolve("Awkward.java");
        Files.writeString(source, AwkwardProgram.SOURCE);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--release",
                        "8",
                        "-Xlint:-options",
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(status).isZero();
    }

    private Path agent(Path classes) throws IOException {
        Path jar = folder.resolve("agent.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Agent-Class", "Awkward");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new ZipEntry("Awkward.class"));
            out.write(Files.readAllBytes(classes.resolve("Awkward.class")));
            out.closeEntry();
        }
        return jar;
    }
}
