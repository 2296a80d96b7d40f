package org.jsgid.supervisor.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The launcher's exit statuses, read from the same table that the launcher is compiled with. */
public final class LauncherStatuses {

    private static final Pattern ENTRY =
            Pattern.compile("JSGID_EXIT\\(\\s*(\\d+)\\s*,\\s*[A-Z_0-9]+\\s*,\\s*\"([^\"]*)\"\\s*\\)");

    private LauncherStatuses() {}

    /** Status → meaning; empty when the table is not in this build. */
    public static Map<Integer, String> load() {
        try (InputStream table = LauncherStatuses.class.getResourceAsStream("/launcher_exit.inc")) {
            return table == null ? Map.of() : parse(new String(table.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads entries of the form {@code JSGID_EXIT(201, NAME, "meaning")}. */
    public static Map<Integer, String> parse(String table) {
        Map<Integer, String> statuses = new HashMap<>();
        Matcher matcher = ENTRY.matcher(table);
        while (matcher.find()) {
            statuses.put(Integer.valueOf(matcher.group(1)), matcher.group(2));
        }
        return Map.copyOf(statuses);
    }
}
