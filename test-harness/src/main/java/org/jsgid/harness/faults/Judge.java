package org.jsgid.harness.faults;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Decides for every attempt whether it was answered, refused or failed, and whether what was injected explains it. Pure:
 * it knows nothing but what it is given.
 */
final class Judge {

    /** How long after a process was taken away a group may refuse requests: a start, or a back-off of a few. */
    private static final long RECOVERY_MILLIS = 60_000;

    /** What became of an attempt. */
    enum Outcome {
        /** Complete and right, from one daemon that began it once. */
        ANSWERED("answered"),
        /** Answered by Apache with 503 before any daemon began it, while its group had lost processes. */
        REFUSED("refused with 503 before it was begun"),
        /** Answered 500: the file of the application did not load, as was injected, and its process had been killed. */
        REJECTED("answered 500 because the deployed file is broken and the process that had the good one was killed"),
        /** Its persistent connection was closed before Apache had read it; it was sent again. */
        CLOSED_WHEN_IDLE("not read by Apache, which had closed the persistent connection; sent again"),
        /** The daemon that had begun it was killed. */
        DAEMON_KILLED("failed: the daemon that served it was killed"),
        /** Not begun by an application; a daemon of its group was killed with it in its hands. */
        DAEMON_KILLED_BEFORE_BEGIN("failed: a daemon of its group was killed before an application began it"),
        /** Cut by httpd: its child was killed. */
        CHILD_KILLED("failed: the child of Apache that served its connection was killed"),
        /** Cut by httpd: {@code apachectl restart} ends all children. */
        CUT_BY_RESTART("failed: apachectl restart cut its connection"),
        /** None of these. */
        UNEXPLAINED("UNEXPLAINED");

        private final String meaning;

        Outcome(String meaning) {
            this.meaning = meaning;
        }

        String meaning() {
            return meaning;
        }

        /** Whether a client got no whole answer from its application. */
        boolean isFailure() {
            return switch (this) {
                case ANSWERED, REFUSED, REJECTED, CLOSED_WHEN_IDLE -> false;
                default -> true;
            };
        }
    }

    /**
     * A judgement.
     *
     * @param reason what decided, for people
     */
    record Judgement(Attempt attempt, Outcome outcome, String reason) {}

    private final Evidence evidence;
    private final Collection<Incident> incidents;

    Judge(Evidence evidence, Collection<Incident> incidents) {
        this.evidence = evidence;
        this.incidents = incidents;
    }

    Judgement judge(Attempt attempt) {
        List<Long> begun = evidence.begunBy(attempt.id());
        if (begun.size() > 1) {
            return new Judgement(attempt, Outcome.UNEXPLAINED, "begun more than once, by " + begun);
        }
        if (attempt.detail().isEmpty()) {
            if (attempt.target() == Target.STATIC || begun.equals(List.of(attempt.daemon()))) {
                return new Judgement(attempt, Outcome.ANSWERED, "");
            }
            return new Judgement(
                    attempt, Outcome.UNEXPLAINED, "answered by " + attempt.daemon() + ", but begun by " + begun);
        }
        if (attempt.status() == 503 && begun.isEmpty() && attempt.target() != Target.STATIC) {
            return refused(attempt);
        }
        if (attempt.status() == 500 && begun.isEmpty()) {
            Optional<Judgement> rejected = rejected(attempt);
            if (rejected.isPresent()) {
                return rejected.get();
            }
        }
        long child = evidence.child(attempt.id());
        if (attempt.silent() && attempt.reused() && begun.isEmpty() && child == 0) {
            return new Judgement(attempt, Outcome.CLOSED_WHEN_IDLE, "");
        }
        return failed(attempt, begun, child);
    }

    private Judgement refused(Attempt attempt) {
        return incidents.stream()
                .filter(Incident::takesCapacity)
                .filter(incident -> incident.groups().contains(attempt.target().group()))
                .filter(incident -> attempt.overlaps(incident.from(), incident.to() + RECOVERY_MILLIS))
                .findFirst()
                .map(incident -> new Judgement(attempt, Outcome.REFUSED, say(incident)))
                .orElseGet(() -> new Judgement(
                        attempt, Outcome.UNEXPLAINED, "refused, though its group had lost no process for a minute"));
    }

    private Optional<Judgement> rejected(Attempt attempt) {
        boolean lost = incidents.stream()
                .filter(Incident::takesCapacity)
                .anyMatch(
                        incident -> incident.groups().contains(attempt.target().group())
                                && attempt.overlaps(incident.from(), incident.to() + RECOVERY_MILLIS));
        return incidents.stream()
                .filter(incident -> lost && incident.kind() == FaultKind.REDEPLOY_BROKEN)
                .filter(incident -> incident.groups().contains(attempt.target().group()))
                .filter(incident -> attempt.overlaps(incident.from(), incident.to() + RECOVERY_MILLIS / 2))
                .findFirst()
                .map(incident -> new Judgement(attempt, Outcome.REJECTED, say(incident)));
    }

    private Judgement failed(Attempt attempt, List<Long> begun, long child) {
        boolean cut = attempt.silent() || !attempt.complete();
        for (Incident incident : incidents) {
            if (!attempt.endedWith(incident.from(), incident.to())) {
                continue;
            }
            if (!begun.isEmpty() && incident.daemons().contains(begun.get(0))) {
                return new Judgement(attempt, Outcome.DAEMON_KILLED, say(incident));
            }
            if (cut && child != 0 && incident.child() == child) {
                return new Judgement(attempt, Outcome.CHILD_KILLED, say(incident));
            }
            // A connection that Apache had taken, but not yet read from.
            if (cut && child == 0 && incident.child() != 0) {
                return new Judgement(attempt, Outcome.CHILD_KILLED, say(incident) + ", the head had not been read");
            }
            if (cut && incident.kind() == FaultKind.RESTART) {
                return new Judgement(attempt, Outcome.CUT_BY_RESTART, say(incident));
            }
        }
        return incidents.stream()
                .filter(incident -> begun.isEmpty() && !incident.daemons().isEmpty())
                .filter(incident -> incident.groups().contains(attempt.target().group()))
                .filter(incident -> attempt.endedWith(incident.from(), incident.to()))
                .findFirst()
                .map(incident -> new Judgement(attempt, Outcome.DAEMON_KILLED_BEFORE_BEGIN, say(incident)))
                .orElseGet(() -> new Judgement(
                        attempt,
                        Outcome.UNEXPLAINED,
                        "begun by " + (begun.isEmpty() ? "nobody" : begun.get(0)) + ", Apache's child "
                                + (child == 0 ? "unknown" : child) + "; no fault explains it"));
    }

    private static String say(Incident incident) {
        return incident.kind() + " at " + incident.from() + " ms"
                + (incident.daemons().isEmpty() ? "" : ", daemons " + incident.daemons())
                + (incident.child() == 0 ? "" : ", child " + incident.child());
    }
}
