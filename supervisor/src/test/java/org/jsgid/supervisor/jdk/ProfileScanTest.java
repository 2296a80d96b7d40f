package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileScanTest {
    @TempDir
    Path folder;

    private JdkInspection.Usable first;
    private JdkInspection.Usable second;

    @BeforeEach
    void makeTwoJdksOfOneKind() {
        first = jdk("b-first", "Eclipse Adoptium", "25.0.3");
        second = jdk("a-second", "Eclipse Adoptium", "25.0.1");
    }

    @Test
    void numbersASecondJdkOfTheSameKind() {
        assertThat(names(List.of(first, second), Set.of(), Set.of(), Map.of()))
                .isEqualTo(Map.of("temurin-25", first.home(), "temurin-25-2", second.home()));
    }

    @Test
    void changesNothingWhenItRunsAgain() {
        Map<String, Path> once = names(List.of(first, second), Set.of(), Set.of(), Map.of());

        assertThat(names(List.of(first, second), Set.of(), Set.of(), once)).isEqualTo(once);
    }

    @Test
    void leavesAJdkItsNameWhenOneComesThatIsFoundBeforeIt() {
        assertThat(names(List.of(second, first), Set.of(), Set.of(), Map.of("temurin-25", first.home())))
                .isEqualTo(Map.of("temurin-25", first.home(), "temurin-25-2", second.home()));
    }

    @Test
    void namesNoJdkThatAnotherProfileNames() {
        assertThat(names(List.of(first, second), Set.of(first.home()), Set.of(), Map.of("temurin-25", first.home())))
                .isEqualTo(Map.of("temurin-25", second.home()));
    }

    @Test
    void passesOverNamesOfOtherProfiles() {
        assertThat(names(List.of(first, second), Set.of(), Set.of("temurin-25", "temurin-25-3"), Map.of()))
                .isEqualTo(Map.of("temurin-25-2", first.home(), "temurin-25-4", second.home()));
    }

    @Test
    void givesANewNameWhenAnotherJdkStandsInTheFolder() {
        JdkInspection.Usable other = jdk("c", "Azul Systems, Inc.", "21.0.1");

        assertThat(names(List.of(other), Set.of(), Set.of(), Map.of("temurin-25", other.home())))
                .isEqualTo(Map.of("zulu-21", other.home()));
    }

    private JdkInspection.Usable jdk(String name, String implementor, String version) {
        return (JdkInspection.Usable)
                JdkInspection.inspect(TestingJdk.create(folder.resolve(name), implementor, version));
    }

    private static Map<String, Path> names(
            List<JdkInspection.Usable> found, Set<Path> covered, Set<String> taken, Map<String, Path> present) {
        return ProfileScan.name(found, covered, taken, present).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().home()));
    }
}
