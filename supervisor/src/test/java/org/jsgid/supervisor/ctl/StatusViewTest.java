package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusViewTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, 1.0K",
        "1048576, 1.0M",
        "10433331, 9.9M",
        "10485760, 10M",
        "1073741824, 1.0G",
        "1099511627776000, 1000T"
    })
    void showsBytesInTheLargestFittingUnit(long bytes, String shown) {
        assertThat(StatusView.size(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "PT-5S, 0s",
        "PT0S, 0s",
        "PT59S, 59s",
        "PT60S, 1m 0s",
        "PT59M59S, 59m 59s",
        "PT1H, 1h 0m",
        "PT23H59M, 23h 59m",
        "PT24H, 1d 0h",
        "P400DT5H, 400d 5h"
    })
    void showsTheTwoLargestUnitsOfADuration(Duration duration, String shown) {
        assertThat(StatusView.duration(duration)).isEqualTo(shown);
    }
}
