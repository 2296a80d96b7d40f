package org.jsgid.supervisor.group;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.process.GroupDefinition;

/** Definitions of groups for tests. */
public final class Definitions {

    private Definitions() {}

    /** The group {@code shop} with that many processes. */
    public static GroupDefinition shop(int processes, ApplicationKey... applications) {
        return group("shop", processes, 15, Map.of(), applications);
    }

    /** The group {@code shop} with another number of threads, which makes it another definition. */
    public static GroupDefinition shopWithThreads(int processes, int threads) {
        return group("shop", processes, threads, Map.of());
    }

    /** A group with defaults for the rest. */
    public static GroupDefinition group(
            String name, int processes, int threads, Map<String, String> environment, ApplicationKey... applications) {
        Duration none = Duration.ZERO;
        return new GroupDefinition(
                name,
                "17",
                new GroupDefinition.Jdk("openjdk-17", Path.of("/jdk"), 17, List.of("-Dof=profile")),
                new GroupDefinition.Account(
                        Optional.of("shop"),
                        OptionalLong.of(1001),
                        OptionalLong.of(1001),
                        List.of(7L, 8L),
                        Optional.of("/home/shop")),
                new GroupDefinition.Place(0022, Optional.empty(), Optional.empty(), 0),
                new GroupDefinition.Jvm(List.of("-Dof=group"), 0, environment, "jsgid: " + name, Map.of()),
                processes,
                processes > 1,
                threads,
                100,
                new GroupDefinition.Queue(100, Duration.ofSeconds(45)),
                new GroupDefinition.Timeouts(
                        Duration.ofSeconds(60),
                        none,
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(60),
                        none,
                        none,
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(5)),
                new GroupDefinition.Limits(none, 0, none, 0, 0, 0),
                false,
                "platform",
                "now",
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(applications));
    }

    /** The same with other timeouts; null: as before. */
    public static GroupDefinition withTimeouts(
            GroupDefinition of, Duration startup, Duration inactivity, Duration deadlock, Duration graceful) {
        GroupDefinition.Timeouts former = of.timeouts();
        return copy(
                of,
                new GroupDefinition.Timeouts(
                        startup == null ? former.startup() : startup,
                        former.request(),
                        former.connect(),
                        former.socket(),
                        inactivity == null ? former.inactivity() : inactivity,
                        deadlock == null ? former.deadlock() : deadlock,
                        graceful == null ? former.graceful() : graceful,
                        graceful == null ? former.eviction() : graceful,
                        former.shutdown()),
                of.onDemand(),
                of.renewStale());
    }

    /** The same with these timeouts. */
    public static GroupDefinition with(GroupDefinition of, GroupDefinition.Timeouts timeouts) {
        return copy(of, timeouts, of.onDemand(), of.renewStale());
    }

    /** The same, started at its first request. */
    public static GroupDefinition onDemand(GroupDefinition of) {
        return copy(of, of.timeouts(), true, of.renewStale());
    }

    /** The same with another policy for processes whose JDK has been replaced. */
    public static GroupDefinition renewingStale(GroupDefinition of, String policy) {
        return copy(of, of.timeouts(), of.onDemand(), policy);
    }

    private static GroupDefinition copy(
            GroupDefinition of, GroupDefinition.Timeouts timeouts, boolean onDemand, String renewStale) {
        return copy(of, of.jvm(), timeouts, onDemand, renewStale);
    }

    private static GroupDefinition copy(
            GroupDefinition of,
            GroupDefinition.Jvm jvm,
            GroupDefinition.Timeouts timeouts,
            boolean onDemand,
            String renewStale) {
        return new GroupDefinition(
                of.name(),
                of.runtime(),
                of.jdk(),
                of.account(),
                of.place(),
                jvm,
                of.processes(),
                of.multiprocess(),
                of.threads(),
                of.listenBacklog(),
                of.queue(),
                timeouts,
                of.limits(),
                onDemand,
                of.threading(),
                renewStale,
                of.scriptUser(),
                of.scriptGroup(),
                of.applications());
    }

    /** The same group on another JDK. */
    public static GroupDefinition withJdk(GroupDefinition of, GroupDefinition.Jdk jdk) {
        return new GroupDefinition(
                of.name(),
                of.runtime(),
                jdk,
                of.account(),
                of.place(),
                of.jvm(),
                of.processes(),
                of.multiprocess(),
                of.threads(),
                of.listenBacklog(),
                of.queue(),
                of.timeouts(),
                of.limits(),
                of.onDemand(),
                of.threading(),
                of.renewStale(),
                of.scriptUser(),
                of.scriptGroup(),
                of.applications());
    }

    /** The same group with another JVM. */
    public static GroupDefinition withJvm(GroupDefinition of, GroupDefinition.Jvm jvm) {
        return copy(of, jvm, of.timeouts(), of.onDemand(), of.renewStale());
    }

    /** The same group with other limits. */
    public static GroupDefinition withLimits(GroupDefinition of, GroupDefinition.Limits limits) {
        return new GroupDefinition(
                of.name(),
                of.runtime(),
                of.jdk(),
                of.account(),
                of.place(),
                of.jvm(),
                of.processes(),
                of.multiprocess(),
                of.threads(),
                of.listenBacklog(),
                of.queue(),
                of.timeouts(),
                limits,
                of.onDemand(),
                of.threading(),
                of.renewStale(),
                of.scriptUser(),
                of.scriptGroup(),
                of.applications());
    }
}
