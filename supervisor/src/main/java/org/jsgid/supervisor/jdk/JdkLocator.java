package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the JDKs of this machine. A JDK that several links lead to is found once, under its real path. A folder without
 * {@code bin/java}, or without {@code release} and the class library of JDK 8, is not a JDK, and is passed over.
 */
public final class JdkLocator {
    /** Where packages put JDKs, in the order in which a scan gives out names. */
    public static final List<Path> STANDARD_FOLDERS = List.of(Path.of("/usr/lib/jvm"), Path.of("/usr/lib64/jvm"));

    private final List<JdkPlace> places;

    private JdkLocator(List<JdkPlace> places) {
        this.places = places;
    }

    /**
     * A locator for folders of JDKs and folders that a person named.
     *
     * @param standard folders that hold JDKs
     * @param named folders that are JDKs or hold JDKs
     */
    public static JdkLocator of(List<Path> standard, List<Path> named) {
        List<JdkPlace> places = new ArrayList<>();
        standard.forEach(folder -> places.add(new FolderOfJdks(folder)));
        named.forEach(folder -> places.add(new NamedFolder(folder)));
        return new JdkLocator(places);
    }

    /** Looks at all places: the usable and the broken ones, in the order of the places and of the paths in each. */
    public List<JdkInspection> locate() {
        Map<Path, JdkInspection> found = new LinkedHashMap<>();
        for (JdkPlace place : places) {
            for (Path candidate : place.candidates()) {
                if (looksLikeJdk(candidate)) {
                    inspectOnce(candidate, found);
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static boolean looksLikeJdk(Path folder) {
        return Files.exists(folder.resolve("bin/java")) && ReleaseFile.isKnown(folder);
    }

    private static void inspectOnce(Path candidate, Map<Path, JdkInspection> found) {
        try {
            found.computeIfAbsent(candidate.toRealPath(), JdkInspection::inspect);
        } catch (IOException gone) {
            // Removed between the listing and now: not a JDK of this machine any more.
        }
    }
}
