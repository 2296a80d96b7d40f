package org.jsgid.supervisor.monitor;

import java.util.TreeMap;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.process.GroupDefinition;

/** Writes what {@link MonitorConfigReader} reads. Pure. */
final class DefinitionText {

    private DefinitionText() {}

    /** The keys of a JDK, at the head of a file. */
    static void addJdk(ConfigText text, GroupDefinition.Jdk jdk) {
        text.add("profile", jdk.profile());
        text.add("java-home", jdk.home().toString());
        text.add("feature", jdk.feature());
        jdk.options().forEach(option -> text.add("profile-java-options", option));
    }

    /** The sections of a group and its applications. Equal definitions give equal text. */
    static void addGroup(ConfigText text, GroupDefinition group) {
        text.section("group " + group.name());
        text.add("runtime", group.runtime());
        text.add("user", group.account().user());
        text.add("uid", group.account().uid());
        text.add("gid", group.account().gid());
        group.account().supplementary().forEach(gid -> text.add("supplementary-gid", gid));
        text.add("home", group.account().home());
        text.add("umask", Integer.toOctalString(group.place().umask()));
        text.add("working-directory", group.place().workingDirectory());
        text.add("chroot", group.place().chroot());
        text.add("cpu-priority", group.place().niceness());
        text.add("listen", group.place().listen());
        group.jvm().options().forEach(option -> text.add("java-option", option));
        text.add("max-heap", group.jvm().maxHeapBytes());
        new TreeMap<>(group.jvm().environment()).forEach((name, value) -> text.add("environment", name + "=" + value));
        new TreeMap<>(group.jvm().servletOptions())
                .forEach((name, value) -> text.add("servlet-option", name + "=" + value));
        text.add("gc-log", group.jvm().gcLog());
        text.add("heap-dump", group.jvm().heapDump());
        text.add("display-name", group.jvm().displayName());
        text.add("processes", group.processes());
        text.add("multiprocess", group.multiprocess());
        text.add("threads", group.threads());
        text.add("listen-backlog", group.listenBacklog());
        text.add("queue-limit", group.queue().limit());
        text.add("queue-timeout", group.queue().timeout());
        addTimeouts(text, group.timeouts());
        addLimits(text, group.limits());
        text.add("on-demand", group.onDemand());
        text.add("threading", group.threading());
        text.add("renew-stale", group.renewStale());
        text.add("script-user-uid", group.scriptUser());
        text.add("script-group-gid", group.scriptGroup());
        for (ApplicationKey application : group.applications()) {
            text.section("application " + group.name());
            text.add("file", application.file());
            text.add("mount", application.mount());
            text.add("application-group", application.applicationGroup());
        }
    }

    private static void addTimeouts(ConfigText text, GroupDefinition.Timeouts timeouts) {
        text.add("startup-timeout", timeouts.startup());
        text.add("request-timeout", timeouts.request());
        text.add("connect-timeout", timeouts.connect());
        text.add("socket-timeout", timeouts.socket());
        text.add("inactivity-timeout", timeouts.inactivity());
        text.add("deadlock-timeout", timeouts.deadlock());
        text.add("graceful-timeout", timeouts.graceful());
        text.add("eviction-timeout", timeouts.eviction());
        text.add("shutdown-timeout", timeouts.shutdown());
    }

    private static void addLimits(ConfigText text, GroupDefinition.Limits limits) {
        text.add("restart-interval", limits.restartInterval());
        text.add("maximum-requests", limits.maximumRequests());
        text.add("cpu-time-limit", limits.cpuTime());
        text.add("memory-limit", limits.memoryBytes());
        text.add("memory-limit-hard", limits.memoryHardBytes());
        text.add("open-files", limits.openFiles());
    }
}
