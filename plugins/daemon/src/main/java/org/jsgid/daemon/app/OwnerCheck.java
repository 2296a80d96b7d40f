package org.jsgid.daemon.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether an application's files belong to whom they should ({@code JsgiScriptUser}, {@code JsgiScriptGroup}), and nobody
 * else could put others in their place.
 *
 * <p>The rules, for a user U and a group G (each only when it is set):
 *
 * <ul>
 *   <li>The application's own file or folder belongs to U, and neither its group nor others may write it; it belongs to G, and
 *       others may not write it.
 *   <li>What else is loaded (jars of a {@code Class-Path}; of an exploded web application the descriptors, classes, jars,
 *       JSP files and all folders) belongs to U or root, or to G, and the same may not write it.
 *   <li>So does every folder on the way from the root of the file system, also on the way through links, and each link belongs to
 *       root, U or G. In a folder with the sticky bit others may make files but not replace those they do not own, so it
 *       may be writable; what stands in it is checked as ever.
 * </ul>
 *
 * <p>Ids are compared as numbers, as they are inside a chroot, where they need no names.
 */
public final class OwnerCheck {

    /** Checks nothing. */
    public static final OwnerCheck NONE = new OwnerCheck(-1, -1);

    private static final int GROUP_WRITE = 020;
    private static final int OTHERS_WRITE = 02;
    private static final int STICKY = 01000;
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;
    private static final int MODE = 07777;

    /** What the container compiles. */
    private static final Pattern PAGE = Pattern.compile(".*\\.(jsp|jspx|jspf|tag|tagx|tagf)");

    private static final int MOST_LINKS = 40;
    /** Most files of an exploded web application. */
    private static final int MOST_FILES = 20_000;

    private final long user;
    private final long group;

    /**
     * A check.
     *
     * @param user the user's id, or -1: any
     * @param group the group's id, or -1: any
     */
    public OwnerCheck(long user, long group) {
        this.user = user;
        this.group = group;
    }

    /** Whether anything is checked. */
    public boolean isWanted() {
        return user >= 0 || group >= 0;
    }

    /**
     * What is wrong with an application's files.
     *
     * @param file an absolute path
     * @return a sentence without a full stop; null when nothing is, and when it is not there
     */
    public String objection(String file) {
        if (!isWanted()) {
            return null;
        }
        try {
            Walk walk = new Walk();
            Path real = walk.enter(Paths.get(file), true);
            if (real == null) {
                return null;
            }
            if (Files.isDirectory(real)) {
                walk.exploded(real);
            } else if (file.endsWith(".jar")) {
                for (File jar : JarFiles.classPath(new File(file))) {
                    walk.enter(jar.toPath(), false);
                }
            }
            return null;
        } catch (ObjectionException e) {
            return e.getMessage();
        } catch (IOException | RuntimeException e) {
            return "its owner cannot be checked: " + e;
        }
    }

    /** Says what is wrong. */
    private static final class ObjectionException extends Exception {
        private static final long serialVersionUID = 1L;

        ObjectionException(String message) {
            super(message);
        }
    }

    /** What the file system says about a path itself, without following a link. */
    private static final class Entry {
        private final Path path;
        private final long uid;
        private final long gid;
        private final int mode;

        private Entry(Path path, Map<String, Object> attributes) {
            this.path = path;
            this.uid = ((Integer) attributes.get("uid")) & 0xffffffffL;
            this.gid = ((Integer) attributes.get("gid")) & 0xffffffffL;
            this.mode = (Integer) attributes.get("mode");
        }

        /** Null when there is none. */
        static Entry of(Path path) throws IOException {
            try {
                return new Entry(path, Files.readAttributes(path, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS));
            } catch (java.nio.file.NoSuchFileException e) {
                return null;
            }
        }

        boolean is(int type) {
            return (mode & TYPE) == type;
        }

        boolean mayBeWrittenBy(int bits) {
            return (mode & bits) != 0;
        }

        @Override
        public String toString() {
            String kind = is(FOLDER) ? "the folder " : is(LINK) ? "the link " : "the file ";
            return kind + path + " has owner " + name("owner", uid) + ", group " + name("group", gid) + " and mode "
                    + String.format("%04o", mode & MODE);
        }

