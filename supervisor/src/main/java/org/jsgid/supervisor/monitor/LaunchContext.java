package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsgid.supervisor.archive.Archives;
import org.jsgid.supervisor.jdk.JdkIdentity;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.LaunchMessage;

/** What launches need of the monitor's configuration. Used on the event loop only. */
final class LaunchContext {

    /** A server with many connections needs more than the 1024 of old. */
    private static final long ENOUGH_FILES = 8192;

    private static final Pattern HARD_LIMIT = Pattern.compile("(?m)^Max open files +\\S+ +(\\d+)");
    private static final Pattern INSTANCE = Pattern.compile("(\\d{1,9})-.*");

    private final boolean isRoot;
    private final long openFiles;
    private Optional<Path> nextCgroup = Optional.empty();
    private Consumer<String> sweep = group -> {};
    private String instance = "";
    private int apachePid;
    private Optional<Archives> archives = Optional.empty();

    /** Looks at the limits of this process. */
    LaunchContext(boolean isRoot) {
        this.isRoot = isRoot;
        this.openFiles = openFiles(isRoot, ownLimits());
    }

    /** Who is to be told of groups whose keeper was killed. */
    void whenKeeperLost(Consumer<String> newSweep) {
        sweep = newSweep;
    }

    /** A keeper of that group was killed. */
    void keeperLost(String group) {
        sweep.accept(group);
    }

    /** Who is to be told where archives are. */
    void useArchives(Archives used) {
        archives = Optional.of(used);
    }

    /** The folder of all archives of classes, when there is one. */
    Optional<Path> archiveFolder() {
        return archives.flatMap(Archives::folder);
    }

    /** What is configured now. */
    void configured(MonitorConfig config) {
        instance = config.instance();
        archives.ifPresent(used -> used.configured(config.cacheDir(), config.archiveAfter()));
        apachePid = config.apachePid() > 0 ? config.apachePid() : pidOf(config.instance());
    }

    /** The pid in {@code PID-START TIME}, 0 when it is not of that form. */
    static int pidOf(String instance) {
        Matcher matcher = INSTANCE.matcher(instance);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /**
     * The limit for groups that set none.
     *
     * @param limits as {@code /proc/self/limits} shows them
     * @return 0 when the limit stays as it is: high enough, or not to be raised by this user
     */
    static long openFiles(boolean mayRaise, String limits) {
        Matcher matcher = HARD_LIMIT.matcher(limits);
        boolean isLow = matcher.find() && Long.parseLong(matcher.group(1)) < ENOUGH_FILES;
        return mayRaise && isLow ? ENOUGH_FILES : 0;
    }

    private static String ownLimits() {
        try {
            return Files.readString(Path.of("/proc/self/limits"));
        } catch (IOException e) {
            return "";
        }
    }

    LaunchMessage.Surroundings surroundings() {
        return new LaunchMessage.Surroundings(isRoot, apachePid, openFiles, nextCgroup);
    }

    /** The process that is launched next is to enter that cgroup. */
    void nextEnters(Optional<Path> cgroup) {
        nextCgroup = cgroup;
    }

    /** What the next monitor is to know of a daemon. */
    String memo(DaemonLauncher.Order order) {
        return Memo.of(
                        instance,
                        order.definition(),
                        order.generation(),
                        order.number(),
                        order.startedAt(),
                        jdkBuild(order.definition().jdk().home()),
                        order.applications())
                .text();
    }

    /** Which build of a JDK stands on disk; empty when none does. */
    static String jdkBuild(Path home) {
        try {
            return JdkIdentity.of(home).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
