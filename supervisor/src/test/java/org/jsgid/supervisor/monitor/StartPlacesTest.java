package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.group.TestingEventLoop;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.policy.StartSpreader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartPlacesTest {

    @TempDir
    private Path folder;

    private final TestingEventLoop loop = new TestingEventLoop();
    private StartPlaces mine;
    private StartPlaces others;

    @BeforeEach
    void twoMonitorsOfOneServerWithTwoPlaces() {
        mine = new StartPlaces(folder, loop, ServerLog.about("test"));
        others = new StartPlaces(folder, loop, ServerLog.about("test"));
        mine.limitTo(2);
        others.limitTo(2);
    }

    @Test
    void monitorsShareThePlaces() {
        StartSpreader.Place place = mine.take(false).orElseThrow();
        assertThat(others.take(false)).isPresent();
        assertThat(mine.take(false)).isEmpty();
        assertThat(others.take(false)).isEmpty();

        place.giveBack();
        assertThat(others.take(false)).isPresent();
    }

    @Test
    void aPlaceThatAnotherMonitorGivesBackIsTaken() {
        StartSpreader.Place place = mine.take(false).orElseThrow();
        assertThat(mine.take(false)).isPresent();
        List<String> started = new ArrayList<>();
        others.starts().ask(false, () -> started.add("a"));
        loop.pass(Duration.ofSeconds(1));
        assertThat(started).isEmpty();

        place.giveBack();
        loop.pass(Duration.ofSeconds(1));
        assertThat(started).containsExactly("a");
    }

    @Test
    void ordinaryStartsWaitForThoseOfAnotherMonitorThatGoFirst() {
        mine.firstOnesWait(true);
        assertThat(others.take(false)).isEmpty();
        Optional<StartSpreader.Place> first = others.take(true);
        assertThat(first).isPresent();

        mine.firstOnesWait(false);
        assertThat(others.take(false)).isPresent();
    }

    @Test
    void twoMonitorsMayBothHaveStartsThatGoFirst() {
        mine.firstOnesWait(true);
        others.firstOnesWait(true);

        assertThat(mine.take(true)).isPresent();
        assertThat(others.take(true)).isPresent();
    }

    @Test
    void aFolderThatCannotBeWrittenToStopsNobody() {
        StartPlaces lost = new StartPlaces(folder.resolve("missing"), loop, ServerLog.about("test"));

        assertThat(lost.take(false)).isPresent();
    }
}
