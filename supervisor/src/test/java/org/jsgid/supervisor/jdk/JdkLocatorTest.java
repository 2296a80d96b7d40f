package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkLocatorTest {
    @TempDir
    Path temporary;

    private Path jvm;

    @BeforeEach
    void resolveTheTemporaryFolder() throws IOException {
        jvm = Files.createDirectory(temporary.toRealPath().resolve("jvm"));
    }

    @Test
    void findsAJdkOnceHoweverManyLinksLeadToIt() throws IOException {
        Path home = TestingJdk.create(jvm.resolve("java-17-openjdk-amd64"), "Debian", "17.0.15");
        Files.createSymbolicLink(jvm.resolve("default-java"), Path.of("java-17-openjdk-amd64"));
        Files.createSymbolicLink(jvm.resolve("java-1.17.0-openjdk-amd64"), Path.of("java-17-openjdk-amd64"));

        assertThat(homes(JdkLocator.of(List.of(jvm), List.of(jvm.resolve("default-java")))))
                .containsExactly(home);
    }

    @Test
    void passesOverFoldersThatAreNoJdks() {
        TestingJdk.write(jvm.resolve("openjdk-17/lib/src.zip"), "");
        TestingJdk.write(jvm.resolve("only-release/release"), "JAVA_VERSION=\"17\"");
        TestingJdk.write(jvm.resolve("only-java/bin/java"), "");
        TestingJdk.write(jvm.resolve(".java-1.17.0-openjdk-amd64.jinfo"), "");

        assertThat(homes(JdkLocator.of(List.of(jvm), List.of()))).isEmpty();
    }

    @Test
    void findsNothingInAFolderThatIsNotThere() {
        assertThat(JdkLocator.of(List.of(jvm.resolve("absent")), List.of(jvm.resolve("absent-too")))
                        .locate())
                .isEmpty();
    }

    @Test
    void takesANamedFolderAsAJdkOrAsAFolderOfJdks() {
        Path one = TestingJdk.create(jvm.resolve("opt/one"), "BellSoft", "21.0.3");
        Path two = TestingJdk.create(jvm.resolve("opt/two"), "BellSoft", "25.0.1");

        assertThat(homes(JdkLocator.of(List.of(), List.of(one)))).containsExactly(one);
        assertThat(homes(JdkLocator.of(List.of(), List.of(jvm.resolve("opt"))))).containsExactly(one, two);
    }

    @Test
    void reportsAJdkThatLacksItsJvmAsBroken() throws IOException {
        Path home = TestingJdk.create(jvm.resolve("half"), "Debian", "17.0.15");
        Files.delete(home.resolve("lib/server/libjvm.so"));

        assertThat(JdkLocator.of(List.of(jvm), List.of()).locate())
                .containsExactly(new JdkInspection.Broken(home, "it has no libjvm.so"));
    }

    private static List<Path> homes(JdkLocator locator) {
        return locator.locate().stream().map(JdkInspection::home).toList();
    }
}
