package org.jsgid.supervisor.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * What a new configuration means for the groups that run. Pure.
 *
 * @param keep unchanged: they keep their JVMs
 * @param renew changed: they get a new generation
 * @param add new groups
 * @param remove names of groups that are no more
 */
public record GroupDiff(
        List<GroupDefinition> keep, List<GroupDefinition> renew, List<GroupDefinition> add, List<String> remove) {

    /** Copies its collections. */
    public GroupDiff {
        keep = List.copyOf(keep);
        renew = List.copyOf(renew);
        add = List.copyOf(add);
        remove = List.copyOf(remove);
    }

    /**
     * Compares what runs with what should.
     *
     * @param running name → the definition that the group's newest generation was made from, which is an older one than
     *     configured when the configured one did not come up: it is tried again
     */
    public static GroupDiff between(Map<String, GroupDefinition> running, List<GroupDefinition> wanted) {
        List<GroupDefinition> keep = new ArrayList<>();
        List<GroupDefinition> renew = new ArrayList<>();
        List<GroupDefinition> add = new ArrayList<>();
        List<String> remove = new ArrayList<>(running.keySet());
        for (GroupDefinition definition : wanted) {
            remove.remove(definition.name());
            GroupDefinition former = running.get(definition.name());
            if (former == null) {
                add.add(definition);
            } else if (former.equals(definition)) {
                keep.add(definition);
            } else {
                renew.add(definition);
            }
        }
        return new GroupDiff(keep, renew, add, remove);
    }
}
