package org.jsgid.supervisor.archive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jsgid.plugin.spi.ArchiveKind;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.supervisor.jdk.JdkIdentity;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.GroupDefinition;

/** Looks at the files that an archive is made of. Reads no file of an application, only its size and time. */
final class ArchiveInputs {

    /** A folder with more jars than that has its first ones in the key. */
    private static final int MOST_FILES = 2000;

    private ArchiveInputs() {}

    /**
     * The key of an archive for a daemon.
     *
     * @param plan its start without an archive
     */
    static ArchiveKey key(ArchiveKind kind, DaemonLauncher.Order order, LaunchPlan plan, Path jsgidHome)
            throws IOException {
        GroupDefinition group = order.definition();
        ArchiveKey.Builder key = new ArchiveKey.Builder();
        key.add("format", 1);
        key.add("kind", kind);
        key.add("group", group.name());
        group.account().uid().ifPresent(uid -> key.add("uid", uid));
        group.place().chroot().ifPresent(root -> key.add("chroot", root));
        key.add("java", plan.executable());
        key.add("jdk", JdkIdentity.of(seen(group, group.jdk().home())));
        plan.options().forEach(option -> key.add("option", option));
        plan.program().forEach(word -> key.add("program", word));
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            String value = plan.environment().get(variable);
            if (value != null) {
                key.add(variable, value);
            }
        }
        addFolder(key, group, jsgidHome.resolve("lib/daemon"));
        for (Path container : children(seen(group, jsgidHome.resolve("lib/containers")))) {
            addFolder(key, group, jsgidHome.resolve("lib/containers").resolve(container.getFileName()));
        }
        order.applications().stream()
                .map(ApplicationKey::file)
                .distinct()
                .sorted()
                .forEach(file -> addApplication(key, group, Path.of(file)));
        return key.build();
    }

    /** A path of the daemon's, for this process. */
    static Path seen(GroupDefinition group, Path inside) {
        return group.place()
                .chroot()
                .map(root -> Path.of(root).resolve(Path.of("/").relativize(inside)))
                .orElse(inside);
    }

    private static void addApplication(ArchiveKey.Builder key, GroupDefinition group, Path file) {
        addFile(key, group, file);
        if (Files.isDirectory(seen(group, file))) {
            addFile(key, group, file.resolve("WEB-INF/web.xml"));
            addFile(key, group, file.resolve("WEB-INF/classes"));
            addFolder(key, group, file.resolve("WEB-INF/lib"));
        }
    }

    private static void addFolder(ArchiveKey.Builder key, GroupDefinition group, Path folder) {
        for (Path child : children(seen(group, folder))) {
            addFile(key, group, folder.resolve(child.getFileName()));
        }
    }

    private static void addFile(ArchiveKey.Builder key, GroupDefinition group, Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(seen(group, file), BasicFileAttributes.class);
            // A folder's size says nothing.
            long size = found.isDirectory() ? 0 : found.size();
            key.add("file", file + " " + size + " " + found.lastModifiedTime().toMillis());
        } catch (IOException absent) {
            key.add("file", file + " absent");
        }
    }

    private static List<Path> children(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                found.add(child);
                if (found.size() == MOST_FILES) {
                    break;
                }
            }
        } catch (IOException absent) {
            return List.of();
        }
        Collections.sort(found);
        return found;
    }
}
