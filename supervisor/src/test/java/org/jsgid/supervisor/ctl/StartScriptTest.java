package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.jdk.TestingJdk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code src/main/sh/jsgid-ctl} in an image of its own, with programs that print their arguments as JDKs. */
class StartScriptTest {
    private static final long DEADLINE_SECONDS = 60;

    @TempDir
    Path temporary;

    private Path image;
    private Path script;
    private Path java;

    @BeforeEach
    void makeAnImage() throws IOException {
        image = Files.createDirectories(temporary.toRealPath().resolve("an image"));
        script = Files.createDirectories(image.resolve("bin")).resolve("jsgid-ctl");
        Files.copy(Path.of("src/main/sh/jsgid-ctl"), script, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Path home = TestingJdk.create(image.resolve("jdk"), "Debian", "17.0.15");
        java = home.resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\nfor argument; do echo \"<$argument>\"; done\n");
    }

    @Test
    void startsTheCommandOfItsOwnImageThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("ctl"), script);

        Outcome outcome = run(link, java.toString(), "status", "two words");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.output())
                .isEqualTo("<-Xshare:auto>\n<-XX:TieredStopAtLevel=1>\n<-XX:+UseSerialGC>\n<-Xmx64m>\n"
                        + "<-Djsgid.home=" + image + ">\n<-Djsgid.ctl.terminal=false>\n<-cp>\n<" + image
                        + "/lib/supervisor/*>\n<org.jsgid.supervisor.ctl.JsgidCtl>\n<status>\n<two words>\n");
    }

    @Test
    void takesARegisteredJdkThatIsNewEnough() throws Exception {
        Files.createDirectories(image.resolve("share/jdk.d"));
        Files.copy(Path.of("../jdk-profiles/src/profile-reader.sh"), image.resolve("share/profile-reader.sh"));
        // A priority above all JDKs of this machine: feature 17 is looked for first, and this is its best.
        TestingJdk.write(
                image.resolve("share/jdk.d/mine.conf"),
                "home = " + java.getParent().getParent() + "\nfeature = 17\npriority = 100000\n");

        Outcome outcome = run(script, "", "status");

        assertThat(outcome.output()).endsWith("<org.jsgid.supervisor.ctl.JsgidCtl>\n<status>\n");
    }

    @Test
    void saysSoWhenTheProgramItWasToldIsNone() throws Exception {
        Outcome outcome = run(script, image.toString(), "status");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output())
                .isEqualTo("jsgid-ctl: JSGID_JAVA is " + image
                        + ", which is not a program; it must be the bin/java of a JDK of at least 17\n");
    }

    private record Outcome(int status, String output) {}

    private static Outcome run(Path program, String java, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JSGID_JAVA", java);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }
}
