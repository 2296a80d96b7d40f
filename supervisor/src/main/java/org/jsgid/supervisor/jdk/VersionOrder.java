package org.jsgid.supervisor.jdk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orders versions part by part, as numbers: {@code 17.0.9} is before {@code 17.0.15}. The parts are the runs of digits
 * (FORMAT.md, "Selecting").
 */
final class VersionOrder implements Comparator<String> {
    /** The only instance: the order has no state. */
    static final VersionOrder INSTANCE = new VersionOrder();

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    private VersionOrder() {}

    @Override
    public int compare(String first, String second) {
        List<String> left = parts(first);
        List<String> right = parts(second);
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = compareNumbers(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** The numbers of a version without leading zeros; the 1 of {@code 1.8.0} is left out. */
    static List<String> parts(String version) {
        List<String> parts = new ArrayList<>();
        Matcher matcher = DIGITS.matcher(version);
        while (matcher.find()) {
            parts.add(matcher.group().replaceFirst("^0+(?=.)", ""));
        }
        if (parts.size() > 1 && parts.get(0).equals("1") && parts.get(1).equals("8")) {
            parts.remove(0);
        }
        return parts;
    }

    // Builds are dated by some vendors (202504151430), so that a part may not fit an int.
    private static int compareNumbers(String left, String right) {
        int byLength = Integer.compare(left.length(), right.length());
        return byLength != 0 ? byLength : left.compareTo(right);
    }
}
