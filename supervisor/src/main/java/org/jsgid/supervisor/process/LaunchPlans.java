package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsgid.plugin.spi.ArchiveUse;
import org.jsgid.plugin.spi.Jdk;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;
import org.jsgid.plugin.spi.Reporting;
import org.jsgid.supervisor.jdk.PluginSelector;
import org.jsgid.supervisor.jdk.ReleaseFile;
import org.jsgid.supervisor.process.DaemonLauncher.CannotLaunchException;

/** Command lines of daemons: what a group's definition and the JDK's release file say, as the plugin puts it. */
public final class LaunchPlans {

    private final Path jsgidHome;
    private final List<Plugin> plugins;

    /** Uses these plugins of that image. */
    public LaunchPlans(Path jsgidHome, List<Plugin> plugins) {
        this.jsgidHome = jsgidHome;
        this.plugins = List.copyOf(plugins);
    }

    /** The plugin that serves a feature version. */
    public Optional<Plugin> plugin(int feature) {
        return PluginSelector.select(plugins, feature);
    }

    /** The latest feature version that its flags were tried on. */
    public int highestTried() {
        return plugins.stream().mapToInt(Plugin::highestTried).max().orElse(0);
    }

    /** Whether a feature version is later than all that there was when this jsgid was made. */
    public boolean isUntried(int feature) {
        return feature > highestTried();
    }

    /** What a plugin is told about a daemon of a group. Reads the JDK's release file. */
    public LaunchRequest request(GroupDefinition group, Path temporary) {
        return new LaunchRequest(
                group.name(),
                jsgidHome,
                jdk(group.jdk().home(), group.jdk().feature()),
                group.threads(),
                group.jvm().maxHeapBytes(),
                Runtime.getRuntime().availableProcessors(),
                temporary,
                group.jdk().options(),
                group.jvm().options(),
                LaunchMessage.environment(group, temporary),
                ArchiveUse.none(),
                new Reporting(
                        group.jvm().gcLog(),
                        group.jvm().heapDump()
                                && HeapDumps.tooLittleRoom(group, temporary.getParent())
                                        .isEmpty()));
    }

    /** The plan for a request. */
    public LaunchPlan plan(LaunchRequest request) throws CannotLaunchException {
        Plugin plugin = plugin(request.feature())
                .orElseThrow(() -> new CannotLaunchException("no plugin below " + jsgidHome
                        + "/lib/plugins serves Java " + request.feature() + "; there are: " + names()));
        try {
            return plugin.plan(request);
        } catch (RuntimeException | LinkageError e) {
            throw new CannotLaunchException("the plugin " + plugin.name() + " cannot plan its start: " + e);
        }
    }

    /** A JDK as its release file describes it; one without such a file is taken to be complete. */
    public static Jdk jdk(Path home, int feature) {
        ReleaseFile release;
        try {
            release = ReleaseFile.read(home);
        } catch (IOException e) {
            release = new ReleaseFile(Map.of());
        }
        return new Jdk(
                home,
                feature,
                release.value("JAVA_VERSION").orElse(""),
                release.isOpenJ9() ? Jdk.Vm.OPENJ9 : Jdk.Vm.HOTSPOT,
                Set.copyOf(release.modules()));
    }

    private String names() {
        return plugins.isEmpty()
                ? "none"
                : String.join(", ", plugins.stream().map(Plugin::name).toList());
    }
}
