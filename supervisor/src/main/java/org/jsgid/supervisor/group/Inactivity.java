package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.GroupDefinition;

/** What follows from nobody having asked a group, or a process, for something. */
final class Inactivity {

    /** What an on-demand group without JsgiInactivityTimeout waits for the next request before it stops. */
    private static final Duration ON_DEMAND = Duration.ofMinutes(5);

    private Inactivity() {}

    /** The time without a request after which something follows; zero: nothing ever does. */
    static Duration limit(GroupDefinition of) {
        Duration set = of.timeouts().inactivity();
        return set.isZero() && of.onDemand() ? ON_DEMAND : set;
    }

    /** Whether the processes of an on-demand group are not needed any more. */
    static boolean stops(Generation current) {
        List<DaemonProcess> serving = current.daemons().stream()
                .filter(daemon -> daemon.state() != DaemonState.DRAINING)
                .toList();
        Duration limit = limit(current.definition());
        return current.definition().onDemand()
                && !serving.isEmpty()
                && serving.stream().allMatch(daemon -> isInactive(daemon, limit));
    }

    /** The processes of another group that are to be renewed. */
    static List<DaemonProcess> renewed(Generation current) {
        Duration limit = limit(current.definition());
        if (current.definition().onDemand() || limit.isZero()) {
            return List.of();
        }
        // One that has served nothing yet would be renewed for nothing, again and again.
        return current.daemons().stream()
                .filter(daemon -> daemon.counters().requests() > 0 && isInactive(daemon, limit))
                .toList();
    }

    /** Whether a process whose JDK has been replaced on disk is to be renewed now. */
    static boolean renewsStale(String policy, DaemonProcess daemon) {
        DaemonReport.Counters counters = daemon.counters();
        boolean isIdle = counters.active() == 0 && counters.waiting() == 0 && counters.idleMillis() > 0;
        return policy.equals("now") || (policy.equals("idle") && isIdle);
    }

    private static boolean isInactive(DaemonProcess daemon, Duration limit) {
        return daemon.state() == DaemonState.READY && daemon.counters().idleMillis() >= limit.toMillis();
    }
}
