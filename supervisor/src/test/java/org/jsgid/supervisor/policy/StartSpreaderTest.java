package org.jsgid.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartSpreaderTest {

    private final List<String> started = new ArrayList<>();

    private StartSpreader.Turn ask(StartSpreader spreader, String name) {
        return spreader.ask(false, () -> started.add(name));
    }

    @Test
    void startsInOrderAndOnlySoManyAtATime() {
        StartSpreader spreader = StartSpreader.withPlaces(2);
        StartSpreader.Turn a = ask(spreader, "a");
        ask(spreader, "b");
        StartSpreader.Turn c = ask(spreader, "c");
        ask(spreader, "d");
        assertThat(started).containsExactly("a", "b");

        a.release();
        a.release();
        assertThat(started).containsExactly("a", "b", "c");
        c.release();
        assertThat(started).containsExactly("a", "b", "c", "d");
    }

    @Test
    void thoseThatLoadApplicationsGoFirst() {
        StartSpreader spreader = StartSpreader.withPlaces(1);
        StartSpreader.Turn a = ask(spreader, "a");
        StartSpreader.Turn b = ask(spreader, "b");
        StartSpreader.Turn c = spreader.ask(true, () -> started.add("c"));
        spreader.ask(true, () -> started.add("d")).release();
        a.release();
        c.release();
        b.release();

        assertThat(started).containsExactly("a", "c", "b");
    }

    @Test
    void turnThatIsGivenBackWhileWaitingIsNeverTaken() {
        StartSpreader spreader = StartSpreader.withPlaces(1);
        StartSpreader.Turn a = ask(spreader, "a");
        ask(spreader, "b").release();
        ask(spreader, "c");
        a.release();

        assertThat(started).containsExactly("a", "c");
    }

    @Test
    void nothingStartsWhileItIsHeld() {
        StartSpreader spreader = StartSpreader.withPlaces(2);
        ask(spreader, "a");
        spreader.hold(true);
        ask(spreader, "b");
        assertThat(started).containsExactly("a");
        assertThat(spreader.isWaiting()).isTrue();

        spreader.hold(false);
        assertThat(started).containsExactly("a", "b");
    }

    @Test
    void placeOfAnotherMonitorIsTakenWhenItIsAskedForAgain() {
        List<Boolean> told = new ArrayList<>();
        boolean[] isFree = new boolean[1];
        StartSpreader spreader = new StartSpreader(new StartSpreader.Places() {
            @Override
            public Optional<StartSpreader.Place> take(boolean isFirst) {
                return isFree[0] ? Optional.of(() -> {}) : Optional.empty();
            }

            @Override
            public void firstOnesWait(boolean wait) {
                told.add(wait);
            }
        });
        spreader.ask(true, () -> started.add("a"));
        assertThat(started).isEmpty();
        assertThat(told).endsWith(true);

        isFree[0] = true;
        spreader.retry();
        assertThat(started).containsExactly("a");
        assertThat(told).endsWith(false);
    }
}
