package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jsgid.supervisor.policy.Backoff;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.EventLoop;

/**
 * Processes of the generation that serves which are to be replaced, and the one that is being started in place of the
 * first of them. Decides nothing about starts: the group does, since it knows how many processes there may be.
 */
final class ProcessRenewals {

    /** Before another try, at least. */
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private final Map<Member, ProcessRenewal> due = new LinkedHashMap<>();
    private final Backoff backoff = new Backoff();
    private final Pause pause;
    private Member replacement;
    private Optional<String> failure = Optional.empty();

    ProcessRenewals(EventLoop loop) {
        this.pause = new Pause(loop);
    }

    /**
     * A process is to be replaced.
     *
     * @return whether that is news; a more urgent reason takes the place of one that is less
     */
    boolean add(Member member, ProcessRenewal renewal) {
        ProcessRenewal known = due.get(member);
        if (known != null && (known.isUrgent() || !renewal.isUrgent())) {
            return false;
        }
        due.put(member, renewal);
        member.daemon().renewBecause(Optional.of(renewal.why()));
        return true;
    }

    /**
     * A process is going or gone.
     *
     * @return why it was to be replaced, if it was
     */
    Optional<ProcessRenewal> remove(Member member) {
        ProcessRenewal removed = due.remove(member);
        if (due.isEmpty()) {
            forgetFailure();
        }
        return Optional.ofNullable(removed);
    }

    /** A process is not to be replaced after all. */
    void withdraw(Member member) {
        remove(member);
        member.daemon().renewBecause(Optional.empty());
    }

    /** Only processes like that are still to be replaced. */
    void retain(Predicate<Member> which) {
        due.keySet().removeIf(member -> !which.test(member));
        replacement = null;
        forgetFailure();
    }

    boolean isDue(Member member) {
        return due.containsKey(member);
    }

    /** The next process to replace: those that do not serve as they should come first. */
    Optional<Member> first() {
        return due.entrySet().stream()
                .filter(entry -> entry.getKey().daemon().state() == DaemonState.READY)
                .min(Comparator.comparing(entry -> !entry.getValue().isUrgent()))
                .map(Map.Entry::getKey);
    }

    ProcessRenewal of(Member member) {
        return due.get(member);
    }

    /** The process that is being started in place of another. */
    Optional<Member> replacement() {
        return Optional.ofNullable(replacement);
    }

    void replaceWith(Member member) {
        replacement = member;
    }

    /** The process that was being started is one like the others from now on, or none. */
    void forgetReplacement() {
        replacement = null;
    }

    /** A replacement became ready. */
    void succeeded() {
        replacement = null;
        backoff.reset();
        forgetFailure();
    }

    /**
     * The replacement did not become ready.
     *
     * @param tryAgain run after the time that is returned
     */
    Duration failed(String why, Runnable tryAgain) {
        replacement = null;
        Duration delay = backoff.crashed(Duration.ZERO);
        Duration wait = delay.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : delay;
        failure = Optional.of(why);
        pause.waitFor(wait, tryAgain);
        return wait;
    }

    /** After a failure: whether the next try has to wait. */
    boolean mustWait() {
        return pause.isOn();
    }

    /** Why the last replacement did not become ready, while there is something to replace. */
    Optional<String> failure() {
        return failure;
    }

    private void forgetFailure() {
        pause.cancel();
        failure = Optional.empty();
    }
}
