package org.jsgid.supervisor.group;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * The processes of a group that were started from one definition and the same application files, and the socket that
 * they listen on. Used on the event loop only.
 */
final class Generation {

    private final int number;
    private final GroupDefinition definition;
    private final ListeningSocket socket;
    private final Set<ApplicationKey> handedOn;
    private final Set<ApplicationKey> loadedByFormer = new LinkedHashSet<>();
    private final List<DaemonProcess> daemons = new ArrayList<>();
    private final Map<String, Integer> changes = new TreeMap<>();
    private GenerationState state = GenerationState.STARTING;
    private boolean hasTriedAgain;

    Generation(int number, GroupDefinition definition, ListeningSocket socket, Set<ApplicationKey> handedOn) {
        this.number = number;
        this.definition = definition;
        this.socket = socket;
        this.handedOn = Set.copyOf(handedOn);
    }

    int number() {
        return number;
    }

    GroupDefinition definition() {
        return definition;
    }

    ListeningSocket socket() {
        return socket;
    }

    /** The file name of its socket. */
    String socketName() {
        return String.valueOf(socket.path().getFileName());
    }

    GenerationState state() {
        return state;
    }

    void on(GenerationEvent event) {
        state = GenerationTransitions.after(state, event);
    }

    /** Whether one of its processes that somebody killed before it was ready is started again: true once. */
    boolean mayTryAgain() {
        boolean first = !hasTriedAgain;
        hasTriedAgain = true;
        return first;
    }

    /** Its processes that are not gone, those that wait for their turn to start included. */
    List<DaemonProcess> daemons() {
        return List.copyOf(daemons);
    }

    void add(DaemonProcess daemon) {
        daemons.add(daemon);
    }

    void remove(DaemonProcess daemon) {
        loadedByFormer.addAll(loadedOnRequest());
        daemons.remove(daemon);
    }

    int live() {
        return daemons.size();
    }

    /** Processes that serve or will. */
    int active() {
        return count(daemon -> daemon.state() != DaemonState.DRAINING);
    }

    int ready() {
        return count(daemon -> daemon.state() == DaemonState.READY);
    }

    /**
     * The number of a process that is to be started: one that no process which serves, or will, has.
     *
     * @param otherwise the number when all are taken, since the process comes in place of one that serves until then
     */
    int freeNumber(int otherwise) {
        for (int free = 1; free <= definition.processes(); free++) {
            if (holders(free) == 0) {
                return free;
            }
        }
        return otherwise;
    }

    /** How many processes that serve, or will, have that number: two while one is about to replace the other. */
    int holders(int daemonNumber) {
        return count(daemon -> daemon.number() == daemonNumber && daemon.state() != DaemonState.DRAINING);
    }

    private int count(Predicate<DaemonProcess> which) {
        return (int) daemons.stream().filter(which).count();
    }

    /** What a new process of this generation loads first: what is configured, and what was loaded on request. */
    List<ApplicationKey> applicationsToLoad() {
        Set<ApplicationKey> applications = new LinkedHashSet<>(definition.applications());
        applications.addAll(handedOn);
        applications.addAll(loadedOnRequest());
        return List.copyOf(applications);
    }

    /** Loaded applications that no configuration names; the next generation loads them too. */
    Set<ApplicationKey> loadedOnRequest() {
        Set<ApplicationKey> applications = new LinkedHashSet<>(loadedByFormer);
        for (DaemonProcess daemon : daemons) {
            for (DaemonProcess.Application application : daemon.applications()) {
                if (application.state().equals("loaded")
                        && !definition.applications().contains(application.key())) {
                    applications.add(application.key());
                }
            }
        }
        return applications;
    }

    /**
     * Whether an application that did not load in the next generation would replace one that runs here: the same one,
     * or one at the same place whose file the next generation does not serve any more.
     */
    boolean wouldLose(ApplicationKey rejected, GroupDefinition next) {
        return daemons.stream()
                .flatMap(daemon -> daemon.applications().stream())
                .filter(application -> application.state().equals("loaded"))
                .map(DaemonProcess.Application::key)
                .anyMatch(loaded -> loaded.equals(rejected)
                        || (loaded.mount().equals(rejected.mount())
                                && !next.applications().contains(loaded)
                                && definition.applications().contains(loaded)));
    }

    /**
     * Whether a reported change is news. With several processes each reports every change; a process that reports a
     * file for the n-th time says nothing new when another has reported it n times before.
     */
    boolean isNewChange(DaemonProcess daemon, ApplicationKey application) {
        int count = daemon.countChange(application);
        int known = changes.getOrDefault(application.file(), 0);
        if (count <= known) {
            return false;
        }
        changes.put(application.file(), count);
        return true;
    }
}
