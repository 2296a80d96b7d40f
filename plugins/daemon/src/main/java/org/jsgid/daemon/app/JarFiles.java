package org.jsgid.daemon.app;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** What a jar's manifest says. */
public final class JarFiles {

    private static final int MOST_JARS = 500;

    private JarFiles() {}

    /** The jars that a jar's {@code Class-Path} names, and theirs, that exist; in order, without the jar itself. */
    public static List<File> classPath(File jar) {
        Set<File> found = new LinkedHashSet<>();
        found.add(jar.getAbsoluteFile());
        List<File> waiting = new ArrayList<>(found);
        for (int i = 0; i < waiting.size() && found.size() < MOST_JARS; i++) {
            for (File next : named(waiting.get(i))) {
                if (next.isFile() && found.add(next)) {
                    waiting.add(next);
                }
            }
        }
        waiting.remove(0);
        return waiting;
    }

    private static List<File> named(File jar) {
        List<File> files = new ArrayList<>();
        try {
            String path = attribute(jar, Attributes.Name.CLASS_PATH.toString());
            if (path != null) {
                URI base = jar.toURI();
                StringTokenizer words = new StringTokenizer(path);
                while (words.hasMoreTokens()) {
                    add(files, base, words.nextToken());
                }
            }
        } catch (IOException unreadable) {
            // As the JDK does with a jar of a class path that it cannot read.
            return files;
        }
        return files;
    }

    private static void add(List<File> files, URI base, String word) {
        try {
            URI resolved = base.resolve(new URI(word));
            if ("file".equals(resolved.getScheme())) {
                files.add(new File(resolved));
            }
        } catch (URISyntaxException | IllegalArgumentException notAFile) {
            // Entries that are no file URLs are ignored (JAR File Specification, Class-Path).
            return;
        }
    }

    /**
     * A main attribute of a jar's manifest, or null.
     *
     * @throws IOException when it is no jar
     */
    public static String attribute(File jar, String name) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            Manifest manifest = file.getManifest();
            return manifest == null ? null : manifest.getMainAttributes().getValue(name);
        }
    }
}
