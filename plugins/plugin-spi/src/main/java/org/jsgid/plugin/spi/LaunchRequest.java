package org.jsgid.plugin.spi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a plugin is told about a daemon to be started.
 *
 * @param group the daemon group's name
 * @param jsgidHome the installed image; {@code lib/daemon} below it holds the daemon runtime
 * @param jdk the JDK
 * @param threads most requests at a time
 * @param maxHeapBytes heap limit, or 0 when none was set
 * @param processors processors the daemon may count on
 * @param temporaryFolder for {@code java.io.tmpdir}, crash files and heap dumps
 * @param profileOptions options of the JDK profile, before the group's
 * @param groupOptions {@code JsgiJavaOptions}; they come last and win
 * @param environment {@code JsgiEnvironment} and what the monitor adds
 * @param archive what it does with an archive of its classes
 * @param reporting what the JVM says about itself
 */
public record LaunchRequest(
        String group,
        Path jsgidHome,
        Jdk jdk,
        int threads,
        long maxHeapBytes,
        int processors,
        Path temporaryFolder,
        List<String> profileOptions,
        List<String> groupOptions,
        Map<String, String> environment,
        ArchiveUse archive,
        Reporting reporting) {

    /** Copies its collections. */
    public LaunchRequest {
        requireNonNull(jdk, "jdk");
        requireNonNull(archive, "archive");
        requireNonNull(reporting, "reporting");
        profileOptions = List.copyOf(profileOptions);
        groupOptions = List.copyOf(groupOptions);
        environment = Map.copyOf(environment);
    }

    /** The feature version of its JDK. */
    public int feature() {
        return jdk.feature();
    }

    /** The same with another use of an archive. */
    public LaunchRequest with(ArchiveUse other) {
        return new LaunchRequest(
                group,
                jsgidHome,
                jdk,
                threads,
                maxHeapBytes,
                processors,
                temporaryFolder,
                profileOptions,
                groupOptions,
                environment,
                other,
                reporting);
    }

    /** The same for another JDK. */
    public LaunchRequest with(Jdk other) {
        return new LaunchRequest(
                group,
                jsgidHome,
                other,
                threads,
                maxHeapBytes,
                processors,
                temporaryFolder,
                profileOptions,
                groupOptions,
                environment,
                archive,
                reporting);
    }

    /** The same for a JVM that says other things. */
    public LaunchRequest with(Reporting other) {
        return new LaunchRequest(
                group,
                jsgidHome,
                jdk,
                threads,
                maxHeapBytes,
                processors,
                temporaryFolder,
                profileOptions,
                groupOptions,
                environment,
                archive,
                other);
    }

    /** The same with other options of the profile and the group. */
    public LaunchRequest withOptions(List<String> profile, List<String> ofGroup) {
        return new LaunchRequest(
                group,
                jsgidHome,
                jdk,
                threads,
                maxHeapBytes,
                processors,
                temporaryFolder,
                profile,
                ofGroup,
                environment,
                archive,
                reporting);
    }

    /** The same with another heap limit and number of processors. */
    public LaunchRequest sized(long heapBytes, int processorCount) {
        return new LaunchRequest(
                group,
                jsgidHome,
                jdk,
                threads,
                heapBytes,
                processorCount,
                temporaryFolder,
                profileOptions,
                groupOptions,
                environment,
                archive,
                reporting);
    }
}
