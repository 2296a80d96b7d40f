package org.jsgid.daemon.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What tells one state of an application's files from another: existence, identity, size and time of each, and
 * whether it may be read at all. Of an exploded web
 * application its descriptor, {@code WEB-INF/classes} and {@code WEB-INF/lib} count; JSP files and static ones do not,
 * the container looks at those itself.
 */
final class FileStamp {

    /** Most files of an exploded web application that are looked at. */
    private static final int MOST_FILES = 5000;

    /** No such file. */
    static final FileStamp ABSENT = new FileStamp(0, 0);

    private final long hash;
    private final int count;

    private FileStamp(long hash, int count) {
        this.hash = hash;
        this.count = count;
    }

    /** Looks at an application. */
    static FileStamp of(String file) {
        File application = new File(file);
        Looker looker = new Looker();
        if (application.isDirectory()) {
            File webInf = new File(application, "WEB-INF");
            looker.look(application);
            looker.look(new File(webInf, "web.xml"));
            looker.look(new File(application, "META-INF/context.xml"));
            looker.walk(new File(webInf, "classes"));
            looker.walk(new File(webInf, "lib"));
        } else if (!looker.look(application)) {
            return ABSENT;
        } else if (file.endsWith(".jar")) {
            for (File jar : JarFiles.classPath(application)) {
                looker.look(jar);
            }
        }
        // A file that could not be read and now can is loaded as a changed one is.
        looker.mix(application.canRead() ? 1 : 0);
        return new FileStamp(looker.hash, looker.count);
    }

    /** This state with what {@link OwnerCheck} says of it, which chmod and chown change and nothing else does. */
    FileStamp with(String objection) {
        return new FileStamp(31 * hash + (objection == null ? 0 : objection.hashCode()), count);
    }

    boolean isAbsent() {
        return count == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileStamp && ((FileStamp) other).hash == hash && ((FileStamp) other).count == count;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    private static final class Looker {
        private long hash = 1125899906842597L;
        private int count;

        boolean look(File file) {
            return look(file.toPath());
        }

        private boolean look(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                mix(path.hashCode());
                mix(attributes.fileKey() == null ? 0 : attributes.fileKey().hashCode());
                if (!attributes.isDirectory()) {
                    mix(attributes.size());
                    mix(attributes.lastModifiedTime().toMillis());
                }
                count++;
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        /** Depth first, in the order of names. */
        void walk(File folder) {
            List<File> waiting = new ArrayList<>();
            waiting.add(folder);
            while (!waiting.isEmpty() && count < MOST_FILES) {
                File file = waiting.remove(waiting.size() - 1);
                if (!look(file)) {
                    continue;
                }
                File[] children = file.listFiles();
                if (children != null) {
                    Arrays.sort(children);
                    waiting.addAll(Arrays.asList(children));
                }
            }
        }

        private void mix(long value) {
            hash = 31 * hash + value;
        }
    }
}
