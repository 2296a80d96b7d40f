package org.jsgid.supervisor.group;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tables written in tests: a header of events, then a row for each state. */
public final class Tables {

    private Tables() {}

    /** State → event → state. */
    public static Map<String, Map<String, String>> parse(String text) {
        List<String> lines = text.lines().toList();
        String[] events = lines.get(0).strip().split(" +", -1);
        Map<String, Map<String, String>> table = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.strip().split(" +", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 1; i < cells.length; i++) {
                row.put(events[i], cells[i]);
            }
            table.put(cells[0], row);
        }
        return table;
    }
}
