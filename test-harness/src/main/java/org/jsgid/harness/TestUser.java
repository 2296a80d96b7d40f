package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Accounts that every Debian has and nothing runs as, so that tests need to create none.
 *
 * @param name of the account
 * @param group name of its own group
 */
public record TestUser(String name, String group, int uid, int gid) {

    /** The user of the tests' Apache children. */
    public static final TestUser APACHE = named("www-data");

    /** A user for daemon groups. */
    public static final TestUser GAMES = named("games");

    /** Another user for daemon groups. */
    public static final TestUser NEWS = named("news");

    /** Whether the tests run as root. */
    public static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of a group by its name. */
    public static int groupId(String name) {
        return Integer.parseInt(line("/etc/group", name).get(2));
    }

    private static TestUser named(String name) {
        List<String> fields = line("/etc/passwd", name);
        int gid = Integer.parseInt(fields.get(3));
        try (Stream<String> lines = Files.lines(Path.of("/etc/group"))) {
            String group = lines.map(line -> line.split(":", -1))
                    .filter(entry -> Integer.parseInt(entry[2]) == gid)
                    .map(entry -> entry[0])
                    .findFirst()
                    .orElseThrow();
            return new TestUser(name, group, Integer.parseInt(fields.get(2)), gid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> line(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.map(line -> List.of(line.split(":", -1)))
                    .filter(fields -> fields.get(0).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
