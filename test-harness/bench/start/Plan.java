import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.plugin.spi.ArchiveUse;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;
import org.jsgid.plugin.spi.Reporting;
import org.jsgid.supervisor.jdk.PluginSelector;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.InstalledPlugins;
import org.jsgid.supervisor.process.LaunchPlans;

/** Prints the command line with which a monitor would start a daemon, a word on each line, after the kind of its archives. */
public final class Plan {

    private Plan() {}

    /** Arguments: jsgid's home, the JDK's, its feature version, NONE or USE or RECORD, the archive, the temporary folder. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        int feature = Integer.parseInt(arguments[2]);
        List<Plugin> plugins = InstalledPlugins.load(home.resolve("lib/plugins"), ServerLog.about("bench"));
        Plugin plugin = PluginSelector.select(plugins, feature).orElseThrow();
        ArchiveUse use = new ArchiveUse(
                ArchiveUse.Mode.valueOf(arguments[3]), Optional.of(Path.of(arguments[4])), List.of());
        LaunchPlan plan = plugin.plan(new LaunchRequest(
                "bench",
                home,
                LaunchPlans.jdk(Path.of(arguments[1]), feature),
                15,
                0,
                Runtime.getRuntime().availableProcessors(),
                Path.of(arguments[5]),
                List.of(),
                List.of(),
                Map.of(),
                use,
                Reporting.none()));
        System.out.println(plugin.abilities(feature).archive());
        System.out.println(plan.executable());
        plan.arguments().forEach(System.out::println);
    }
}
