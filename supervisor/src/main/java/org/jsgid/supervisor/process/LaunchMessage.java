package org.jsgid.supervisor.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.ManagementCodec;

/** What launcher and daemon are told about themselves, in the forms of {@code CONTROL.md}. Pure. */
public final class LaunchMessage {

    private LaunchMessage() {}

    /**
     * What the monitor knows and no definition says.
     *
     * @param switchUser whether the monitor is root, so that the launcher has something to give up
     * @param apachePid Apache's parent; 0: not known
     * @param openFiles limit of a definition that sets none; 0: as the launcher has it
     * @param cgroup folder of the cgroup that the daemon enters
     */
    public record Surroundings(boolean switchUser, int apachePid, long openFiles, Optional<Path> cgroup) {}

    /**
     * The launch message, with its byte count.
     *
     * @param temporary inside the group's root folder when it has one of its own, as every path that the daemon is told
     * @param archives folder of the archives of the group's classes, likewise; empty: none
     * @param memo for the keeper, which gives it to the next monitor
     */
    public static byte[] launch(
            GroupDefinition group,
            LaunchPlan plan,
            Path temporary,
            Optional<Path> archives,
            Path jsgidHome,
            Surroundings surroundings,
            String memo) {
        Pairs pairs = new Pairs();
        pairs.add("exec", plan.executable().toString());
        pairs.add("arg", group.jvm().displayName());
        plan.arguments().forEach(argument -> pairs.add("arg", argument));
        plan.environment().forEach((name, value) -> pairs.add("env", name + "=" + value));
        GroupDefinition.Account account = group.account();
        if (surroundings.switchUser()) {
            account.uid().ifPresent(uid -> pairs.add("uid", Long.toString(uid)));
            account.gid().ifPresent(gid -> pairs.add("gid", Long.toString(gid)));
            account.user().ifPresent(user -> pairs.add("user", user));
            account.supplementary().forEach(gid -> pairs.add("group", Long.toString(gid)));
            group.place().chroot().ifPresent(root -> pairs.add("chroot", root));
        }
        pairs.add("umask", Integer.toOctalString(group.place().umask()));
        group.place()
                .workingDirectory()
                .ifPresentOrElse(
                        folder -> pairs.add("directory", folder),
                        () -> account.home().ifPresent(home -> pairs.add("home", home)));
        if (group.place().niceness() != 0) {
            pairs.add("nice", Integer.toString(group.place().niceness()));
        }
        long openFiles = group.limits().openFiles() > 0 ? group.limits().openFiles() : surroundings.openFiles();
        if (openFiles > 0) {
            pairs.add("limit", "nofile=" + openFiles);
        }
        pairs.add("temporary", temporary.toString());
        archives.ifPresent(folder -> pairs.add("archives", folder.toString()));
        pairs.add("readable", jsgidHome.resolve("lib/daemon").toString());
        surroundings.cgroup().ifPresent(folder -> pairs.add("cgroup", folder.toString()));
        pairs.add("name", group.name());
        pairs.add("memo", memo);
        if (surroundings.apachePid() > 0) {
            pairs.add("apache-pid", Integer.toString(surroundings.apachePid()));
        }
        pairs.add("alone", Long.toString(group.timeouts().shutdown().toSeconds()));
        return pairs.message();
    }

    /**
     * The lines that tell a daemon its settings and applications, and let it start.
     *
     * @param generation the number of its generation
     * @param number the daemon's among the processes of its group
     */
    public static String settings(
            GroupDefinition group,
            int generation,
            int number,
            List<ApplicationKey> applications,
            Path temporary,
            Optional<Path> archives,
            Path jsgidHome) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", group.name());
        fields.put("generation", Integer.toString(generation));
        fields.put("number", Integer.toString(number));
        fields.put("processes", Integer.toString(group.processes()));
        fields.put("multiprocess", group.multiprocess() ? "yes" : "no");
        fields.put("threads", Integer.toString(group.threads()));
        fields.put("queue-limit", Integer.toString(shareOf(group.queue().limit(), group.processes())));
        fields.put("queue-timeout", Long.toString(group.queue().timeout().toSeconds()));
        fields.put("request-timeout", Long.toString(group.timeouts().request().toSeconds()));
        fields.put("graceful-timeout", Long.toString(group.timeouts().graceful().toSeconds()));
        fields.put("shutdown-timeout", Long.toString(group.timeouts().shutdown().toSeconds()));
        fields.put("threading", group.threading());
        fields.put("temporary", temporary.toString());
        archives.ifPresent(folder -> fields.put("archives", folder.toString()));
        fields.put("home", jsgidHome.toString());
        group.place().listen().ifPresent(listen -> {
            int space = listen.indexOf(' ');
            fields.put("listen", space < 0 ? listen : listen.substring(0, space));
            fields.put("from", listen.substring(space + 1));
        });
        group.scriptUser().ifPresent(uid -> fields.put("script-user", Long.toString(uid)));
        group.scriptGroup().ifPresent(gid -> fields.put("script-group", Long.toString(gid)));
        StringBuilder lines = new StringBuilder(ManagementCodec.encode("group", fields)).append('\n');
        group.jvm().servletOptions().forEach((name, value) -> {
            Map<String, String> option = new LinkedHashMap<>();
            option.put("name", name);
            option.put("value", value);
            lines.append(ManagementCodec.encode("servlet-option", option)).append('\n');
        });
        for (ApplicationKey application : applications) {
            Map<String, String> key = new LinkedHashMap<>();
            key.put("file", application.file());
            key.put("mount", application.mount());
            key.put("application-group", application.applicationGroup());
            key.put("preload", "yes");
            lines.append(ManagementCodec.encode("application", key)).append('\n');
        }
        return lines.append("start\n").toString();
    }

    /** A limit counts for the whole group; each process gets its share, rounded up. */
    private static int shareOf(int limit, int processes) {
        return (int) ((limit + processes - 1L) / processes);
    }

    /** The environment of a group's daemons: what every process expects, then {@code JsgiEnvironment}. */
    public static Map<String, String> environment(GroupDefinition group, Path temporary) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("TMPDIR", temporary.toString());
        group.account().user().ifPresent(user -> {
            environment.put("USER", user);
            environment.put("LOGNAME", user);
        });
        group.account().home().ifPresent(home -> environment.put("HOME", home));
        environment.putAll(group.jvm().environment());
        return environment;
    }

    /** {@code key\0value\0} pairs. */
    private static final class Pairs {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);

        void add(String key, String value) {
            bytes.writeBytes(key.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
            bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }

        byte[] message() {
            ByteArrayOutputStream message = new ByteArrayOutputStream(bytes.size() + 8);
            message.writeBytes((bytes.size() + "\n").getBytes(StandardCharsets.US_ASCII));
            message.writeBytes(bytes.toByteArray());
            return message.toByteArray();
        }
    }
}
