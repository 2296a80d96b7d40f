package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileReaderTest {
    @TempDir
    Path folder;

    private Path home;
    private Path file;

    @BeforeEach
    void makeAJdk() {
        home = TestingJdk.create(folder.resolve("jdk"), "Eclipse Adoptium", "25.0.3");
        file = folder.resolve("some.conf");
    }

    @Test
    void takesWhatIsAbsentFromTheReleaseFile() {
        JdkProfile profile = read("home = " + home + "\n");

        assertThat(profile)
                .isEqualTo(new JdkProfile(
                        "some",
                        file,
                        Optional.of(home),
                        25,
                        "25.0.3+1",
                        "Eclipse Adoptium",
                        List.of(),
                        2500,
                        true,
                        ProfileState.READY,
                        "",
                        List.of(),
                        false));
    }

    @Test
    void takesEveryKeyFromTheFileWhenItIsThere() {
        JdkProfile profile = read("""
                # a comment
                  \t# another
                \thome=%s\r
                feature = 26
                version = 26.1 = special # edition
                vendor = Nobody
                java-options = -Xfoo \t -Dname=#value
                priority = -7
                enabled = no
                """.formatted(home));

        assertThat(profile.feature()).isEqualTo(26);
        assertThat(profile.version()).isEqualTo("26.1 = special # edition");
        assertThat(profile.vendor()).isEqualTo("Nobody");
        assertThat(profile.javaOptions()).containsExactly("-Xfoo", "-Dname=#value");
        assertThat(profile.priority()).isEqualTo(-7);
        assertThat(profile.state()).isEqualTo(ProfileState.DISABLED);
        assertThat(profile.reason()).isEqualTo("its file says enabled = no");
    }

    @Test
    void reportsAllErrorsAtOnce() {
        JdkProfile profile = read("""
                feature = 7
                nonsense
                priority = high
                enabled = perhaps
                vendor = A
                vendor = B
                """);

        assertThat(profile.state()).isEqualTo(ProfileState.BROKEN);
        assertThat(profile.reason())
                .isEqualTo("line 2: it is not \"key = value\"; line 6: \"vendor\" is given twice; "
                        + "\"home\" is missing; it is the absolute path of a JDK; "
                        + "line 1: feature = 7: it must be a whole number from 8 to 999; "
                        + "line 3: priority = high: it must be a whole number from -100000 to 100000; "
                        + "line 4: enabled = perhaps: it must be yes or no");
    }

    @ParameterizedTest
    @ValueSource(strings = {"feature = 1000", "feature = 17.0", "feature =", "priority = 100001", "priority = 1e3"})
    void refusesNumbersOutsideOfTheirRange(String line) {
        assertThat(read("home = " + home + "\n" + line + "\n").state()).isEqualTo(ProfileState.BROKEN);
    }

    @Test
    void warnsOfAnUnknownKeyAndTakesTheProfile() {
        JdkProfile profile = read("home = " + home + "\ncolour = blue\n");

        assertThat(profile.isReady()).isTrue();
        assertThat(profile.warnings())
                .containsExactly("line 2: the key \"colour\" is not known; known are home, feature, version, vendor, "
                        + "java-options, priority, enabled");
    }

    @Test
    void isMissingWhenThereIsNoJavaInTheHome() {
        JdkProfile profile = read("home = /nowhere/jdk\nfeature = 17\n");

        assertThat(profile.state()).isEqualTo(ProfileState.MISSING);
        assertThat(profile.reason()).isEqualTo("there is no /nowhere/jdk/bin/java");
        assertThat(profile.feature()).isEqualTo(17);
    }

    @Test
    void isBrokenWhenNobodySaysTheFeatureVersion() throws IOException {
        Files.delete(home.resolve("release"));

        assertThat(read("home = " + home + "\n").reason())
                .isEqualTo("\"feature\" is not set, and " + home + "/release has no JAVA_VERSION that is understood");
        assertThat(read("home = " + home + "\nfeature = 17\n").isReady()).isTrue();
    }

    @Test
    void takesAnEmptyFileAndALinkToDevNullAsMasks() throws IOException {
        Files.createFile(file);
        Path link = Files.createSymbolicLink(folder.resolve("other.conf"), Path.of("/dev/null"));

        assertThat(ProfileReader.read(file)).isEmpty();
        assertThat(ProfileReader.read(link)).isEmpty();
    }

    @Test
    void refusesAFileOfMoreThan64Kib() {
        String start = "home = " + home + "\n#";

        assertThat(read(start + "x".repeat(64 * 1024 - start.length())).isReady())
                .isTrue();
        assertThat(read(start + "x".repeat(64 * 1024 - start.length() + 1)).reason())
                .isEqualTo("it is longer than 64 KiB");
    }

    @Test
    void isBrokenWhenTheFileCannotBeRead() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("gone"));

        assertThat(ProfileReader.read(file).orElseThrow().reason()).isEqualTo("it cannot be read: no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "temurin-25.conf, temurin-25",
        "A.conf, A",
        "a_b.c-1.conf, a_b.c-1",
        "25.conf,",
        ".hidden.conf,",
        "temurin-25,",
        "temurin-25.conf.dpkg-new,",
        "with space.conf,",
        "default,"
    })
    void knowsWhichFilesAreProfiles(String fileName, String name) {
        assertThat(ProfileReader.profileName(fileName)).isEqualTo(Optional.ofNullable(name));
    }

    private JdkProfile read(String content) {
        return ProfileReader.read(TestingJdk.write(file, content)).orElseThrow();
    }
}
