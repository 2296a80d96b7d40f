package org.jsgid.supervisor.policy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * Whether one process has reached a limit of its group. Age and requests are compared with up to a tenth less than was
 * configured, each process with its own share, so that processes which started together are not renewed together; what
 * protects the machine (CPU, memory) is compared as it is. Knows no clock and no system: it is told the figures.
 */
public final class Recycling {

    /** The most that a limit is lowered by. */
    public static final double LARGEST_SHARE = 0.1;

    private static final long MIB = 1L << 20;

    /** Which limit was reached. */
    public enum Cause {
        /** {@code JsgiMaximumRequests}. */
        REQUESTS,
        /** {@code JsgiRestartInterval}. */
        AGE,
        /** {@code JsgiCpuTimeLimit}. */
        CPU,
        /** The first number of {@code JsgiMemoryLimit}. */
        MEMORY,
        /** The second number of {@code JsgiMemoryLimit}. */
        MEMORY_HARD;

        /** Whether the process has to be killed at once. */
        public boolean isKill() {
            return this == MEMORY_HARD;
        }

        /** Whether a new process may reach it merely by starting, so that renewing it again and again would not help. */
        public boolean mayComeOfStarting() {
            return this == CPU || this == MEMORY;
        }
    }

    /**
     * A limit that was reached.
     *
     * @param cause which
     * @param reason a clause for log and status: what was reached, and what the limit is
     */
    public record Reached(Cause cause, String reason) {}

    /**
     * What is known of a process.
     *
     * @param age since its start
     * @param requests that it has answered
     * @param cpu user and system time, with that of children that ended; zero when not known
     * @param residentBytes its resident size; 0 when not known
     */
    public record Figures(Duration age, long requests, Duration cpu, long residentBytes) {}

    private final GroupDefinition.Limits limits;
    private final double share;

    /**
     * The limits of one process.
     *
     * @param share from 0 to 1: how much of the largest share its limits are lowered by
     */
    public Recycling(GroupDefinition.Limits limits, double share) {
        this.limits = requireNonNull(limits);
        this.share = 1 - LARGEST_SHARE * Math.min(1, Math.max(0, share));
    }

    /** Whether these limits need figures that only the system knows. */
    public static boolean needsSystemFigures(GroupDefinition.Limits limits) {
        return !limits.cpuTime().isZero() || limits.memoryBytes() > 0 || limits.memoryHardBytes() > 0;
    }

    /** Whether there is any limit. */
    public static boolean isLimited(GroupDefinition.Limits limits) {
        return needsSystemFigures(limits)
                || limits.maximumRequests() > 0
                || !limits.restartInterval().isZero();
    }

    /** The gravest limit that those figures have reached. */
    public Optional<Reached> decide(Figures figures) {
        if (limits.memoryHardBytes() > 0 && figures.residentBytes() >= limits.memoryHardBytes()) {
            return reached(
                    Cause.MEMORY_HARD,
                    "its resident size is " + figures.residentBytes() / MIB
                            + " MiB, and JsgiMemoryLimit allows at most " + limits.memoryHardBytes() / MIB + " MiB");
        }
        if (limits.memoryBytes() > 0 && figures.residentBytes() >= limits.memoryBytes()) {
            return reached(
                    Cause.MEMORY,
                    "its resident size is " + figures.residentBytes() / MIB + " MiB (JsgiMemoryLimit "
                            + limits.memoryBytes() / MIB + " MiB)");
        }
        if (!limits.cpuTime().isZero() && figures.cpu().compareTo(limits.cpuTime()) >= 0) {
            return reached(
                    Cause.CPU,
                    "it has used " + figures.cpu().toSeconds() + " s of CPU time (JsgiCpuTimeLimit "
                            + limits.cpuTime().toSeconds() + ")");
        }
        if (limits.maximumRequests() > 0
                && figures.requests() >= Math.max(1, Math.round(limits.maximumRequests() * share))) {
            return reached(
                    Cause.REQUESTS,
                    "it has answered " + figures.requests() + " requests (JsgiMaximumRequests "
                            + limits.maximumRequests() + ")");
        }
        if (!limits.restartInterval().isZero()
                && figures.age().toMillis() >= limits.restartInterval().toMillis() * share) {
            return reached(
                    Cause.AGE,
                    "it has run for " + figures.age().toSeconds() + " s (JsgiRestartInterval "
                            + limits.restartInterval().toSeconds() + ")");
        }
        return Optional.empty();
    }

    private static Optional<Reached> reached(Cause cause, String reason) {
        return Optional.of(new Reached(cause, reason));
    }
}
