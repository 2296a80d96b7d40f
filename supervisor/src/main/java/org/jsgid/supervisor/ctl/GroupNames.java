package org.jsgid.supervisor.ctl;

import java.util.List;

/** Checks the groups that a person named. */
final class GroupNames {
    private GroupNames() {}

    /** Throws when a group is not in the status, with those that are. */
    static void check(List<String> named, StatusDocument status, RunFolder folder) {
        for (String name : named) {
            if (status.group(name).isEmpty()) {
                throw unknown(name, status, folder);
            }
        }
    }

    private static CtlException unknown(String name, StatusDocument status, RunFolder folder) {
        String others = status.groupNames().isEmpty()
                ? "are none"
                : (status.groupNames().size() == 1 ? "is " : "are ") + String.join(", ", status.groupNames());
        CtlMessage message = status.isPartial() ? CtlMessage.NO_SUCH_GROUP_FOR_YOU : CtlMessage.NO_SUCH_GROUP;
        return message.with(name, folder.folder(), others);
    }
}
