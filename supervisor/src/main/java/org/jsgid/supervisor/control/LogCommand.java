package org.jsgid.supervisor.control;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jsgid.supervisor.diagnostics.Utf8Pieces;

/**
 * Shows the lines of Apache's error log that are about one group: what its monitor says of it, and what its daemons
 * print. The log is opened as the monitor's user, and nothing else of it is shown.
 */
final class LogCommand {

    /** Read at a time; a line of a monitor is shorter. */
    private static final int BLOCK = 64 * 1024;

    /** More of the end of a log than this is not searched. */
    private static final long FURTHEST_BACK = 256L << 20;

    private static final Duration LOOK = Duration.ofMillis(300);
    private static final Duration SAY_SOMETHING = Duration.ofSeconds(2);

    private final Path log;
    private final Pattern own;
    private final String group;

    /** Lines of that group. */
    LogCommand(Path log, String group) {
        this.log = log;
        this.group = group;
        // As ApacheErrorLogLayout and ServerLog write them, and httpd the module's; a daemon's own words come after
        // that.
        this.own = Pattern.compile(
                "\\[[^]]*\\] \\[jsgid:[a-z0-9]+\\] \\[pid [0-9:a-z ]+\\] (\\([0-9]+\\)[^\\[]*: )?(\\[[a-z]+ [^]]*\\] )*"
                        + "JSGID[0-9]{4}: \\[group " + Pattern.quote(group) + "\\] .*",
                Pattern.DOTALL);
    }

    /** Sends the last lines, and goes on with those that come when that is wanted. */
    void answer(int lines, boolean isFollowed, ControlCommands.ReplyLines reply) {
        try (Reader reader = new Reader(log)) {
            Deque<String> last = reader.last(lines, own);
            while (!last.isEmpty()) {
                if (!reply.send(ControlCodec.output(last.removeFirst() + "\n"))) {
                    return;
                }
            }
            if (isFollowed && !follow(reader, reply)) {
                return;
            }
        } catch (IOException e) {
            reply.send(ControlCodec.error("JSGID0386", "failed", "the log " + log + " cannot be read: " + e));
            return;
        }
        JsonObject result = new JsonObject();
        result.addProperty("group", group);
        result.addProperty("file", log.toString());
        reply.send(ControlCodec.result(result));
    }

    /** Ends when nobody listens any more. */
    private boolean follow(Reader reader, ControlCommands.ReplyLines reply) throws IOException {
        long said = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            for (String line : reader.next()) {
                if (own.matcher(line).matches() && !reply.send(ControlCodec.output(line + "\n"))) {
                    return false;
                }
            }
            if (System.nanoTime() - said > SAY_SOMETHING.toNanos()) {
                said = System.nanoTime();
                if (!reply.send(ControlCodec.progress("waits for lines"))) {
                    return false;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK.toMillis()));
        }
        return true;
    }

    /** A log that others append to, and that is renamed now and then. */
    private static final class Reader implements AutoCloseable {
        private final Path path;
        private RandomAccessFile file;
        private Optional<Object> key;
        private final StringBuilder unfinished = new StringBuilder();
        private Utf8Pieces text = new Utf8Pieces();

        Reader(Path path) throws IOException {
            this.path = path;
            this.file = new RandomAccessFile(path.toFile(), "r");
            this.key = key(path);
        }

        private static Optional<Object> key(Path path) {
            try {
                return Optional.ofNullable(
                        Files.readAttributes(path, BasicFileAttributes.class).fileKey());
            } catch (IOException renamed) {
                return Optional.empty();
            }
        }

        /** The last lines of a kind that stand in the log now; the place is then its end. */
        Deque<String> last(int most, Pattern kind) throws IOException {
            Deque<String> found = new ArrayDeque<>();
            long end = file.length();
            long place = end;
            byte[] open = new byte[0];
            while (place > 0 && found.size() < most && end - place < FURTHEST_BACK) {
                int count = (int) Math.min(BLOCK, place);
                place -= count;
                byte[] block = new byte[count + open.length];
                file.seek(place);
                file.readFully(block, 0, count);
                System.arraycopy(open, 0, block, count, open.length);
                open = collect(block, place == 0, found, most, kind);
            }
            file.seek(end);
            return found;
        }

        /** Takes the whole lines of a block from its end; returns the beginning of it, whose line began before it. */
        private static byte[] collect(byte[] block, boolean isFirst, Deque<String> found, int most, Pattern kind) {
            int end = block.length;
            for (int i = block.length - 1; i >= 0 && found.size() < most; i--) {
                if (block[i] == '\n') {
                    add(block, i + 1, end, found, kind);
                    end = i;
                }
            }
            if (isFirst && found.size() < most) {
                add(block, 0, end, found, kind);
            }
            byte[] rest = new byte[end > 4 * BLOCK ? 0 : end];
            System.arraycopy(block, 0, rest, 0, rest.length);
            return rest;
        }

        private static void add(byte[] block, int from, int end, Deque<String> found, Pattern kind) {
            String line = new String(block, from, Math.max(0, end - from), StandardCharsets.UTF_8);
            if (kind.matcher(line).matches()) {
                found.addFirst(line);
            }
        }

        /** The whole lines that have come since. */
        List<String> next() throws IOException {
            Deque<String> lines = new ArrayDeque<>();
            byte[] block = new byte[BLOCK];
            int count;
            while ((count = file.read(block)) > 0) {
                byte[] read = Arrays.copyOf(block, count);
                unfinished.append(text.next(read));
                for (int end; (end = unfinished.indexOf("\n")) >= 0; unfinished.delete(0, end + 1)) {
                    lines.addLast(unfinished.substring(0, end));
                }
                if (unfinished.length() > 4 * BLOCK) {
                    unfinished.setLength(0);
                }
            }
            reopenWhenReplaced();
            return List.copyOf(lines);
        }

        private void reopenWhenReplaced() throws IOException {
            Optional<Object> now = key(path);
            boolean isTruncated = file.getFilePointer() > file.length();
            if (now.isEmpty() || (Objects.equals(now, key) && !isTruncated)) {
                return;
            }
            file.close();
            file = new RandomAccessFile(path.toFile(), "r");
            key = now;
            unfinished.setLength(0);
            text = new Utf8Pieces();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
