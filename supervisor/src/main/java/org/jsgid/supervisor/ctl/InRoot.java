package org.jsgid.supervisor.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds files as a process sees them whose root folder is another: its links lead nowhere out of it. */
final class InRoot {
    /** As Linux: a longer chain of links is taken for a circle. */
    private static final int MOST_LINKS = 40;

    private InRoot() {}

    /**
     * Where a path of such a process is.
     *
     * @param root its root folder
     * @param path absolute, as the process sees it
     * @return without links below the root folder; empty when there is nothing
     */
    static Optional<Path> find(Path root, String path) {
        Deque<String> left = new ArrayDeque<>(names(path));
        Path found = root;
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.equals("..")) {
                found = found.equals(root) ? root : found.getParent();
                continue;
            }
            Path next = found.resolve(name);
            if (Files.isSymbolicLink(next)) {
                Optional<String> target = target(next);
                links++;
                if (links > MOST_LINKS || target.isEmpty()) {
                    return Optional.empty();
                }
                List<String> names = names(target.get());
                for (int i = names.size() - 1; i >= 0; i--) {
                    left.push(names.get(i));
                }
                found = target.get().startsWith("/") ? root : found;
            } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                found = next;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static List<String> names(String path) {
        return Stream.of(path.split("/", -1))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }
}
