package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;

/**
 * The generations of a group and their processes. Knows which has which part, and counts; what is to be is decided by the
 * group. A generation is in exactly one of the three parts: current, next, or among those that leave.
 */
final class Generations {

    private final Runnable remember;
    private final Map<DaemonProcess, Member> members = new LinkedHashMap<>();
    private final List<Generation> leaving = new ArrayList<>();
    private Generation current;
    private Generation next;
    private int lastNumber;

    /**
     * No generations.
     *
     * @param lastNumber number of the last generation that there was
     * @param remember called when a socket is no more
     */
    Generations(int lastNumber, Runnable remember) {
        this.lastNumber = lastNumber;
        this.remember = remember;
    }

    /** The one that has the route, or had it last; null when there is none. */
    Generation current() {
        return current;
    }

    void current(Generation generation) {
        current = generation;
    }

    /** The one that is on its way to the route; null when there is none. */
    Generation next() {
        return next;
    }

    void next(Generation generation) {
        next = generation;
    }

    boolean areNone() {
        return current == null && next == null;
    }

    /** The highest number given to a generation. */
    int lastNumber() {
        return lastNumber;
    }

    /** A number that no generation has had. */
    int newNumber() {
        return ++lastNumber;
    }

    /** There is, or was, a generation of that number. */
    void known(int number) {
        lastNumber = Math.max(lastNumber, number);
    }

    List<Generation> leaving() {
        return List.copyOf(leaving);
    }

    /** Those that leave first. */
    List<Generation> all() {
        List<Generation> all = new ArrayList<>(leaving);
        if (current != null) {
            all.add(current);
        }
        if (next != null) {
            all.add(next);
        }
        return all;
    }

    /** All processes, those of former generations first. */
    List<DaemonProcess> processes() {
        return all().stream()
                .flatMap(generation -> generation.daemons().stream())
                .toList();
    }

    /** File names of their sockets. */
    List<String> socketNames() {
        return all().stream().map(Generation::socketName).toList();
    }

    /** Processes that are not gone, those that wait for their turn to start included. */
    int live() {
        return all().stream().mapToInt(Generation::live).sum();
    }

    /** The most processes that there may be. */
    int most() {
        int serving = current == null ? 0 : current.definition().processes();
        int coming = next == null ? 0 : next.definition().processes();
        return Math.max(serving, coming) + 1;
    }

    boolean isRoom() {
        return live() < most();
    }

    /** A process that finishes what it has. */
    Optional<DaemonProcess> draining() {
        return processes().stream()
                .filter(daemon -> daemon.state() == DaemonState.DRAINING)
                .findFirst();
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    /** What stands for a process; null when that is gone. */
    Member of(DaemonProcess daemon) {
        return members.get(daemon);
    }

    void add(Member member) {
        member.generation().add(member.daemon());
        members.put(member.daemon(), member);
    }

    /** A process is gone, or will never be. */
    boolean remove(Member member) {
        member.generation().remove(member.daemon());
        return members.remove(member.daemon()) != null;
    }

    private void forEach(Generation generation, Consumer<Member> action) {
        generation.daemons().forEach(daemon -> action.accept(members.get(daemon)));
    }

    /** It has no part any more but to go. */
    void goes(Generation generation) {
        if (!leaving.contains(generation)) {
            leaving.add(generation);
        }
    }

    /** Its processes finish what they have within that time. */
    void leave(Generation generation, Duration within) {
        generation.on(GenerationEvent.DRAIN);
        goes(generation);
        forEach(generation, member -> member.drain(within));
        forgetIfEmpty(generation);
    }

    /** Ends a generation that did not get to serve. */
    void abandon(Generation generation) {
        generation.on(GenerationEvent.DISCARD);
        goes(generation);
        forEach(generation, member -> member.terminate("its generation is not wanted any more"));
        forgetIfEmpty(generation);
    }

    /** Those that leave get no more time than this. */
    void leaveWithin(Duration within) {
        leaving().forEach(generation -> forEach(generation, member -> member.endWithin(within)));
    }

    /** Closes the socket of a generation that no process is left of. */
    void forgetIfEmpty(Generation generation) {
        if (generation.live() > 0) {
            return;
        }
        generation.on(GenerationEvent.EMPTIED);
        leaving.remove(generation);
        generation.socket().close();
        remember.run();
    }
}
