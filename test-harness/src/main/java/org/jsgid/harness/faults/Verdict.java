package org.jsgid.harness.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a run has found. Every list holds sentences about what is wrong; a run is good when all are empty.
 *
 * @param journal everything that happened, with times
 * @param outcomes how many attempts had which outcome
 * @param requests attempts that nothing explains
 * @param recovery groups that did not come back, or serve something else than what was deployed
 * @param leaks processes, descriptors, sockets, routes and memory
 * @param crashes lines in Apache's error log that no fault explains
 * @param figures what was measured
 */
public record Verdict(
        long seed,
        Path journal,
        Map<String, Long> outcomes,
        List<String> requests,
        List<String> recovery,
        List<String> leaks,
        List<String> crashes,
        List<String> figures) {

    /** Whether there is nothing wrong. */
    public boolean isGood() {
        return requests.isEmpty() && recovery.isEmpty() && leaks.isEmpty() && crashes.isEmpty();
    }
}
