package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.MalformedLineException;
import org.jsgid.supervisor.management.ManagementCodec;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * Reads {@code PROFILE.conf}, whose format is in {@code CONTROL.md}. Reads to the end and reports all that is wrong at
 * once. The module has checked what an administrator wrote; what is wrong here is a fault of one of the two programs.
 */
public final class MonitorConfigReader {

    private static final int FORMAT = 1;
    private static final long LARGEST_ID = 0xFFFF_FFFEL;
    /** 1 EiB: more than any machine has, and a quarter more is still a number. */
    private static final long LARGEST_SIZE = 1L << 60;

    private static final Pattern SPACES = Pattern.compile("[ \t]+");
    private static final Pattern GROUP_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    private final List<String> problems = new ArrayList<>();

    private MonitorConfigReader() {}

    /** Reads a file. */
    public static MonitorConfig read(Path file) throws ConfigProblemsException, IOException {
        return parse(Files.readString(file, StandardCharsets.UTF_8));
    }

    /** Reads the text of a file. */
    public static MonitorConfig parse(String text) throws ConfigProblemsException {
        MonitorConfigReader reader = new MonitorConfigReader();
        MonitorConfig config = reader.config(reader.sections(text));
        if (!reader.problems.isEmpty()) {
            throw new ConfigProblemsException(reader.problems);
        }
        return config;
    }

    /** Reads what a former monitor wrote down about a daemon. */
    static Memo memo(String text) throws ConfigProblemsException {
        MonitorConfigReader reader = new MonitorConfigReader();
        List<ConfigSection> sections = reader.sections(text);
        MonitorConfig config = reader.config(sections);
        ConfigSection head = sections.get(0);
        int generation = head.integer("generation", 0, 1, Integer.MAX_VALUE);
        int number = head.integer("number", 0, 0, 1000);
        Instant startedAt = reader.instant(head.text("started-at").orElse(""));
        if (config.groups().size() != 1) {
            head.problem("is about " + config.groups().size() + " groups, not one");
        }
        if (!reader.problems.isEmpty()) {
            throw new ConfigProblemsException(reader.problems);
        }
        List<ApplicationKey> handedOn = new ArrayList<>();
        List<String> files = head.all("handed-on-file");
        List<String> mounts = head.all("handed-on-mount");
        List<String> groups = head.all("handed-on-group");
        for (int i = 0; i < Math.min(files.size(), Math.min(mounts.size(), groups.size())); i++) {
            handedOn.add(new ApplicationKey(files.get(i), mounts.get(i), groups.get(i)));
        }
        return new Memo(
                config.instance(),
                config.groups().get(0),
                head.text("digest").orElse(""),
                generation,
                number,
                startedAt,
                head.text("jdk-build").orElse(""),
                handedOn);
    }

