package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jsgid.daemon.fcgi.TestingClient;
import org.jsgid.daemon.manage.ManagementLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * A daemon as a process: started by the real launcher, which becomes its keeper, with its socket on descriptor 0 and this
 * test as its monitor on 3. Skipped when the launcher has not been built.
 */
@Timeout(120)
class LaunchedDaemonTest {

    private static final Path IMAGE = Path.of(System.getProperty("jsgid.image"));
    private static final int NOBODY = 65534;

    private Path folder;
    private Path app;
    private AFUNIXServerSocket monitor;
    private AFUNIXServerSocket group;
    private AFUNIXSocket connection;
    private BufferedReader keeperReports;
    private BufferedReader reports;
    private OutputStream management;
    private Thread output;
    private Process keeper;
    private ProcessHandle daemon;
    private Process apache;

    static Stream<Path> homes() throws IOException {
        Path own = Path.of(System.getProperty("java.home"));
        List<Path> homes = new ArrayList<>(List.of(own));
        try (Stream<Path> all = Files.list(own.getParent())) {
            all.filter(home -> !home.equals(own) && !Files.isSymbolicLink(home))
                    .filter(home -> Files.isExecutable(home.resolve("bin/javac")) && isSince17(home))
                    .sorted()
                    .forEach(homes::add);
        }
        return homes.stream();
    }

    private static boolean isSince17(Path home) {
        try {
            String release = Files.readString(home.resolve("release"));
            return !release.contains("JAVA_VERSION=\"1.") && !release.contains("JAVA_VERSION=\"11.");
        } catch (IOException e) {
            return false;
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        Path launcher = IMAGE.resolve("libexec/jsgid-launch");
        assumeTrue(Files.isExecutable(launcher), "no launcher at " + launcher + "; build apache-module first");
        // The daemon may run as another user, who must be able to enter.
        folder = Files.createTempDirectory("jsgid-launched");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        app = Files.writeString(folder.resolve("App.java"), """
                import org.jsgi.*;
                public class App implements Application {
                  public Response handle(Request request) throws Exception {
                    if (request.variable("EXIT") != null) { System.exit(3); }
                    System.out.println("grüezi");
                    return Response.text(System.getProperty("java.home"));
                  }
                  public void destroy() { System.out.println("destroyed"); }
                }
                """);
        monitor = AFUNIXServerSocket.newInstance();
        monitor.bind(AFUNIXSocketAddress.of(folder.resolve("monitor.sock")));
        group = AFUNIXServerSocket.newInstance();
        group.bind(AFUNIXSocketAddress.of(folder.resolve("group.sock")));
    }

    @AfterEach
    void end() throws Exception {
        for (Process each : new Process[] {keeper, apache}) {
            if (each != null) {
                each.destroyForcibly().waitFor();
            }
        }
        if (daemon != null) {
            // The kernel ends it with its keeper; its folder is removed when it has.
            daemon.onExit().get(60, TimeUnit.SECONDS);
            // Closing the connection closes what came over it.
            output.join();
        }
        for (java.io.Closeable each : new java.io.Closeable[] {reports, management, connection, group, monitor}) {
            if (each != null) {
                each.close();
            }
        }
        if (folder != null) {
            WorkFolder.remove(folder.toFile());
        }
    }

    private void start(Path home) throws IOException {
        start(home, List.of());
    }

    private void start(Path home, List<String> options) throws IOException {
        apache = new ProcessBuilder("sleep", "600").start();
        keeper = new ProcessBuilder(
                        IMAGE.resolve("libexec/jsgid-launch").toString(),
                        "--management",
                        folder.resolve("monitor.sock").toString(),
                        "--token",
                        "t")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("launcher.log").toFile())
                .start();
        connection = monitor.accept();
        connection.setAncillaryReceiveBufferSize(256);
        keeperReports = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        assertThat(keeperReports.readLine()).isEqualTo("launch t");
        byte[] message = message(home, options);
        OutputStream out = connection.getOutputStream();
        connection.setOutboundFileDescriptors(group.getFileDescriptor());
        out.write(message, 0, 1);
        connection.setOutboundFileDescriptors();
        out.write(message, 1, message.length - 1);
        takeDaemon();
        say("group name=try processes=1 multiprocess=no threads=4 temporary=" + folder.resolve("tmp") + " home=" + IMAGE
                + " graceful-timeout=10 shutdown-timeout=5");
        say("application file=" + app + " mount= application-group= preload=yes");
        say("start");
    }

