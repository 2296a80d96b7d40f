package org.jsgid.supervisor.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsgid.supervisor.management.ApplicationKey;

/**
 * What a daemon group is to be. Two equal definitions mean the same group, and a group whose definition is unchanged
 * keeps its JVMs; so where it was written ({@code defined-at}) is no part of it. The keys are those of
 * {@code CONTROL.md}, section PROFILE.conf. A duration of zero means no limit.
 *
 * @param name the group's name
 * @param runtime what {@code JsgiRuntime} said
 * @param jdk the JDK it runs on
 * @param account whom it runs as
 * @param place where it runs
 * @param jvm what the JVM is told
 * @param processes how many processes
 * @param multiprocess whether applications are told that there are several
 * @param threads most requests at a time
 * @param listenBacklog connections that may wait in the socket's queue
 * @param queue requests that may wait
 * @param timeouts its deadlines
 * @param limits what renews or bounds a daemon
 * @param onDemand whether it starts on the first request
 * @param threading {@code platform} or {@code virtual}
 * @param renewStale {@code now}, {@code idle} or {@code never}
 * @param scriptUser whose application files are accepted
 * @param scriptGroup which group's application files are accepted
 * @param applications loaded before a process is ready
 */
public record GroupDefinition(
        String name,
        String runtime,
        Jdk jdk,
        Account account,
        Place place,
        Jvm jvm,
        int processes,
        boolean multiprocess,
        int threads,
        int listenBacklog,
        Queue queue,
        Timeouts timeouts,
        Limits limits,
        boolean onDemand,
        String threading,
        String renewStale,
        OptionalLong scriptUser,
        OptionalLong scriptGroup,
        List<ApplicationKey> applications) {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    /** Copies its collections. */
    public GroupDefinition {
        applications = List.copyOf(applications);
    }

    /** Whether its applications run on virtual threads, which it wants and its JDK has (JEP 444). */
    public boolean isVirtual() {
        return wantsVirtual() && jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS;
    }

    /** Whether virtual threads are configured, which not every JDK has. */
    public boolean wantsVirtual() {
        return threading.equals("virtual");
    }

    /**
     * A JDK. Which build of it stands in the folder is no part of a definition: it is a property of each process, and an
     * upgrade in place renews processes, not generations.
     *
     * @param profile its profile's name
     * @param home its folder
     * @param feature its feature version
     * @param options of its profile, before the group's own
     */
    public record Jdk(String profile, Path home, int feature, List<String> options) {
        /** Copies its collections. */
        public Jdk {
            options = List.copyOf(options);
        }
    }

    /**
     * Whom a group runs as.
     *
     * @param user name, when it has one
     * @param uid number; absent: as the monitor
     * @param gid number; absent: as the monitor
     * @param supplementary exactly these supplementary groups; empty: the user's own
     * @param home the user's home folder, when it has one
     */
    public record Account(
            Optional<String> user,
            OptionalLong uid,
            OptionalLong gid,
            List<Long> supplementary,
            Optional<String> home) {
        /** Copies its collections. */
        public Account {
            supplementary = List.copyOf(supplementary);
        }
    }

    /**
     * Where a group runs.
     *
     * @param umask bits that new files do not get
     * @param workingDirectory the working directory; absent: the user's home folder, if it can be entered
     * @param chroot the root of its file system
     * @param niceness -20 to 19; 0: as the monitor
     * @param listen {@code JsgiListen}: a TCP address with its port, a space, and from whom requests are taken
     */
    public record Place(
            int umask,
            Optional<String> workingDirectory,
            Optional<String> chroot,
            int niceness,
            Optional<String> listen) {

        /** A group that takes requests on its own socket only. */
        public Place(int umask, Optional<String> workingDirectory, Optional<String> chroot, int niceness) {
            this(umask, workingDirectory, chroot, niceness, Optional.empty());
        }
    }

    /**
     * What the JVM is told.
     *
     * @param options {@code JsgiJavaOptions}
     * @param maxHeapBytes heap limit; 0: none set
     * @param environment {@code JsgiEnvironment}
     * @param displayName what {@code ps} shows
     * @param servletOptions {@code JsgiServletOption}: settings of the servlet container, by name
     * @param gcLog whether garbage collections are logged
     * @param heapDump whether the heap is dumped when memory runs out
     */
    public record Jvm(
            List<String> options,
            long maxHeapBytes,
            Map<String, String> environment,
            String displayName,
            Map<String, String> servletOptions,
            boolean gcLog,
            boolean heapDump) {
        /** Copies its collections. */
        public Jvm {
            options = List.copyOf(options);
            environment = Map.copyOf(environment);
            servletOptions = Map.copyOf(servletOptions);
        }

        /** One that says nothing about itself. */
        public Jvm(
                List<String> options,
                long maxHeapBytes,
                Map<String, String> environment,
                String displayName,
                Map<String, String> servletOptions) {
            this(options, maxHeapBytes, environment, displayName, servletOptions, false, false);
        }
    }

    /**
     * Requests that wait for a thread.
     *
     * @param limit how many may wait
     * @param timeout how long one may wait
     */
    public record Queue(int limit, Duration timeout) {}

    /**
     * Deadlines.
     *
     * @param startup from launch to ready
     * @param request for one request
     * @param connect for the module to find a daemon
     * @param socket without progress on a connection
     * @param inactivity without a request
     * @param deadlock of threads
     * @param graceful for a draining daemon to finish its requests
     * @param eviction the same, of renewals that somebody asked for; never zero unless {@code graceful} is
     * @param shutdown after that, before it is killed
     */
    public record Timeouts(
            Duration startup,
            Duration request,
            Duration connect,
            Duration socket,
            Duration inactivity,
            Duration deadlock,
            Duration graceful,
            Duration eviction,
            Duration shutdown) {}

    /**
     * What renews or bounds a daemon.
     *
     * @param restartInterval a process of that age is renewed
     * @param maximumRequests a process that answered so many is renewed; 0: no limit
     * @param cpuTime a process that used so much is renewed
     * @param memoryBytes a process of that resident size is renewed; 0: no limit
     * @param memoryHardBytes a process of that resident size is killed and replaced; 0: no limit
     * @param openFiles of one process; 0: as Apache has, raised to what a server needs where that is allowed
     */
    public record Limits(
            Duration restartInterval,
            long maximumRequests,
            Duration cpuTime,
            long memoryBytes,
            long memoryHardBytes,
            int openFiles) {}
}
