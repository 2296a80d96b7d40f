package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdkInspectionTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lib/server/libjvm.so", "jre/lib/amd64/server/libjvm.so", "lib/aarch64/server/libjvm.so"})
    void findsTheJvmInEveryLayout(String libjvm) throws IOException {
        Path home = TestingJdk.createWith(folder.resolve("home"), libjvm, "JAVA_VERSION=\"17.0.1\"\n");

        assertThat(JdkIdentity.findLibjvm(home)).contains(home.resolve(libjvm));
        assertThat(JdkIdentity.of(home).inode())
                .isEqualTo(((Number) Files.getAttribute(home.resolve(libjvm), "unix:ino")).longValue());
    }

    @Test
    void hasAnotherIdentityWhenThePackageReplacedTheJvm() throws IOException {
        Path home = TestingJdk.create(folder.resolve("home"), "Debian", "17.0.15");
        JdkIdentity former = JdkIdentity.of(home);
        Path replacement = TestingJdk.write(home.resolve("lib/server/libjvm.so.new"), "");

        Files.move(replacement, home.resolve("lib/server/libjvm.so"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(JdkIdentity.of(home)).isNotEqualTo(former);
    }

    @Test
    void hasAnotherIdentityWhenOnlyTheVersionChanged() throws IOException {
        Path home = TestingJdk.create(folder.resolve("home"), "Debian", "17.0.15");
        JdkIdentity former = JdkIdentity.of(home);

        TestingJdk.write(home.resolve("release"), "JAVA_RUNTIME_VERSION=\"17.0.16+8\"\n");

        assertThat(JdkIdentity.of(home)).isNotEqualTo(former);
    }

    @Test
    void knowsAJdk8WithoutReleaseFileByItsClassLibrary() throws IOException {
        Path home = TestingJdk.createWith(folder.resolve("java-8"), "jre/lib/amd64/server/libjvm.so", "");
        Files.delete(home.resolve("release"));
        writeClassLibrary(home, "1.8.0_504", "Debian");

        List<JdkInspection> found = JdkLocator.of(List.of(folder), List.of()).locate();

        assertThat(found).hasSize(1);
        assertThat(found.get(0)).isInstanceOfSatisfying(JdkInspection.Usable.class, jdk -> {
            assertThat(jdk.feature()).isEqualTo(8);
            assertThat(jdk.profileName()).isEqualTo("openjdk-8-jre");
            assertThat(ProfileWriter.generated(jdk))
                    .contains("feature = 8\n", "version = 1.8.0_504\n", "vendor = Debian\n");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "corretto-8-jre, Amazon.com Inc.",
        "zulu-8-jre, 'Azul Systems, Inc.'",
        "oracle-8-jre, Oracle Corporation",
        "openjdk-8-jre, N/A"
    })
    void knowsTheVendorOfAJdk8WhoseReleaseFileDoesNotSayIt(String profileName, String vendor) throws IOException {
        Path home = TestingJdk.createWith(
                folder.resolve("java-8"),
                "jre/lib/amd64/server/libjvm.so",
                "JAVA_VERSION=\"1.8.0_292\"\nOS_NAME=\"Linux\"\nOS_ARCH=\"amd64\"\nSOURCE=\"\"\n");
        writeClassLibrary(home, "1.8.0_292-b10", vendor);

        assertThat(JdkInspection.inspect(home)).isInstanceOfSatisfying(JdkInspection.Usable.class, jdk -> {
            assertThat(jdk.profileName()).isEqualTo(profileName);
            assertThat(jdk.implementor()).isEqualTo(vendor);
            assertThat(jdk.version()).isEqualTo("1.8.0_292");
        });
    }

    private static void writeClassLibrary(Path home, String version, String vendor) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VENDOR, vendor);
        new JarOutputStream(Files.newOutputStream(home.resolve("jre/lib/rt.jar")), manifest).close();
    }

    @Test
    void saysWhyAFolderIsNotUsable() throws IOException {
        assertBroken(folder.resolve("absent"), "there is no such folder");
        assertBroken(TestingJdk.write(folder.resolve("file"), ""), "it is not a folder");
        assertBroken(Files.createDirectory(folder.resolve("empty")), "it has no bin/java");

        Path home = TestingJdk.create(folder.resolve("jdk"), "Debian", "17.0.15");
        Files.setPosixFilePermissions(home.resolve("bin/java"), PosixFilePermissions.fromString("rw-r--r--"));
        assertBroken(home, "its bin/java is not executable");

        Files.setPosixFilePermissions(home.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.delete(home.resolve("lib/server/libjvm.so"));
        assertBroken(home, "it has no libjvm.so");

        TestingJdk.write(home.resolve("release"), "JAVA_VERSION=\"unknown\"\n");
        assertBroken(home, "its release file has no JAVA_VERSION that is understood");

        Files.delete(home.resolve("release"));
        assertBroken(home, "it has no readable release file");

        Path oddly = TestingJdk.create(folder.resolve("odd\nname"), "Debian", "17.0.15");
        assertBroken(oddly, "a profile cannot name a path that has a line break in it or ends in a blank");
    }

    private static void assertBroken(Path home, String reason) throws IOException {
        Path real = Files.exists(home) ? home.toRealPath() : home;
        assertThat(JdkInspection.inspect(home)).isEqualTo(new JdkInspection.Broken(real, reason));
    }
}
