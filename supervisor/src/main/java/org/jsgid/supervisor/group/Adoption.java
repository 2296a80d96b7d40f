package org.jsgid.supervisor.group;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jsgid.supervisor.management.Descriptors;
import org.jsgid.supervisor.process.DaemonEvent;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.GroupDefinition;

/** Takes over the processes that a former monitor of a group left. */
final class Adoption {

    private final GroupServices services;
    private final String group;
    private final Generations generations;
    private final Member.Owner owner;

    Adoption(GroupServices services, String group, Generations generations, Member.Owner owner) {
        this.services = services;
        this.group = group;
        this.generations = generations;
        this.owner = owner;
    }

    /**
     * Takes over what is left of generations, and gives those that may serve on their parts.
     *
     * @param areWanted whether they may serve on; else they finish what they have
     * @return whether the current generation is to get the route, which led to a socket that is no more
     */
    boolean adopt(List<Adopted> processesLeft, boolean areWanted, GroupRoute route) {
        NavigableMap<Integer, Generation> came = new TreeMap<>();
        for (Adopted one : processesLeft) {
            Generation generation = came.get(one.generation());
            if (generation == null) {
                Optional<Generation> taken = takeOver(one);
                if (taken.isEmpty()) {
                    continue;
                }
                generation = taken.get();
                came.put(one.generation(), generation);
            } else {
                Descriptors.close(one.daemon().listener());
            }
            join(generation, one);
        }
        boolean isToBePointed = areWanted && giveRoles(came, route);
        for (Generation generation : came.values()) {
            if (generation != generations.current() && generation != generations.next()) {
                generations.leave(generation, graceful(generation.definition()));
            }
        }
        return isToBePointed;
    }

    /** The generation with the route is the current one; the newest of those after it, if any, was on its way to it. */
    private boolean giveRoles(NavigableMap<Integer, Generation> came, GroupRoute route) {
        Optional<String> target = route.socketName();
        for (Generation generation : came.values()) {
            if (target.equals(Optional.of(generation.socketName()))) {
                generations.current(generation);
            }
        }
        NavigableMap<Integer, Generation> later = generations.current() == null
                ? came
                : came.tailMap(generations.current().number(), false);
        for (Generation generation : later.descendingMap().values()) {
            if (generations.next() == null && generation.active() > 0) {
                generations.next(generation);
            }
        }
        if (generations.current() == null
                && generations.next() != null
                && target.isPresent()
                && !route.isServedElsewhere()) {
            // The route leads to a socket behind which nobody is any more; behind this one somebody will be.
            generations.current(generations.next());
            generations.next(null);
            return true;
        }
        return false;
    }

    /** Takes over a process whose keeper came when the group was at work again; one that is too much drains. */
    void adoptLate(Adopted one, boolean isWanted) {
        Optional<Generation> known = generations.all().stream()
                .filter(generation -> generation.number() == one.generation())
                .findFirst();
        if (known.isEmpty()) {
            takeOver(one).ifPresent(generation -> {
                join(generation, one);
                generations.leave(generation, graceful(generation.definition()));
            });
            return;
        }
        Generation generation = known.get();
        Descriptors.close(one.daemon().listener());
        // One that waits for its turn to start in this one's place need not.
        generations.members().stream()
                .filter(member -> member.generation() == generation
                        && member.daemon().handle().isEmpty())
                .min(Comparator.comparing(member -> member.daemon().number() != one.number()))
                .ifPresent(member -> member.drain(Duration.ZERO));
        boolean isNeeded = isWanted
                && (generation == generations.current() || generation == generations.next())
                && generation.active() < generation.definition().processes()
                && generations.live() <= generation.definition().processes();
        Member member = join(generation, one);
        if (!isNeeded) {
            member.drain(graceful(generation.definition()));
        }
    }

    private Optional<Generation> takeOver(Adopted one) {
        generations.known(one.generation());
        try {
            ListeningSocket socket = services.sockets()
                    .adopt(group, one.generation(), one.daemon().listener());
            return Optional.of(new Generation(one.generation(), one.definition(), socket, one.handedOn()));
        } catch (IOException e) {
            services.log()
                    .error(
                            "JSGID0356",
                            "ends daemon " + one.daemon().pid() + " of a former monitor: " + e.getMessage());
            Adopted.end(one);
            return Optional.empty();
        }
    }

    private Member join(Generation generation, Adopted one) {
        int number = one.number() > 0 ? one.number() : generation.freeNumber(1);
        DaemonProcess daemon = new DaemonProcess(generation.number(), number, one.startedAt());
        Member member = new Member(generation, daemon, services, owner);
        generations.add(member);
        if (one.state() == DaemonState.READY || one.state() == DaemonState.DRAINING) {
            daemon.on(DaemonEvent.READY);
            daemon.readyAt(services.loop().now());
        }
        daemon.startsFrom(one.jdkBuild());
        member.adopt(one.daemon());
        services.log()
                .notice(
                        "JSGID0357",
                        "goes on with daemon " + daemon.pid() + " of generation " + generation.number() + ", which was "
                                + one.state().word());
        if (one.state() == DaemonState.DRAINING) {
            member.drain(graceful(generation.definition()));
        }
        return member;
    }

    private static Duration graceful(GroupDefinition of) {
        return of.timeouts().graceful();
    }
}
