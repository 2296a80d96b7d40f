package org.jsgid.supervisor.trial;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a JVM has printed, shortened for people. Pure. */
public final class JvmWords {

    private static final int MOST_SHOWN = 400;
    private static final int MOST_WARNINGS = 5;

    /** Follows every refusal, and says nothing. */
    private static final Pattern BOILERPLATE = Pattern.compile(
            "Error: Could not create the Java Virtual Machine\\.|Error: A fatal exception has occurred\\..*"
                    + "|Picked up \\S+_OPTIONS:.*|NOTE: Picked up .*");

    private static final Pattern WARNING = Pattern.compile(
            "(?:.* VM warning:|WARNING:|warning:|(?:\\[[^\\]]*\\])*\\[warning *\\](?:\\[[^\\]]*\\])*).*");

    private JvmWords() {}

    /** Why it did not start: one line of bounded length. */
    public static String refusal(int status, String output) {
        String said = lines(output).stream()
                .filter(line -> !BOILERPLATE.matcher(line).matches())
                .collect(Collectors.joining(" / "));
        return said.isEmpty() ? "it printed nothing, and ended with status " + status : shortened(said);
    }

    /** What it warned about although it started. */
    public static List<String> warnings(String output) {
        return lines(output).stream()
                .filter(line -> WARNING.matcher(line).matches())
                .map(JvmWords::shortened)
                .distinct()
                .limit(MOST_WARNINGS)
                .toList();
    }

    /** Of bounded length. */
    public static String shortened(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + " …";
    }

    private static List<String> lines(String output) {
        return output.lines()
                .map(line -> line.replaceAll("\\p{Cntrl}+", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
