package org.jsgid.supervisor.group;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A group's address, {@code groups/NAME.sock}: a symbolic link that names the socket of the generation that serves, or
 * says why none does. Each change is one rename, so that whoever reads it sees the old or the new, never nothing.
 */
public final class Route {

    private final Path link;
    private final Path temporary;

    /** The route of a group in the folder of routes. */
    public Route(Path folder, String group) {
        this.link = folder.resolve(group + ".sock");
        this.temporary = folder.resolve("." + group + ".sock.new");
    }

    /** Requests go to that socket, which is in the folder beside that of the routes. */
    public void pointTo(Path socket) throws IOException {
        replace(target(socket));
    }

    /** Requests are answered 503 at once. */
    public void unavailable(GroupState state, Duration retryAfter) throws IOException {
        long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
        replace("unavailable:" + state.word() + ":" + seconds);
    }

    /** The group is no more. */
    public void remove() throws IOException {
        Files.deleteIfExists(link);
    }

    /** Whether requests go to that socket now. */
    public boolean pointsTo(Path socket) {
        return text().filter(target(socket)::equals).isPresent();
    }

    /** The socket's file name that requests go to now; empty when there is none. */
    public Optional<String> socketName() {
        return text().filter(text -> !text.startsWith("unavailable:"))
                .map(text -> text.substring(text.lastIndexOf('/') + 1));
    }

    private Optional<String> text() {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Not a link: somebody else's file; it is replaced at the next change.
            return Optional.empty();
        }
    }

    private static String target(Path socket) {
        return "../sockets/" + socket.getFileName();
    }

    private void replace(String target) throws IOException {
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, Path.of(target));
        Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
