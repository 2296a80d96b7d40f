package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;

/** Starts processes and lets them go, so that there are as many as there should be and never more than may be. */
final class Staffing {

    private final GroupServices services;
    private final Generations generations;
    private final ProcessRenewals renewals;
    private final Member.Owner owner;

    Staffing(GroupServices services, Generations generations, ProcessRenewals renewals, Member.Owner owner) {
        this.services = services;
        this.generations = generations;
        this.renewals = renewals;
        this.owner = owner;
    }

    /** Starts what is missing of the generation that serves, then what is to come in place of one that is due. */
    void fillCurrent() {
        Generation current = generations.current();
        // Of a group that starts on demand one process is enough until it is ready.
        boolean isFirst = current.definition().onDemand() && current.ready() == 0;
        int wanted = isFirst ? 1 : current.definition().processes();
        boolean mayStart = !isHeld(current);
        while (mayStart && current.active() < wanted && generations.isRoom()) {
            begin(current, 1);
        }
        boolean isRenewing = renewals.replacement().isPresent() || renewals.mustWait();
        Optional<Member> due = renewals.first();
        if (mayStart && !isRenewing && generations.isRoom() && due.isPresent()) {
            renewals.replaceWith(begin(current, due.get().daemon().number()));
        }
    }

    /** Something serves, and its JVM, another build by now, is known to refuse its options: what serves is all there is. */
    boolean isHeld(Generation current) {
        return current.ready() > 0
                && services.trials().refusal(current.definition()).isPresent();
    }

    /**
     * The process that was started in place of another may be ready: then the other one finishes what it has.
     *
     * @return what is to be said about that, if so
     */
    Optional<String> drainReplaced() {
        Generation current = generations.current();
        boolean isReady = renewals.replacement()
                .filter(member -> member.daemon().state() == DaemonState.READY)
                .isPresent();
        if (!isReady) {
            return Optional.empty();
        }
        boolean isOneMore = current.active() > current.definition().processes();
        renewals.succeeded();
        Optional<Member> first = renewals.first();
        if (!isOneMore || first.isEmpty()) {
            return Optional.empty();
        }
        Member due = first.get();
        ProcessRenewal renewal = renewals.of(due);
        renewals.remove(due);
        due.drain(renewal.within().orElse(current.definition().timeouts().graceful()));
        return Optional.of(
                "daemon " + due.daemon().pid() + " drains, and another serves: renewed because " + renewal.why());
    }

    /** One more serves than should, which nobody replaces: a former monitor was about to replace one. */
    void drainSurplus() {
        Generation current = generations.current();
        if (renewals.replacement().isEmpty()
                && current.ready() > current.definition().processes()) {
            current.daemons().stream()
                    .filter(daemon -> daemon.state() == DaemonState.READY)
                    .min(Comparator.comparing((DaemonProcess daemon) -> current.holders(daemon.number()) < 2)
                            .thenComparing(daemon -> !renewals.isDue(generations.of(daemon)))
                            .thenComparing(DaemonProcess::startedAt))
                    .ifPresent(daemon -> generations
                            .of(daemon)
                            .drain(current.definition().timeouts().graceful()));
        }
    }

    /**
     * Brings the next generation up. So that there are always enough processes that serve, it serves when half of its
     * processes are ready; until then, those of the current one make room one by one, each when another is ready.
     *
     * @param mayStart whether processes may be started
     * @param within the time of those that make room for their requests
     * @return whether it may serve now
     */
    boolean fillNext(boolean mayStart, Duration within) {
        Generation next = generations.next();
        int needed = neededToServe();
        if (next.ready() >= needed) {
            return true;
        }
        while (mayStart && next.active() < needed && generations.isRoom()) {
            begin(next, 1);
        }
        boolean areAllReady = next.ready() == next.live();
        if (mayStart
                && next.active() < needed
                && areAllReady
                && generations.draining().isEmpty()) {
            makeRoom(within);
        }
        return false;
    }

    private int neededToServe() {
        boolean nothingServes =
                generations.current() == null || generations.current().ready() == 0;
        return nothingServes ? 1 : (generations.next().definition().processes() + 1) / 2;
    }

    /** Of the processes that serve, one that is to be replaced anyway goes first, then the one with least to do. */
    private void makeRoom(Duration within) {
        generations.current().daemons().stream()
                .filter(daemon -> daemon.state() == DaemonState.READY)
                .min(Comparator.comparing((DaemonProcess daemon) -> !renewals.isDue(generations.of(daemon)))
                        .thenComparingLong(daemon -> daemon.counters().active()))
                .ifPresent(daemon -> generations.of(daemon).drain(within));
    }

    /** Starts one with a number that is free, or, when none is, with the number of the one that it is to replace. */
    private Member begin(Generation generation, int otherwise) {
        DaemonProcess daemon = new DaemonProcess(
                generation.number(),
                generation.freeNumber(otherwise),
                services.clock().instant());
        Member member = new Member(generation, daemon, services, owner);
        generations.add(member);
        member.ask();
        return member;
    }

    /** Why something that is to be started is not: the processes that drain count too. */
    Optional<String> waitsForRoom() {
        Optional<DaemonProcess> draining = generations.draining();
        if (!wantsMore() || generations.isRoom() || draining.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("waits for daemon " + draining.get().pid()
                + ", which finishes its requests, before the next one is started (never more than " + generations.most()
                + ")");
    }

    private boolean wantsMore() {
        Generation current = generations.current();
        if (generations.next() != null) {
            return generations.next().live() < neededToServe();
        }
        boolean isRenewalWaiting =
                renewals.first().isPresent() && renewals.replacement().isEmpty();
        return current != null
                && (isRenewalWaiting || current.active() < current.definition().processes());
    }
}
