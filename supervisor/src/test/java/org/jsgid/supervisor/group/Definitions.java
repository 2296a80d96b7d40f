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
                new GroupDefinition.Jvm(List.of("-Dof=group"), 0, environment, "jsgid: " + name),
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
}