    /** Takes what the keeper hands over: the daemon's management connection and its output. */
    private void takeDaemon() throws IOException {
        String started = keeperReports.readLine();
        assertThat(started).startsWith("started pid=");
        daemon = ProcessHandle.of(Long.parseLong(started.substring("started pid=".length())))
                .orElseThrow();
        FileDescriptor[] descriptors = connection.getReceivedFileDescriptors();
        assertThat(descriptors).hasSize(2);
        reports = new BufferedReader(
                new InputStreamReader(new FileInputStream(descriptors[0]), StandardCharsets.UTF_8));
        management = new FileOutputStream(descriptors[0]);
        output = new Thread(() -> {
            try (FileInputStream from = new FileInputStream(descriptors[1])) {
                Files.copy(from, folder.resolve("log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        output.start();
    }

    private byte[] message(Path home, List<String> options) throws IOException {
        List<String> pairs = new ArrayList<>(List.of("exec", home.resolve("bin/java").toString()));
        List<String> arguments = new ArrayList<>(List.of(
                "jsgid: try",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-Dsun.stdout.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "--add-opens=java.base/java.io=ALL-UNNAMED"));
        arguments.addAll(options);
        arguments.addAll(List.of(
                "-cp",
                copied(DaemonMain.class) + ":" + copied(org.jsgi.Application.class),
                "org.jsgid.daemon.DaemonMain"));
        arguments.forEach(argument -> pairs.addAll(List.of("arg", argument)));
        pairs.addAll(List.of("env", "PATH=/usr/bin:/bin", "env", "LANG=C.UTF-8", "umask", "022", "directory", "/"));
        pairs.addAll(List.of("temporary", folder.resolve("tmp").toString()));
        pairs.addAll(List.of("name", "try", "alone", "30", "apache-pid", Long.toString(apache.pid())));
        if (System.getProperty("user.name").equals("root")) {
            pairs.addAll(List.of("uid", "" + NOBODY, "gid", "" + NOBODY));
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String word : pairs) {
            content.writeBytes(word.getBytes(StandardCharsets.UTF_8));
            content.write(0);
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes((content.size() + "\n").getBytes(StandardCharsets.UTF_8));
        message.writeBytes(content.toByteArray());
        return message.toByteArray();
    }

    /** What was built just now, where the daemon's user can read it: the tree may be below somebody's home folder. */
    private Path copied(Class<?> type) throws IOException {
        Path built = Path.of(java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
        Path copy = folder.resolve("classes-of-" + type.getSimpleName());
        try (Stream<Path> files = Files.walk(built)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(built.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }

    private void say(String line) throws IOException {
        management.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next report with that word; those before it are passed over. */
    private ManagementLine await(String word) throws IOException {
        List<String> seen = new ArrayList<>();
        for (String line = reports.readLine(); line != null; line = reports.readLine()) {
            seen.add(line);
            if (ManagementLine.parse(line).word().equals(word)) {
                return ManagementLine.parse(line);
            }
        }
        throw new AssertionError("no " + word + " among " + seen + "; the log says " + log());
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** The daemon's, when it has said all. */
    private int exitStatus() throws IOException, InterruptedException {
        String exited = keeperReports.readLine();
        assertThat(exited).startsWith("exited status=");
        output.join();
        return Integer.parseInt(exited.substring("exited status=".length()));
    }

    private TestingClient connect() throws IOException {
        return new TestingClient(UnixDomainSocketAddress.of(folder.resolve("group.sock")));
    }

    @ParameterizedTest
    @MethodSource("homes")
    void servesAndDrainsOnItsJdk(Path home) throws Exception {
        start(home);
        ManagementLine hello = await("hello");
        assertThat(hello.field("pid")).isEqualTo(Long.toString(daemon.pid()));
        await("ready");
        try (TestingClient client = connect()) {
            assertThat(Path.of(client.get(app.toString()).text())).isEqualTo(home);
            say("drain seconds=10");
            assertThat(client.next().type()).as("told that the daemon goes").isEqualTo(100);
            assertThat(client.next()).as("closed after the grace").isNull();
        }
        await("drained");
        assertThat(exitStatus()).isZero();
        assertThat(log()).isEqualTo("grüezi\ndestroyed\n");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("homes")
    void drainsWithoutAssemblingWhatItsJvmHasRecorded(Path home) throws Exception {
        Path recording = folder.resolve("tmp/recording");
        start(home, ProcessEndTest.recording(home, recording));
        await("ready");
        say("drain seconds=0");
        await("drained");
        // The JVM would say that it cannot assemble what comes from folders, and end with status 1.
        assertThat(exitStatus()).isZero();
        assertThat(log()).isEqualTo("destroyed\n");
        assertThat(recording).satisfiesAnyOf(file -> assertThat(file).doesNotExist(), file -> assertThat(file)
                .isEmptyFile());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void tellsALaterMonitorEverythingAgainAndIgnoresWhatItIsTold(Path home) throws Exception {
        start(home);
        await("ready");

        say("group na");
        say("");
        say("report");
        ManagementLine hello = await("hello");
        // The later monitor cannot know how far the daemon was told.
        say("group name=try processes=1 multiprocess=no threads=4 temporary=/nowhere home=/nowhere");
        say("start");
        assertThat(hello.field("pid")).isEqualTo(Long.toString(daemon.pid()));
        await("step");
        assertThat(await("loaded").field("file")).isEqualTo(app.toString());
        await("ready");
        try (TestingClient client = connect()) {
            assertThat(Path.of(client.get(app.toString()).text())).isEqualTo(home);
        }
        say("ping");
        await("pong");
    }

    @ParameterizedTest
    @MethodSource("homes")
    void answersPingAndEndsWhenApacheAndItsMonitorAreGone(Path home) throws Exception {
        start(home);
        await("ready");
        say("ping");
        await("pong");

        monitor.close();
        connection.shutdownOutput();
        apache.destroyForcibly().waitFor();
        assertThat(keeper.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.isAlive()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("homes")
    void endsItsApplicationsOnSigterm(Path home) throws Exception {
        start(home);
        await("ready");

        keeper.destroy();
        assertThat(exitStatus()).isEqualTo(143);
        assertThat(log()).contains("destroyed");
    }

    @ParameterizedTest
    @MethodSource("homes")
    void anApplicationThatCallsExitEndsTheProcess(Path home) throws Exception {
        start(home);
        await("ready");
        try (TestingClient client = connect()) {
            client.send(new org.jsgid.daemon.fcgi.TestingRecords()
                    .begin(1, true)
                    .params(1, TestingClient.params(app.toString(), "EXIT", "1"))
                    .stdinEnd(1)
                    .bytes());
            assertThat(exitStatus()).isEqualTo(3);
        }
        assertThat(log())
                .as("the request that called it is not waited for, and the application is told")
                .isEqualTo("destroyed\n");
    }

    @ParameterizedTest
    @MethodSource("homes")
    void aFileThatMayNotBeReadIsLoadedWhenItMay(Path home) throws Exception {
        Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("-w-------"));
        start(home);
        assertThat(await("rejected").field("reason")).contains("may not read it");
        await("ready");

        Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(await("changed").field("file")).isEqualTo(app.toString());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void aFileInAFolderThatMayNotBeEnteredIsNotCalledAbsent(Path home) throws Exception {
        Path closed = Files.createDirectories(folder.resolve("closed/inner")).getParent();
        app = Files.move(app, closed.resolve("inner/App.java"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-w-------"));
        start(home);
        assertThat(await("rejected").field("reason"))
                .contains("may not enter the folder " + closed + ";")
                .contains(daemon.info().user().orElseThrow());
        await("ready");

        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(await("changed").field("file")).isEqualTo(app.toString());
    }
}
