package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a monitor leaves to the next one of its profile: {@code instance = …}, {@code stopped = GROUP}, {@code generation = GROUP NUMBER},
 * {@code socket = FILE NAME}, {@code daemon = GROUP GENERATION KEEPER-PID PID START-TIME STATE}.
 *
 * @param instance which Apache it belonged to: another one starts everything that is configured
 * @param stopped groups that somebody stopped
 * @param generations the highest generation of each group
 * @param sockets names of the sockets that this monitor made and has not removed
 * @param daemons processes that live, as far as known
 */
record MonitorState(
        String instance,
        Set<String> stopped,
        Map<String, Integer> generations,
        Set<String> sockets,
        List<Daemon> daemons) {

    /**
     * A daemon and its keeper.
     *
     * @param keeper pid of the keeper
     * @param pid of the daemon; 0 while it is not known
     * @param keeperStart start time of the keeper, which tells it from a later process of the same pid
     * @param state as status says it
     */
    record Daemon(String group, int generation, long keeper, long pid, long keeperStart, String state) {

        /** Reads a value, {@code GROUP GENERATION KEEPER-PID PID START-TIME STATE}. */
        static Daemon parse(String value) {
            String[] fields = value.split(" ", 7);
            return new Daemon(
                    fields[0],
                    Integer.parseInt(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[4]),
                    fields[5]);
        }

        /** Whether its keeper lives, which outlives the daemon until a monitor has come. */
        boolean isKept() {
            return ProcessStart.of(keeper).orElse(-1) == keeperStart;
        }

        @Override
        public String toString() {
            return group + " " + generation + " " + keeper + " " + pid + " " + keeperStart + " " + state;
        }
    }

    MonitorState {
        stopped = Set.copyOf(stopped);
        generations = Map.copyOf(generations);
        sockets = Set.copyOf(sockets);
        daemons = List.copyOf(daemons);
    }

    /** What is known of a process that comes from a former monitor. */
    Optional<Daemon> daemonOfKeeper(long keeper) {
        return daemons.stream().filter(daemon -> daemon.keeper() == keeper).findFirst();
    }

    /** What a former monitor left; nothing when there was none. What cannot be read is passed over. */
    static MonitorState read(Path file) {
        String instance = "";
        Set<String> stopped = new TreeSet<>();
        Map<String, Integer> generations = new TreeMap<>();
        Set<String> sockets = new TreeSet<>();
        List<Daemon> daemons = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int equals = line.indexOf(" = ");
                if (equals < 0) {
                    continue;
                }
                String value = line.substring(equals + 3);
                switch (line.substring(0, equals)) {
                    case "instance" -> instance = value;
                    case "stopped" -> stopped.add(value);
                    case "socket" -> sockets.add(value);
                    case "daemon" -> daemons.add(Daemon.parse(value));
                    case "generation" -> {
                        int space = value.lastIndexOf(' ');
                        generations.put(value.substring(0, space), Integer.valueOf(value.substring(space + 1)));
                    }
                    default -> {
                        // A newer monitor may have known more.
                    }
                }
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Written by a monitor that was killed, or not at all: generations then follow from the sockets' names.
        }
        return new MonitorState(instance, stopped, generations, sockets, daemons);
    }

    /** Writes it in place of the former, at once or not at all. */
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder("format = 1\n");
        text.append("instance = ").append(instance).append('\n');
        new TreeSet<>(stopped)
                .forEach(group -> text.append("stopped = ").append(group).append('\n'));
        new TreeMap<>(generations)
                .forEach((group, number) -> text.append("generation = ")
                        .append(group)
                        .append(' ')
                        .append(number)
                        .append('\n'));
        new TreeSet<>(sockets)
                .forEach(name -> text.append("socket = ").append(name).append('\n'));
        daemons.forEach(daemon -> text.append("daemon = ").append(daemon).append('\n'));
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
