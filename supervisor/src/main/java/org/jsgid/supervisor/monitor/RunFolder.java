package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run folder as one monitor sees it; the layout is in {@code CONTROL.md}.
 *
 * @param folder the run folder
 * @param profile the monitor's profile
 */
record RunFolder(Path folder, String profile) {

    private static final Pattern SOCKET = Pattern.compile("(.+)\\.(\\d{1,9})\\.sock");

    Path monitors() {
        return folder.resolve("monitors");
    }

    Path config() {
        return folder.resolve("monitors").resolve(profile + ".conf");
    }

    Path managementSocket() {
        return folder.resolve("monitors").resolve(profile + ".sock");
    }

    Path stateFile() {
        return folder.resolve("monitors").resolve(profile + ".state");
    }

    Path controlSocket() {
        return folder.resolve("control").resolve(profile + ".sock");
    }

    Path routes() {
        return folder.resolve("groups");
    }

    Path sockets() {
        return folder.resolve("sockets");
    }

    Path crashes() {
        return folder.resolve("crashes");
    }

    Path temporary() {
        return folder.resolve("tmp");
    }

    /** Who owns the run folder, and with it the server. */
    long ownerUid() throws IOException {
        return ((Integer) Files.getAttribute(folder, "unix:uid")).longValue() & 0xFFFF_FFFFL;
    }

    /** The profile of another monitor that is configured with a group. */
    Optional<String> otherMonitorOf(String group) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("monitors"), "*.conf")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                // Groups without a runtime are listed like a monitor's, but there is none.
                if (!name.equals("no-runtime.conf")
                        && !file.equals(config())
                        && MonitorConfigReader.groupNames(file).contains(group)) {
                    return Optional.of(name.substring(0, name.length() - ".conf".length()));
                }
            }
        } catch (IOException e) {
            // A run folder that cannot be read has no other monitors that could take over.
        }
        return Optional.empty();
    }

    /** Sockets of a group, by whichever monitor. */
    List<Path> socketsOf(String group) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(sockets())) {
            for (Path file : files) {
                Matcher matcher = SOCKET.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches() && matcher.group(1).equals(group)) {
                    paths.add(file);
                }
            }
        } catch (IOException e) {
            // There are none, then.
        }
        return paths;
    }

    /** The highest generation of a group that has a socket, 0 when none has. */
    int highestGeneration(String group) {
        int highest = 0;
        for (Path socket : socketsOf(group)) {
            Matcher matcher = SOCKET.matcher(String.valueOf(socket.getFileName()));
            if (matcher.matches()) {
                highest = Math.max(highest, Integer.parseInt(matcher.group(2)));
            }
        }
        return highest;
    }
}
