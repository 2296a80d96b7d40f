package org.jsgid.daemon.manage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a monitor that comes later must be told again. Not thread-safe. */
final class ReportMemory {

    private ManagementLine hello;
    private final List<ManagementLine> steps = new ArrayList<>();
    private final Map<String, ManagementLine> applications = new LinkedHashMap<>();
    private final Map<String, ManagementLine> changes = new LinkedHashMap<>();
    private ManagementLine stuck;
    private ManagementLine state;

    /** Remembers a report, when it is one of those. */
    void add(ManagementLine line) {
        String word = line.word();
        if (word.equals("hello")) {
            hello = line;
        } else if (word.equals("step")) {
            steps.add(line);
        } else if (word.equals("loading")
                || word.equals("loaded")
                || word.equals("missing")
                || word.equals("rejected")) {
            applications.put(application(line), line);
        } else if (word.equals("changed")) {
            changes.put(application(line), line);
        } else if (word.equals("stuck")) {
            stuck = line;
        } else if (word.equals("ready") || word.equals("draining") || word.equals("drained")) {
            state = line;
        }
    }

    private static String application(ManagementLine line) {
        return line.field("file") + '\0' + line.field("mount") + '\0' + line.field("application-group");
    }

    /** All of it, in an order in which it could have happened. */
    List<ManagementLine> all() {
        List<ManagementLine> all = new ArrayList<>();
        if (hello != null) {
            all.add(hello);
        }
        all.addAll(steps);
        all.addAll(applications.values());
        if (state != null) {
            all.add(state);
        }
        all.addAll(changes.values());
        if (stuck != null) {
            all.add(stuck);
        }
        return all;
    }
}
