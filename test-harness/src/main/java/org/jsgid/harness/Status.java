package org.jsgid.harness;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            int generation,
            String state,
            String startedAt,
            long requests,
            int activeRequests,
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
            long pid, Integer status, String signal, String reason, List<String> log, String crashFile, String at) {}

    private static final Gson GSON = new Gson();

    /** Asks every monitor of a run folder; one that does not answer is left out. */
    public static Status of(Path runDir) throws IOException {
        List<Monitor> monitors = new ArrayList<>();
        List<Group> groups = new ArrayList<>();
        Path control = runDir.resolve("control");
        if (Files.isDirectory(control)) {
            List<Path> sockets;
            try (Stream<Path> files = Files.list(control)) {
                sockets = files.filter(file -> file.toString().endsWith(".sock"))
                        .sorted()
                        .toList();
            }
            for (Path socket : sockets) {
                Status one = ask(socket);
                monitors.addAll(one.monitors() == null ? List.of() : one.monitors());
                groups.addAll(one.groups() == null ? List.of() : one.groups());
            }
        }
        return new Status(monitors, groups);
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

    private static Status ask(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("{\"command\":\"status\"}\n".getBytes(StandardCharsets.UTF_8)));
            StringBuilder line = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(65536);
            while (line.indexOf("\n") < 0 && channel.read(buffer) >= 0) {
                buffer.flip();
                line.append(StandardCharsets.UTF_8.decode(buffer));
                buffer.clear();
            }
            JsonObject reply = JsonParser.parseString(line.toString()).getAsJsonObject();
            return GSON.fromJson(reply.get("result"), Status.class);
        } catch (IOException | IllegalStateException e) {
            // A monitor that is just starting or has been killed.
            return new Status(List.of(), List.of());
        }
    }
}
