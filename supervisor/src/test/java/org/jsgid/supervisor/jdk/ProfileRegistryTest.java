package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileRegistryTest {
    @TempDir
    Path folder;

    private Path packages;
    private Path scanned;
    private Path administrator;
    private Path home;

    @BeforeEach
    void makeFolders() {
        packages = folder.resolve("packages");
        scanned = folder.resolve("scanned");
        administrator = folder.resolve("administrator");
        home = TestingJdk.create(folder.resolve("jdk"), "Debian", "17.0.15");
    }

    @Test
    void hasNoProfilesWhenNoFolderIsThere() {
        assertThat(load().profiles()).isEmpty();
        assertThat(load().registered())
                .isEqualTo("none is registered in " + packages + ", " + scanned + ", " + administrator);
    }

    @Test
    void replacesAFileByTheOneOfALaterFolderAsAWhole() {
        profile(packages, "openjdk-17", 17, "priority = 5\nvendor = Package");
        profile(administrator, "openjdk-17", 17, "version = 17.0.99");

        JdkProfile profile = load().profile("openjdk-17").orElseThrow();

        assertThat(profile.version()).isEqualTo("17.0.99");
        assertThat(profile.priority()).isEqualTo(1700);
        assertThat(load().replacedBy("openjdk-17")).containsExactly(packages.resolve("openjdk-17.conf"));
    }

    @Test
    void masksAProfileByALinkToDevNull() throws IOException {
        profile(packages, "openjdk-17", 17, "");
        Files.createDirectories(administrator);
        Path mask = Files.createSymbolicLink(administrator.resolve("openjdk-17.conf"), Path.of("/dev/null"));

        assertThat(load().profiles()).isEmpty();
        assertThat(load().mask("openjdk-17")).contains(mask);
        assertThat(reason("openjdk-17"))
                .startsWith("the JDK profile openjdk-17 is masked by " + mask + "; none is registered in ");
    }

    @Test
    void takesThePriorityThenTheVersionThenTheName() {
        profile(packages, "b", 17, "version = 17.0.9");
        profile(packages, "c", 17, "version = 17.0.15");
        profile(packages, "d", 17, "version = 17.0.15");
        assertThat(selected("17")).isEqualTo("c");

        profile(packages, "a", 17, "version = 17.0.1\npriority = 1701");
        assertThat(selected("17")).isEqualTo("a");
    }

    @Test
    void takesNoOtherFeatureUnlessALaterOneIsAllowed() {
        profile(packages, "temurin-25", 25, "");
        profile(packages, "temurin-21", 21, "priority = -5");
        profile(packages, "openjdk-11", 11, "priority = 99999");

        assertThat(reason("17"))
                .isEqualTo("there is no JDK 17 among the JDK profiles; "
                        + "registered: openjdk-11, temurin-21, temurin-25");
        assertThat(selected("17+")).isEqualTo("temurin-21");
        assertThat(selected("21+")).isEqualTo("temurin-21");
        assertThat(reason("26+")).startsWith("there is no JDK 26 or later among the JDK profiles; ");
        assertThat(reason("seventeen")).startsWith("there is no JDK profile seventeen; ");
    }

    @Test
    void takesNoProfileThatIsDisabledMissingOrBrokenByNameNeither() {
        profile(packages, "disabled", 17, "enabled = no");
        TestingJdk.write(packages.resolve("missing.conf"), "home = /nowhere\nfeature = 17\n");
        TestingJdk.write(packages.resolve("broken.conf"), "feature = 17\n");

        assertThat(reason("17")).startsWith("there is no JDK 17 ");
        assertThat(reason("disabled"))
                .startsWith("the JDK profile disabled is disabled (its file says enabled = no); ");
        assertThat(reason("missing"))
                .startsWith("the JDK profile missing is missing (there is no /nowhere/bin/java); ");
        assertThat(reason("broken")).startsWith("the JDK profile broken is broken (\"home\" is missing; ");
    }

    @Test
    void takesTheDefaultFileOfTheLastFolderThatHasOne() throws IOException {
        assertThat(load().defaultRuntime()).isEmpty();

        TestingJdk.write(packages.resolve("default"), "# the default\n\n \t17+ \n25\n");
        assertThat(load().defaultRuntime()).contains("17+");

        TestingJdk.write(administrator.resolve("default"), "temurin-25\n");
        assertThat(load().defaultRuntime()).contains("temurin-25");

        Files.delete(administrator.resolve("default"));
        Files.createSymbolicLink(administrator.resolve("default"), Path.of("/dev/null"));
        assertThat(load().defaultRuntime()).isEmpty();
    }

    private void profile(Path in, String name, int feature, String more) {
        TestingJdk.write(in.resolve(name + ".conf"), "home = " + home + "\nfeature = " + feature + "\n" + more + "\n");
    }

    private ProfileRegistry load() {
        return ProfileRegistry.load(List.of(packages, scanned, administrator));
    }

    private String selected(String runtime) {
        return ((Selection.Found) load().select(runtime)).profile().name();
    }

    private String reason(String runtime) {
        return ((Selection.NotFound) load().select(runtime)).reason();
    }
}