        private String name(String attribute, long id) {
            try {
                String name = Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS)
                        .toString();
                return name.equals(Long.toString(id)) ? name : id + " (" + name + ")";
            } catch (IOException | RuntimeException noName) {
                return Long.toString(id);
            }
        }
    }

    /** One application; folders that were found good are not looked at again. */
    private final class Walk {
        private final Set<Path> good = new HashSet<>();
        private int files;

        /**
         * Goes the way from the root to a file, as the kernel does.
         *
         * @param isOwn whether it is the application's own file
         * @return its real path, or null when it is not there
         */
        Path enter(Path file, boolean isOwn) throws IOException, ObjectionException {
            Deque<Path> left = new ArrayDeque<>();
            push(left, file);
            Path at = file.getRoot();
            folder(Entry.of(at));
            int links = 0;
            while (!left.isEmpty()) {
                String name = left.pop().toString();
                if (name.equals(".") || name.isEmpty()) {
                    continue;
                }
                if (name.equals("..")) {
                    at = at.getParent() == null ? at : at.getParent();
                    continue;
                }
                Path next = at.resolve(name);
                Entry entry = Entry.of(next);
                if (entry == null) {
                    return null;
                }
                if (entry.is(LINK)) {
                    link(entry);
                    if (++links > MOST_LINKS) {
                        throw new IOException("too many links on the way to " + file);
                    }
                    Path target = Files.readSymbolicLink(next);
                    push(left, target);
                    at = target.isAbsolute() ? target.getRoot() : at;
                    continue;
                }
                if (!left.isEmpty()) {
                    folder(entry);
                } else if (isOwn) {
                    own(entry);
                } else {
                    loaded(entry);
                }
                at = next;
            }
            return at;
        }

        private void push(Deque<Path> left, Path path) {
            for (int i = path.getNameCount() - 1; i >= 0; i--) {
                left.push(path.getName(i));
            }
        }

        /** What an exploded web application runs: its descriptors, classes and jars, pages, and every folder. */
        void exploded(Path root) throws IOException, ObjectionException {
            List<File> waiting = new ArrayList<>();
            add(waiting, root.toFile());
            while (!waiting.isEmpty()) {
                File file = waiting.remove(waiting.size() - 1);
                if (++files > MOST_FILES) {
                    throw new ObjectionException("it has more than " + MOST_FILES
                            + " files, too many to check; serve it as a packed .war");
                }
                Entry entry = Entry.of(file.toPath());
                if (entry == null) {
                    continue;
                }
                boolean isCode = isCode(root, file);
                if (entry.is(FOLDER)) {
                    loaded(entry);
                    add(waiting, file);
                } else if (entry.is(LINK)) {
                    // A link to a folder is followed by the container only where it is allowed; its way is checked.
                    Path real = enter(file.toPath(), false);
                    if (real != null && Files.isDirectory(real) && good.add(real)) {
                        add(waiting, real.toFile());
                    }
                } else if (isCode) {
                    loaded(entry);
                }
            }
        }

        private void add(List<File> waiting, File folder) throws IOException {
            File[] children = folder.listFiles();
            if (children == null) {
                throw new IOException("the folder " + folder + " cannot be read");
            }
            waiting.addAll(Arrays.asList(children));
        }

        private boolean isCode(Path root, File file) {
            Path inside = file.toPath().startsWith(root) ? root.relativize(file.toPath()) : file.toPath();
            String top = inside.getName(0).toString();
            return top.equals("WEB-INF")
                    || top.equals("META-INF")
                    || inside.isAbsolute()
                    || PAGE.matcher(file.getName()).matches();
        }

        private void own(Entry entry) throws ObjectionException {
            if (user >= 0 && entry.uid != user) {
                throw objection(entry, "it must belong to user " + user + " (JsgiScriptUser)");
            }
            if (group >= 0 && entry.gid != group) {
                throw objection(entry, "it must belong to group " + group + " (JsgiScriptGroup)");
            }
            checkWriters(entry, false);
        }

        private void loaded(Entry entry) throws ObjectionException {
            checkOwner(entry);
            checkWriters(entry, false);
        }

        private void folder(Entry entry) throws ObjectionException {
            if (good.contains(entry.path)) {
                return;
            }
            checkOwner(entry);
            checkWriters(entry, (entry.mode & STICKY) != 0);
            good.add(entry.path);
        }

        private void link(Entry entry) throws ObjectionException {
            checkOwner(entry);
        }

        /** Who owns a file or folder can replace what is in it. */
        private void checkOwner(Entry entry) throws ObjectionException {
            boolean isUsers = user >= 0 && entry.uid == user;
            boolean isGroups = user < 0 && entry.gid == group;
            if (entry.uid != 0 && !isUsers && !isGroups) {
                throw objection(
                        entry,
                        "it must belong to root or to "
                                + (user >= 0
                                        ? "user " + user + " (JsgiScriptUser)"
                                        : "group " + group + " (JsgiScriptGroup)"));
            }
        }

        private void checkWriters(Entry entry, boolean isSticky) throws ObjectionException {
            if (isSticky) {
                return;
            }
            if (entry.mayBeWrittenBy(OTHERS_WRITE)) {
                throw objection(entry, "others must not be able to write it; chmod o-w mends that");
            }
            boolean isGroups = user < 0 && entry.gid == group;
            if (entry.mayBeWrittenBy(GROUP_WRITE) && !isGroups) {
                throw objection(entry, "its group must not be able to write it; chmod g-w mends that");
            }
        }

        private ObjectionException objection(Entry entry, String right) {
            return new ObjectionException(entry + "; " + right);
        }
    }
}
