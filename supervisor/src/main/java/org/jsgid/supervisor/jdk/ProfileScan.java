package org.jsgid.supervisor.jdk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides which generated profiles there should be; touches no file. The outcome depends on the JDKs, the profiles that
 * are not generated and the names already given, never on how often a scan has run: a second one changes nothing.
 */
public final class ProfileScan {
    private ProfileScan() {}

    /**
     * Gives names to JDKs.
     *
     * @param found usable JDKs in order of preference for the bare name
     * @param covered homes (real paths) that profiles which are not generated name
     * @param taken names that a generated profile must not use
     * @param present generated profiles of the scan folder: name to home (real path); a home keeps its name, so that a
     *     second JDK of the same kind does not push the first from its name
     * @return name to JDK, sorted by name
     */
    public static Map<String, JdkInspection.Usable> name(
            List<JdkInspection.Usable> found, Set<Path> covered, Set<String> taken, Map<String, Path> present) {
        Map<Path, JdkInspection.Usable> unnamed = new LinkedHashMap<>();
        found.stream().filter(jdk -> !covered.contains(jdk.home())).forEach(jdk -> unnamed.put(jdk.home(), jdk));
        Map<String, JdkInspection.Usable> names = new TreeMap<>();
        present.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, Path> entry) ->
                                entry.getKey().length())
                        .thenComparing(Map.Entry::getKey))
                .forEach(entry -> {
                    JdkInspection.Usable jdk = unnamed.get(entry.getValue());
                    if (jdk != null && !taken.contains(entry.getKey()) && isNameOf(entry.getKey(), jdk)) {
                        names.put(entry.getKey(), unnamed.remove(entry.getValue()));
                    }
                });
        for (JdkInspection.Usable jdk : new ArrayList<>(unnamed.values())) {
            Set<String> used = new HashSet<>(taken);
            used.addAll(names.keySet());
            names.put(free(jdk.profileName(), used), jdk);
        }
        return names;
    }

    private static boolean isNameOf(String name, JdkInspection.Usable jdk) {
        String bare = jdk.profileName();
        return name.equals(bare)
                || (name.startsWith(bare + "-")
                        && name.substring(bare.length() + 1).matches("[0-9]+"));
    }

    private static String free(String bare, Set<String> used) {
        String name = bare;
        for (int number = 2; used.contains(name); number++) {
            name = bare + "-" + number;
        }
        return name;
    }
}
