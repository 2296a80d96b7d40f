package org.jsgid.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartSpreaderTest {

    private final List<String> started = new ArrayList<>();

    private StartSpreader.Turn ask(StartSpreader spreader, String name) {
        return spreader.ask(() -> started.add(name));
    }

    @Test
    void startsInOrderAndOnlySoManyAtATime() {
        StartSpreader spreader = new StartSpreader(2);
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
    void turnThatIsGivenBackWhileWaitingIsNeverTaken() {
        StartSpreader spreader = new StartSpreader(1);
        StartSpreader.Turn a = ask(spreader, "a");
        ask(spreader, "b").release();
        ask(spreader, "c");
        a.release();

        assertThat(started).containsExactly("a", "c");
    }

    @Test
    void higherLimitStartsWhatWaits() {
        StartSpreader spreader = new StartSpreader(1);
        ask(spreader, "a");
        ask(spreader, "b");
        spreader.limitTo(2);

        assertThat(started).containsExactly("a", "b");
    }
}
