package org.jsgid.supervisor.jdk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts that turn a profile off and on. A profile of a package or a scan is turned off by a file of the same name in
 * the administrator's folder, which names the same home and says {@code enabled = no}, and nothing that changes with the
 * JDK's releases; one of the administrator's own by that line alone. Pure.
 */
public final class ProfileSwitch {

    /** How a file begins that only turns off what another folder says. */
    public static final String MARK = "# turned off by jsgid-ctl jdk disable";

    private static final String KEY = "enabled";

    private ProfileSwitch() {}

    /** The text of a file that turns a profile with that home off. */
    public static String off(Path home) {
        return MARK + "; jsgid-ctl jdk enable removes this file\nhome = " + home + "\n" + KEY + " = no\n";
    }

    /** Whether a file with that text only turns off what another folder says. */
    public static boolean isOff(String text) {
        return text.startsWith(MARK);
    }

    /** The text with {@code enabled} so, and everything else as it was. */
    public static String with(String text, boolean enabled) {
        String line = KEY + " = " + (enabled ? "yes" : "no");
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        boolean isThere = false;
        for (int i = 0; i < lines.size(); i++) {
            if (isKey(lines.get(i))) {
                lines.set(i, line + (lines.get(i).endsWith("\r") ? "\r" : ""));
                isThere = true;
            }
        }
        if (!isThere) {
            boolean endsWithLineFeed = lines.get(lines.size() - 1).isEmpty();
            lines.add(endsWithLineFeed ? lines.size() - 1 : lines.size(), line);
            if (!endsWithLineFeed) {
                lines.add("");
            }
        }
        return String.join("\n", lines);
    }

    private static boolean isKey(String line) {
        int equals = line.indexOf('=');
        String key = equals < 0 ? "" : line.substring(0, equals).replaceAll("^[ \t]+|[ \t]+$", "");
        return key.equals(KEY);
    }
}
