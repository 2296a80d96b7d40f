package org.jsgid.harness.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jsgid.harness.faults.Judge.Outcome;
import org.junit.jupiter.api.Test;

/** Every rule by which an attempt is judged, and beside each the case that it must not excuse. */
class JudgeTest {

    private static final long DAEMON = 100;
    private static final long CHILD = 200;

    private final Evidence evidence = new Evidence();
    private final List<Incident> incidents = new ArrayList<>();

    private Outcome judge(Attempt attempt) {
        return new Judge(evidence, incidents).judge(attempt).outcome();
    }

    /** An attempt to a group of one process, from 10 to 11 s. */
    private static Attempt attempt(boolean reused, int status, boolean complete, String detail) {
        return new Attempt("a", Target.ONE, "get", reused, 10_000, 11_000, status, complete, DAEMON, detail);
    }

    private static Attempt answered() {
        return attempt(false, 200, true, "");
    }

    private static Attempt silent(boolean reused) {
        return attempt(reused, 0, false, "closed without an answer");
    }

    private static Attempt status(int status) {
        return attempt(false, status, true, "status " + status);
    }

    private static Incident incident(FaultKind kind, long from, long to) {
        return new Incident(kind, from, to, Set.of("one"), Set.of(), 0);
    }

    private static Incident killed(long at, String group, long daemon) {
        return new Incident(FaultKind.KILL_DAEMON, at, at + 5, Set.of(group), Set.of(daemon), 0);
    }

    private static Incident killedChild(long at, long child) {
        return new Incident(FaultKind.KILL_CHILD, at, at + 5, Set.of(), Set.of(), child);
    }

    @Test
    void aWholeAnswerOfTheProcessThatBeganItOnceIsAnswered() {
        evidence.addBegun("a", DAEMON);

        assertThat(judge(answered())).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void anAnswerOfAnotherProcessThanBeganItIsWrong() {
        evidence.addBegun("a", DAEMON + 1);

        assertThat(judge(answered())).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void whateverWasBegunTwiceIsWrongEvenWhenItWasAnswered() {
        evidence.addBegun("a", DAEMON);
        evidence.addBegun("a", DAEMON);

        assertThat(judge(answered())).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void aWrongAnswerIsWrong() {
        evidence.addBegun("a", DAEMON);

        assertThat(judge(attempt(false, 200, true, "other bytes"))).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void aRefusalIsExplainedByALostProcessOfItsGroupInTheLastMinute() {
        incidents.add(killed(1_000, "one", DAEMON));

        assertThat(judge(status(503))).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aRefusalIsNotExplainedByAnotherGroupsLossAnEarlierOneOrAGracefulRestart() {
        incidents.add(killed(1_000, "two", DAEMON));
        incidents.add(killed(-60_000, "one", DAEMON));
        incidents.add(incident(FaultKind.GRACEFUL, 9_000, 10_000));
        incidents.add(incident(FaultKind.REDEPLOY, 9_000, 10_000));

        assertThat(judge(status(503))).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void aRefusalOfARequestThatWasBegunIsWrong() {
        incidents.add(killed(1_000, "one", DAEMON + 1));
        evidence.addBegun("a", DAEMON);

        assertThat(judge(status(503))).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void aFailureIsExplainedWhenTheProcessThatBeganItWasKilledMeanwhile() {
        incidents.add(killed(10_500, "one", DAEMON));
        evidence.addBegun("a", DAEMON);

        assertThat(judge(status(502))).isEqualTo(Outcome.DAEMON_KILLED);
        assertThat(judge(attempt(false, 200, false, "broken"))).isEqualTo(Outcome.DAEMON_KILLED);
    }

    @Test
    void aFailureIsNotExplainedWhenAnotherProcessWasKilledOrAtAnotherTime() {
        incidents.add(killed(10_500, "one", DAEMON + 1));
        incidents.add(killed(12_000, "one", DAEMON));
        incidents.add(killed(9_000, "one", DAEMON));
        evidence.addBegun("a", DAEMON);

        assertThat(judge(status(502))).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void aFailureBeforeTheBeginIsExplainedByAKilledProcessOfItsGroupOnly() {
        incidents.add(killed(10_500, "two", DAEMON));
        assertThat(judge(status(502))).isEqualTo(Outcome.UNEXPLAINED);

        incidents.add(killed(10_500, "one", DAEMON));
        assertThat(judge(status(502))).isEqualTo(Outcome.DAEMON_KILLED_BEFORE_BEGIN);
    }

    @Test
    void aRequestThatWaitedOnAfterAKillIsNotExplainedByIt() {
        incidents.add(killed(8_000, "one", DAEMON));
        incidents.add(new Incident(FaultKind.KILL_DAEMON, 10_100, 10_105, Set.of("one"), Set.of(DAEMON), 0));
        Attempt later = new Attempt("a", Target.ONE, "post", false, 10_000, 19_000, 502, true, 0, "status 502");

        assertThat(judge(later)).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void anErrorStatusIsNeverExplainedByWhatApacheCut() {
        incidents.add(incident(FaultKind.RESTART, 10_200, 10_400));
        incidents.add(killedChild(10_300, CHILD));
        evidence.addChild("a", CHILD);
        evidence.addBegun("a", DAEMON);

        assertThat(judge(status(502))).isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void aCutIsExplainedByTheEndOfItsChildOrARestart() {
        evidence.addBegun("a", DAEMON);
        evidence.addChild("a", CHILD);
        incidents.add(killedChild(10_300, CHILD + 1));
        assertThat(judge(silent(false))).isEqualTo(Outcome.UNEXPLAINED);

        incidents.add(killedChild(10_300, CHILD));
        assertThat(judge(silent(false))).isEqualTo(Outcome.CHILD_KILLED);

        incidents.clear();
        incidents.add(incident(FaultKind.GRACEFUL, 10_200, 10_400));
        assertThat(judge(silent(false))).isEqualTo(Outcome.UNEXPLAINED);

        incidents.add(incident(FaultKind.RESTART, 10_200, 10_400));
        assertThat(judge(silent(false))).isEqualTo(Outcome.CUT_BY_RESTART);
    }

    @Test
    void aPersistentConnectionMayBeClosedAsLongAsNobodyHasReadTheRequest() {
        assertThat(judge(silent(true))).isEqualTo(Outcome.CLOSED_WHEN_IDLE);
        assertThat(judge(silent(false))).as("a new connection").isEqualTo(Outcome.UNEXPLAINED);

        evidence.addChild("a", CHILD);
        assertThat(judge(silent(true))).as("read by a child of Apache").isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void a500IsExplainedByABrokenFileAndAKilledProcessTogether() {
        incidents.add(incident(FaultKind.REDEPLOY_BROKEN, 9_000, 10_500));
        assertThat(judge(status(500))).as("the old process should serve on").isEqualTo(Outcome.UNEXPLAINED);

        incidents.add(killed(8_000, "one", DAEMON));
        assertThat(judge(status(500))).isEqualTo(Outcome.REJECTED);

        evidence.addBegun("a", DAEMON + 1);
        assertThat(judge(status(500))).as("an application answered it").isEqualTo(Outcome.UNEXPLAINED);
    }

    @Test
    void theControlIsAnsweredByNobodyButApache() {
        Attempt control = new Attempt("a", Target.STATIC, "get", false, 10_000, 11_000, 200, true, 0, "");

        assertThat(judge(control)).isEqualTo(Outcome.ANSWERED);
    }
}
