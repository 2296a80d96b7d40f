package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOrderTest {
    private static final List<String> ASCENDING = List.of(
            "",
            "1.8.0_202",
            "1.8.0_452",
            "8.0.452+9",
            "11.0.9",
            "11.0.25+9-post-Debian-1deb11u1",
            "17",
            "17.0.9",
            "17.0.15",
            "17.0.15+6",
            "17.0.15+6-Debian-1deb12u1",
            "25.0.3+9-LTS",
            "25.0.3+202504151430",
            "27-ea+12",
            "27+30");

    @Test
    void putsReleasesInTheOrderInWhichTheyAppeared() {
        List<String> shuffled = new ArrayList<>(ASCENDING);
        Collections.shuffle(shuffled, new Random(1));

        shuffled.sort(VersionOrder.INSTANCE);

        assertThat(shuffled).containsExactlyElementsOf(ASCENDING);
    }

    @ParameterizedTest
    @CsvSource({"17.0.9, 17.0.09", "1.8.0_452, 8.0.452", "17.0.15+6-LTS, 17.0.15+6"})
    void takesVersionsWithTheSameNumbersAsEqual(String first, String second) {
        assertThat(VersionOrder.INSTANCE.compare(first, second)).isZero();
    }
}
