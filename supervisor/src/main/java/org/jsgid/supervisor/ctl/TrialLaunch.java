package org.jsgid.supervisor.ctl;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts a JDK to see that it starts. What it prints is shown when it fails and not interpreted. Root starts it as a user
 * without rights: a JDK that is only being checked is not trusted.
 */
final class TrialLaunch {
    private static final String NAME = "start";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MOST_SHOWN = 400;
    /** The user and group "nobody" of every Linux system. */
    private static final String NOBODY = "65534";

    /** Starts {@code java} with the profile's options, which stop a JVM when it does not know one of them. */
    JdkVerifier.Check run(Path home, List<String> javaOptions) {
        Optional<List<String>> unprivileged = unprivileged();
        if (unprivileged.isEmpty()) {
            return skipped("the program setpriv is missing (package util-linux); no JDK is started as root");
        }
        List<String> command = new ArrayList<>(unprivileged.get());
        command.add(home.resolve("bin/java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-Xshare:auto", "-Xmx64m", "-version"));
        try {
            Path output = Files.createTempFile("jsgid-verify", ".out");
            try {
                return start(command, output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            return failed("it could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return skipped("interrupted");
        }
    }

    private static JdkVerifier.Check start(List<String> command, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        long begin = System.nanoTime();
        Process process = builder.start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return failed("no end after " + LIMIT.toSeconds() + " s; it was killed");
        }
        long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        if (process.exitValue() == 0) {
            return new JdkVerifier.Check(NAME, JdkVerifier.Outcome.OK, "in " + millis + " ms");
        }
        String said = TextTable.oneLine(Files.readString(output));
        String shown = said.length() > MOST_SHOWN ? said.substring(0, MOST_SHOWN) + " …" : said;
        return failed("exit status " + process.exitValue() + ": " + shown);
    }

    /** What stands before the command so that it runs without root's rights; nothing when the caller is not root. */
    private static Optional<List<String>> unprivileged() {
        if (!FolderOwners.orYou().isEmpty()) {
            return Optional.of(List.of());
        }
        for (String program : List.of("/usr/bin/setpriv", "/bin/setpriv")) {
            if (Files.isExecutable(Path.of(program))) {
                return Optional.of(List.of(
                        program,
                        "--reuid=" + NOBODY,
                        "--regid=" + NOBODY,
                        "--clear-groups",
                        "--inh-caps=-all",
                        "--no-new-privs",
                        "--"));
            }
        }
        return Optional.empty();
    }

    private static JdkVerifier.Check failed(String detail) {
        return new JdkVerifier.Check(NAME, JdkVerifier.Outcome.FAILED, detail);
    }

    private static JdkVerifier.Check skipped(String detail) {
        return new JdkVerifier.Check(NAME, JdkVerifier.Outcome.SKIPPED, detail);
    }
}
