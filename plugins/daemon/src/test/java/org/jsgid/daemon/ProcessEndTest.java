package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ends of a process that records for an archive, where its JDK does. */
@Timeout(120)
final class ProcessEndTest {

    private static final int FIRST_THAT_ASSEMBLES = 25;

    @TempDir
    Path folder;

    static Stream<Path> homes() throws IOException {
        return LaunchedDaemonTest.homes();
    }

    /** What such a process does. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            ProcessEnd.install();
            Files.createFile(Path.of(arguments[1])).toFile().deleteOnExit();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
            switch (arguments[0]) {
                case "exit" -> {
                    ProcessEnd.prepare();
                    ProcessEnd.exit(75);
                }
                case "halt" -> ProcessEnd.halt(76);
                case "application" -> System.exit(3);
                default -> {
                    System.out.println("waits");
                    new CountDownLatch(1).await();
                }
            }
        }
    }

    private Path configuration() {
        return folder.resolve("configuration");
    }

    private Path temporary() {
        return folder.resolve("temporary");
    }

    /** Options with which that JDK's JVM would write a file in its exit, if it can, and the daemon's own end. */
    static List<String> recording(Path home, Path file) throws IOException {
        List<String> options =
                new ArrayList<>(List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "-Djsgid.exit=direct"));
        if (isAssembling(home)) {
            options.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:AOTMode=record",
                    "-XX:AOTConfiguration=" + file,
                    "-Xlog:aot*=off",
                    "-Xlog:cds*=off"));
        } else {
            options.addAll(List.of("-XX:+RecordDynamicDumpInfo", "-Xlog:cds*=off"));
        }
        return options;
    }

    private Process start(Path home, String act) throws IOException {
        List<String> words = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx64m"));
        words.addAll(recording(home, configuration()));
        words.addAll(List.of(
                "-cp",
                jar().toString(),
                Program.class.getName(),
                act,
                temporary().toString()));
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    /** The classes in a jar: a JVM that records for an archive ends with an error when its class path has folders. */
    private Path jar() throws IOException {
        Path jar = folder.resolve("classes.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : List.of(ProcessEnd.class, JavaVersion.class, DaemonLog.class, Program.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (InputStream code = type.getClassLoader().getResourceAsStream(name)) {
                    code.transferTo(out);
                }
            }
        }
        return jar;
    }

    private static boolean isAssembling(Path home) throws IOException {
        String version = Files.readString(home.resolve("release"))
                .lines()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .findFirst()
                .orElseThrow()
                .replaceAll("[^0-9.]", "");
        return JavaVersion.feature(version.replaceAll("[.].*", "")) >= FIRST_THAT_ASSEMBLES;
    }

    private String said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void assertNothingAssembled() {
        // The JVM makes an empty file when it begins to record.
        assertThat(configuration()).satisfiesAnyOf(file -> assertThat(file).doesNotExist(), file -> assertThat(file)
                .isEmptyFile());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void anExitDoesAllThatIsPromisedAndAssemblesNothing(Path home) throws Exception {
        Process process = start(home, "exit");
        assertThat(said(process)).isEqualTo("hook\n");
        assertThat(process.waitFor()).isEqualTo(75);
        assertThat(temporary()).doesNotExist();
        assertNothingAssembled();
    }

    @ParameterizedTest
    @MethodSource("homes")
    void soDoesASignal(Path home) throws Exception {
        Process process = start(home, "wait");
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("waits");
        // Process.destroy closes the stream.
        process.toHandle().destroy();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("hook");
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(temporary()).doesNotExist();
        assertNothingAssembled();
    }

    @ParameterizedTest
    @MethodSource("homes")
    void aHaltKeepsItsStatus(Path home) throws Exception {
        Process process = start(home, "halt");
        assertThat(said(process)).doesNotContain("hook");
        assertThat(process.waitFor()).isEqualTo(76);
    }

    @ParameterizedTest
    @MethodSource("homes")
    void anApplicationsExitKeepsItsStatus(Path home) throws Exception {
        Process process = start(home, "application");
        assertThat(said(process)).startsWith("hook\n");
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(temporary()).doesNotExist();
    }
}
