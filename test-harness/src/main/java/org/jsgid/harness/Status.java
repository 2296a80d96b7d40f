package org.jsgid.harness;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The status document of CONTROL.md, asked from the monitors directly: waiting for a state must not cost a JVM per
 * look. That {@code jsgid-ctl status --json} says the same has a test of its own.
 */
public record Status(List<Monitor> monitors, List<Group> groups) {

    /** A monitor. Sizes in bytes. */
    public record Monitor(String profile, int feature, long pid, String state, String startedAt, long rssBytes) {}

    /** A daemon group. */
    public record Group(
            String name,
            String runtime,
            String profile,
            String javaVersion,
            String user,
            String state,
            int generation,
            String reason,
            long retryAfterSeconds,
            Queue queue,
            List<Application> applications,
            List<DaemonProcess> processes,
            LastExit lastExit) {

        /** The processes of its current generation that are ready. */
        public List<DaemonProcess> ready() {
            return processes == null
                    ? List.of()
                    : processes.stream()
                            .filter(process -> "ready".equals(process.state()) && process.generation() == generation)
                            .toList();
        }

        /** Their process ids, in order. */
        public List<Long> pids() {
            return ready().stream().map(DaemonProcess::pid).sorted().toList();
        }
    }

    /** The requests of a group that wait for a thread. */
    public record Queue(int length, int limit, long oldestMillis) {}

    /** An application of a group. */
    public record Application(
            String file,
            String mount,
            String applicationGroup,
            String state,
            String container,
            String reason,
            long loadMillis) {}

    /** A daemon. */
    public record DaemonProcess(
            long pid,
            int number,
            int generation,
            String state,
            String startedAt,
            long requests,
            int activeRequests,
            int upgraded,
            int threads,
            long rssBytes,
            long heapUsedBytes,
            long heapMaxBytes,
            double cpuSeconds,
            Step step,
            String renewal) {}

    /** The step that a start is at. */
    public record Step(String name, long sinceMillis) {}

    /** How a daemon of the group ended last: with an exit status, or by a signal ({@code SIGKILL}). */
    public record LastExit(
            long pid,
            Integer status,
            String signal,
            String reason,
            List<String> log,
            String crashFile,
            String heapDump,
            String at) {}

    private static final Gson GSON = new Gson();

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

    /** Asks every monitor of a run folder; one that does not answer is left out. */
    public static Status of(Path runDir) throws IOException {
        List<Monitor> monitors = new ArrayList<>();
        List<Group> groups = new ArrayList<>();
        for (Path socket : sockets(runDir)) {
            Status one = ask(socket).orElse(new Status(List.of(), List.of()));
            monitors.addAll(one.monitors() == null ? List.of() : one.monitors());
            groups.addAll(one.groups() == null ? List.of() : one.groups());
        }
        return new Status(monitors, groups);
    }

    /** Asks every monitor of a run folder; empty when one of them does not answer. */
    static Optional<Status> ofAll(Path runDir) throws IOException {
        Status status = of(runDir);
        return status.monitors().size() == sockets(runDir).size() ? Optional.of(status) : Optional.empty();
    }

    private static List<Path> sockets(Path runDir) throws IOException {
        Path control = runDir.resolve("control");
        if (!Files.isDirectory(control)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(control)) {
            return files.filter(file -> file.toString().endsWith(".sock"))
                    .sorted()
                    .toList();
        }
    }

    /** The group of that name. */
    public Group group(String name) {
        return groups.stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no group " + name + " in " + this));
    }

    /** The monitor of that profile. */
    public Monitor monitor(String profile) {
        return monitors.stream()
                .filter(monitor -> monitor.profile().equals(profile))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no monitor " + profile + " in " + this));
    }

    private static Optional<Status> ask(Path socket) {
        long until = System.nanoTime() + Await.scaled(ANSWERS_WITHIN).toNanos();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("{\"command\":\"status\"}\n".getBytes(StandardCharsets.UTF_8)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(65536);
            int count = 0;
            while (count >= 0 && !line.toString(StandardCharsets.UTF_8).contains("\n")) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0 || selector.select(left) == 0) {
                    // Stopped, or stuck.
                    return Optional.empty();
                }
                selector.selectedKeys().clear();
                count = channel.read(buffer);
                line.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            JsonObject reply = JsonParser.parseString(line.toString(StandardCharsets.UTF_8))
                    .getAsJsonObject();
            return Optional.ofNullable(GSON.fromJson(reply.get("result"), Status.class));
        } catch (IOException | IllegalStateException e) {
            // A monitor that is just starting or has been killed.
            return Optional.empty();
        }
    }
}