    private Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            problems.add("started-at = " + text + " is no time");
            return Instant.EPOCH;
        }
    }

    private List<ConfigSection> sections(String text) {
        List<ConfigSection> sections = new ArrayList<>();
        ConfigSection section = new ConfigSection("", 1, problems);
        sections.add(section);
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = new ConfigSection(line.substring(1, line.length() - 1), number, problems);
                sections.add(section);
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 0) {
                problems.add("line " + number + ": neither a section nor key = value");
                continue;
            }
            try {
                section.add(
                        line.substring(0, equals).strip(),
                        ManagementCodec.unescape(line.substring(equals + 1).strip()),
                        number);
            } catch (MalformedLineException e) {
                problems.add("line " + number + ": " + e.getMessage());
            }
        }
        return sections;
    }

    private MonitorConfig config(List<ConfigSection> sections) {
        ConfigSection head = sections.get(0);
        if (head.integer("format", 0, 0, Integer.MAX_VALUE) != FORMAT) {
            head.problem("format is not " + FORMAT + ": module and monitor are of different versions of jsgid");
        }
        GroupDefinition.Jdk jdk = jdk(head);
        List<GroupDefinition> groups = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 1; i < sections.size(); i++) {
            ConfigSection section = sections.get(i);
            if (section.title().startsWith("group ")) {
                List<ConfigSection> applications = sections.subList(i + 1, sections.size()).stream()
                        .takeWhile(following -> !following.title().startsWith("group "))
                        .filter(following -> following.title().startsWith("application "))
                        .toList();
                GroupDefinition group = group(section, jdk, applications);
                if (!names.add(group.name())) {
                    section.problem("group " + group.name() + " is defined twice");
                }
                groups.add(group);
            } else if (section.title().startsWith("application ") && groups.isEmpty()) {
                section.problem("[" + section.title() + "] stands before any group");
            }
        }
        return new MonitorConfig(
                head.text("instance").orElse(""),
                jdk,
                head.text("error-log").filter(path -> !path.isEmpty()).map(Path::of),
                head.integer("apache-uid", 0, 0, Integer.MAX_VALUE),
                head.integer("apache-pid", 0, 0, Integer.MAX_VALUE),
                head.integer("start-concurrency", 2, 1, 1000),
                head.text("cache-dir").filter(path -> path.startsWith("/")).map(Path::of),
                Duration.ofSeconds(head.integer("archive-after", 0, 0, 86400)),
                groups);
    }

    private GroupDefinition.Jdk jdk(ConfigSection head) {
        Path home = Path.of(head.required("java-home"));
        List<String> options = new ArrayList<>();
        for (String given : head.all("profile-java-options")) {
            SPACES.splitAsStream(given).filter(option -> !option.isEmpty()).forEach(options::add);
        }
        if (head.text("feature").isEmpty()) {
            head.required("feature");
        }
        return new GroupDefinition.Jdk(head.required("profile"), home, head.integer("feature", 0, 8, 999), options);
    }

    private static GroupDefinition group(
            ConfigSection section, GroupDefinition.Jdk jdk, List<ConfigSection> applications) {
        String name = section.title().substring("group ".length()).strip();
        if (!GROUP_NAME.matcher(name).matches()) {
            // It becomes part of paths.
            section.problem("'" + name + "' is no name for a group");
        }
        return new GroupDefinition(
                name,
                section.text("runtime").orElse(""),
                jdk,
                account(section),
                new GroupDefinition.Place(
                        section.octal("umask", 0022, 0777),
                        section.text("working-directory"),
                        section.text("chroot"),
                        section.integer("cpu-priority", 0, -20, 19),
                        section.text("listen")),
                new GroupDefinition.Jvm(
                        section.all("java-option"),
                        section.number("max-heap", 0, 0, Long.MAX_VALUE),
                        assignments(section, "environment"),
                        section.text("display-name").orElse("jsgid: " + name),
                        assignments(section, "servlet-option"),
                        section.flag("gc-log", false),
                        section.flag("heap-dump", false)),
                section.integer("processes", 1, 1, 1000),
                section.flag("multiprocess", false),
                section.integer("threads", 15, 1, 100_000),
                section.integer("listen-backlog", 100, 1, 1_000_000),
                new GroupDefinition.Queue(
                        section.integer("queue-limit", 100, 0, Integer.MAX_VALUE),
                        section.seconds("queue-timeout", 45)),
                timeouts(section),
                limits(section),
                section.flag("on-demand", false),
                section.oneOf("threading", "platform", "platform", "virtual"),
                section.oneOf("renew-stale", "now", "now", "idle", "never"),
                section.optionalNumber("script-user-uid", 0, LARGEST_ID),
                section.optionalNumber("script-group-gid", 0, LARGEST_ID),
                applications.stream().map(MonitorConfigReader::application).toList());
    }

    private static GroupDefinition.Account account(ConfigSection section) {
        return new GroupDefinition.Account(
                section.text("user"),
                section.optionalNumber("uid", 0, LARGEST_ID),
                section.optionalNumber("gid", 0, LARGEST_ID),
                section.numbers("supplementary-gid", 0, LARGEST_ID),
                section.text("home"));
    }

    private static GroupDefinition.Limits limits(ConfigSection section) {
        long soft = section.number("memory-limit", 0, 0, LARGEST_SIZE);
        long hard = section.number("memory-limit-hard", 0, 0, LARGEST_SIZE);
        return new GroupDefinition.Limits(
                section.seconds("restart-interval", 0),
                section.number("maximum-requests", 0, 0, Long.MAX_VALUE),
                section.seconds("cpu-time-limit", 0),
                soft,
                hard == 0 ? soft + soft / 4 : hard,
                section.integer("open-files", 0, 0, Integer.MAX_VALUE));
    }

    private static GroupDefinition.Timeouts timeouts(ConfigSection section) {
        Duration graceful = section.seconds("graceful-timeout", 120);
        Duration eviction = section.seconds("eviction-timeout", 0);
        return new GroupDefinition.Timeouts(
                section.seconds("startup-timeout", 60),
                section.seconds("request-timeout", 0),
                section.seconds("connect-timeout", 15),
                section.seconds("socket-timeout", 300),
                section.seconds("inactivity-timeout", 0),
                section.seconds("deadlock-timeout", 60),
                graceful,
                eviction.isZero() ? graceful : eviction,
                section.seconds("shutdown-timeout", 5));
    }

    /** A repeated key whose values are {@code NAME=value}. */
    private static Map<String, String> assignments(ConfigSection section, String key) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String assignment : section.all(key)) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                section.problem(key + " = " + assignment + " is not NAME=value");
            } else {
                found.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            }
        }
        return found;
    }

    private static ApplicationKey application(ConfigSection section) {
        return new ApplicationKey(
                section.required("file"),
                section.text("mount").orElse(""),
                section.text("application-group").orElse(""));
    }

    /** The groups that a file names, whatever else is in it; none when it cannot be read. */
    static Set<String> groupNames(Path file) {
        Set<String> names = new HashSet<>();
        try {
            Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.startsWith("[group ") && line.endsWith("]"))
                    .map(line -> line.substring("[group ".length(), line.length() - 1)
                            .strip())
                    .forEach(names::add);
        } catch (IOException e) {
            // No such monitor, or no more.
        }
        return names;
    }
}
