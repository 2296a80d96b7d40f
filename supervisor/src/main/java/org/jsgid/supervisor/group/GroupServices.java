package org.jsgid.supervisor.group;

import java.time.Clock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.EventLoop;

/**
 * What a group needs from the monitor.
 *
 * @param loop the thread that everything about groups happens on
 * @param launcher starts daemons
 * @param sockets makes listening sockets
 * @param route the group's address
 * @param starts spreads the starts of JVMs
 * @param crashFiles keeps what crashed JVMs wrote
 * @param trials whether JVMs take the options of groups
 * @param jdkBuild which build of the JDK stands on disk now
 * @param clock for times that people read
 * @param log for notices about the group
 * @param servedElsewhere whether another monitor serves the socket of that file name, so that the route is left to it
 *     until this monitor's generation is ready
 * @param remember called when something changed that the next monitor should know
 */
public record GroupServices(
        EventLoop loop,
        DaemonLauncher launcher,
        ListeningSocket.Binder sockets,
        Route route,
        StartSpreader starts,
        CrashFiles crashFiles,
        JvmTrials trials,
        Supplier<String> jdkBuild,
        Clock clock,
        Notices log,
        Predicate<String> servedElsewhere,
        Runnable remember) {}
