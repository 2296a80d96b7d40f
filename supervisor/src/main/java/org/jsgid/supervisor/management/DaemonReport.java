package org.jsgid.supervisor.management;

/** What a daemon said. Meanings and units are those of {@code CONTROL.md}. */
public sealed interface DaemonReport {

    /** The forked process could not become the JVM. */
    record Failed(int status, String reason) implements DaemonReport {}

    /** The runtime is up. The pid is the daemon's claim. */
    record Hello(long pid, String java, String vendor) implements DaemonReport {}

    /** A step of the start is done. */
    record Step(String name, long millis) implements DaemonReport {}

    /** Begins to load an application. */
    record Loading(ApplicationKey application) implements DaemonReport {}

    /** An application is loaded. */
    record Loaded(ApplicationKey application, String kind, String container, long millis) implements DaemonReport {}

    /** An application's file is not there. */
    record Missing(ApplicationKey application) implements DaemonReport {}

    /** An application did not load. */
    record Rejected(ApplicationKey application, String reason) implements DaemonReport {}

    /** Requests are accepted. */
    record Ready() implements DaemonReport {}

    /** Figures of the last second; those that a daemon does not give are 0. */
    record Counters(
            long requests,
            long active,
            long waiting,
            long oldestWaitingMillis,
            long threads,
            long heapUsedBytes,
            long heapMaxBytes,
            long idleMillis,
            long stuck,
            long upgraded)
            implements DaemonReport {

        /** No connection was upgraded. */
        public Counters(
                long requests,
                long active,
                long waiting,
                long oldestWaitingMillis,
                long threads,
                long heapUsedBytes,
                long heapMaxBytes,
                long idleMillis,
                long stuck) {
            this(
                    requests,
                    active,
                    waiting,
                    oldestWaitingMillis,
                    threads,
                    heapUsedBytes,
                    heapMaxBytes,
                    idleMillis,
                    stuck,
                    0);
        }
    }

    /** That many requests hold a thread long after their timeout: the process is to be renewed. */
    record Stuck(long requests) implements DaemonReport {}

    /** An application's file has changed and is stable again. */
    record Changed(ApplicationKey application) implements DaemonReport {}

    /** The JVM found threads that wait for each other. */
    record Deadlock(String threads) implements DaemonReport {}

    /** No further connections are accepted. */
    record Draining() implements DaemonReport {}

    /** The last request is answered; the daemon exits. */
    record Drained() implements DaemonReport {}

    /** Answer to {@code ping}. */
    record Pong() implements DaemonReport {}
}
