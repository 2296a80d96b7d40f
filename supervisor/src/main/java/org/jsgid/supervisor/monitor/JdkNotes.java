package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsgid.supervisor.jdk.JdkInspection;
import org.jsgid.supervisor.jdk.ReleaseFile;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.LaunchPlans;

/** What those who run applications on a JDK should know about it. Read once for each build. */
final class JdkNotes {

    private final LaunchPlans plans;
    private final Map<String, List<String>> byBuild = new HashMap<>();

    JdkNotes(LaunchPlans plans) {
        this.plans = plans;
    }

    /** Whether a feature version is later than all that jsgid was made for. */
    boolean isUntried(int feature) {
        return plans.isUntried(feature);
    }

    /** The notes on a JDK. */
    List<String> of(GroupDefinition.Jdk jdk, String build) {
        return byBuild.computeIfAbsent(jdk.home() + " " + build, key -> look(jdk));
    }

    private List<String> look(GroupDefinition.Jdk jdk) {
        List<String> notes = new ArrayList<>();
        if (isUntried(jdk.feature())) {
            notes.add("Java " + jdk.feature() + " is later than those that this jsgid knows (up to "
                    + plans.highestTried() + "); it is started as the latest of them is");
        }
        ReleaseFile release;
        try {
            release = ReleaseFile.read(jdk.home());
        } catch (IOException e) {
            return notes;
        }
        if (release.isOpenJ9()) {
            notes.add("its JVM is Eclipse OpenJ9: it gets none of HotSpot's options, no archive of classes and no"
                    + " diagnostics");
        }
        if (JdkInspection.inspect(jdk.home()) instanceof JdkInspection.Usable usable && usable.runtimeOnly()) {
            notes.add("its JDK has no compiler: .java files are not served");
        }
        Set<String> modules = release.modules();
        if (!modules.isEmpty() && !modules.contains("jdk.jfr")) {
            notes.add("its JDK has no module jdk.jfr: no flight recordings");
        }
        if (!modules.isEmpty() && !modules.contains("java.management")) {
            notes.add("its JDK has no module java.management: no daemon runs on it");
        }
        return notes;
    }
}
