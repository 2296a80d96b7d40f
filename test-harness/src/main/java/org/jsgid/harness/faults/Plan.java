package org.jsgid.harness.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * The sequence of faults. It follows from the seed, the length and the allowed kinds alone; which process a step hits
 * depends on which there are by then.
 */
final class Plan {

    private static final int SHORTEST_PAUSE_MILLIS = 500;
    private static final int LONGEST_PAUSE_MILLIS = 4500;
    private static final int LONGEST_STOP_SECONDS = 20;

    /**
     * One step.
     *
     * @param at milliseconds since the sequence began
     * @param target the application, or the group it is in
     * @param pick from 0 to 1: which of several processes
     * @param millis how long a process is stopped or a broken file stays
     */
    record Step(int number, long at, FaultKind kind, Target target, double pick, long millis) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "step %d, at %.1f s: %s %s, pick %.3f, %.1f s",
                    number,
                    at / 1000.0,
                    kind,
                    target,
                    pick,
                    millis / 1000.0);
        }
    }

    private Plan() {}

    static List<Step> of(long seed, Duration length, Set<FaultKind> allowed) {
        Random random = new Random(seed);
        List<FaultKind> urn = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            for (int i = 0; i < kind.weight() && allowed.contains(kind); i++) {
                urn.add(kind);
            }
        }
        List<Target> targets = List.of(Target.ONE, Target.TWO, Target.MIXED, Target.WAR);
        List<Step> steps = new ArrayList<>();
        long at = 0;
        while (true) {
            at += SHORTEST_PAUSE_MILLIS + random.nextInt(LONGEST_PAUSE_MILLIS - SHORTEST_PAUSE_MILLIS);
            if (at >= length.toMillis()) {
                return steps;
            }
            FaultKind kind = urn.get(random.nextInt(urn.size()));
            Target target = targets.get(random.nextInt(targets.size()));
            long millis = 1000L + random.nextInt((LONGEST_STOP_SECONDS - 1) * 1000);
            if (kind == FaultKind.REDEPLOY_BROKEN) {
                millis /= 3;
            }
            steps.add(new Step(steps.size() + 1, at, kind, target, random.nextDouble(), millis));
        }
    }
}
