package org.jsgid.harness.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.TestUser;

/** The server under fault injection: three groups on two JDKs, and what can be changed of it. */
final class Server {

    /** The groups and how many processes each has. */
    static final Map<String, Integer> GROUPS = new TreeMap<>(Map.of("one", 1, "two", 2, "mixed", 1));

    private static final String BROKEN = "this is no application";

    private final Httpd httpd = new Httpd("faults");
    private final Path marks = httpd.root().resolve("marks");
    private final int firstJdk;
    private final int secondJdk;
    private final Map<String, Integer> runtimes = new TreeMap<>();
    private final Map<Target, Integer> versions = new EnumMap<>(Target.class);
    private final Map<Target, Path> files = new EnumMap<>(Target.class);

    /** Prepares it; nothing is started. */
    Server(List<InstalledJdks.Jdk> jdks) {
        firstJdk = jdks.get(0).feature();
        secondJdk = jdks.get(1).feature();
        jdks.forEach(jdk -> httpd.addProfile("jdk-" + jdk.feature(), jdk));
        try {
            Files.createDirectory(marks);
            Files.setPosixFilePermissions(marks, PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.writeString(file(Target.STATIC.path()), Traffic.STATIC_TEXT);
            Files.writeString(file(Target.SLOW_STATIC_PATH), Traffic.SLOW_STATIC_TEXT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Target target : List.of(Target.ONE, Target.TWO, Target.MIXED)) {
            String name = "Work" + target.group().substring(0, 1).toUpperCase(Locale.ROOT)
                    + target.group().substring(1);
            Path file = Apps.folder(httpd).resolve(name + ".java");
            files.put(target, file);
            versions.put(target, 1);
            Apps.replace(file, source(target));
        }
        files.put(Target.WAR, Apps.war(httpd, "faults-war", Apps.ServletGeneration.JAKARTA61));
        versions.put(Target.WAR, 1);
        home();
    }

    private Path file(String path) {
        return httpd.documents().resolve(path.substring(1));
    }

    Httpd httpd() {
        return httpd;
    }

    Path marks() {
        return marks;
    }

    Path forensicLog() {
        return httpd.root().resolve("forensic.log");
    }

    /** Gives every group the JDK that it had at first; takes effect at the next graceful restart. */
    synchronized void home() {
        runtimes.putAll(Map.of("one", firstJdk, "two", secondJdk, "mixed", firstJdk));
        configure();
    }

    /** Moves a group to the other JDK; takes effect at the next graceful restart. */
    synchronized void switchJdk(String group) {
        runtimes.merge(group, 0, (present, ignored) -> present == firstJdk ? secondJdk : firstJdk);
        configure();
    }

    /** The feature version of the group's JDK, as configured. */
    synchronized int runtime(String group) {
        return runtimes.get(group);
    }

    /** Replaces an application's file by a later version, and returns that. */
    synchronized int deploy(Target target) {
        int version = versions.merge(target, 1, Integer::sum);
        if (target == Target.WAR) {
            Apps.repack(
                    files.get(target),
                    Map.of(
                            "version.txt",
                            version + "\n",
                            "WEB-INF/web.xml",
                            Apps.ServletGeneration.JAKARTA61.translate(Apps.source("faults-war/web/WEB-INF/web.xml"))));
        } else {
            Apps.replace(files.get(target), source(target));
        }
        return version;
    }

    /** Replaces an application's file by one that cannot be loaded. */
    synchronized void deployBroken(Target target) {
        if (target == Target.WAR) {
            Apps.repack(files.get(target), Map.of("WEB-INF/web.xml", BROKEN));
        } else {
            Apps.replace(files.get(target), BROKEN);
        }
    }

    /** The version that was deployed last. */
    synchronized int version(Target target) {
        return versions.get(target);
    }

    /** The daemons of a group that run, oldest first. */
    List<ProcessTree.Entry> daemons(String group) {
        return processes("jsgid: " + group);
    }

    /** The monitors that run, or that of one profile. */
    List<ProcessTree.Entry> monitors() {
        return processes("jsgid-monitor ");
    }

    /** The server's processes whose argument 0 begins so, oldest first; those that are given to init too. */
    private List<ProcessTree.Entry> processes(String title) {
        return ProcessTree.all().values().stream()
                .filter(entry -> title.endsWith(" ")
                        ? entry.title().startsWith(title)
                        : entry.title().equals(title))
                .filter(entry -> entry.arguments().stream()
                        .anyMatch(argument -> argument.contains(httpd.root().toString())))
                .sorted(Comparator.comparingLong(ProcessTree.Entry::started))
                .toList();
    }

    private String source(Target target) {
        String name = files.get(target).getFileName().toString().replace(".java", "");
        return Apps.source("faults/Work.java")
                .replace("class Work ", "class " + name + " ")
                .replace("VERSION = \"1\"", "VERSION = \"" + versions.get(target) + "\"");
    }

    private void configure() {
        HttpdConf conf = new HttpdConf()
                .module("log_forensic")
                .module("ratelimit")
                .add(
                        "<Location " + Target.SLOW_STATIC_PATH + ">",
                        "SetOutputFilter RATE_LIMIT",
                        "SetEnv rate-limit " + Traffic.SLOW_STATIC_KILOBYTES_A_SECOND,
                        "</Location>")
                .add("ForensicLog forensic.log")
                .add(
                        "LogFormat \"%{%T}t.%{msec_frac}t %P %X %>s %B %D \\\"%r\\\"\" faults",
                        "CustomLog requests.log faults");
        GROUPS.forEach((group, processes) -> conf.group(
                group,
                "JsgiRuntime " + runtimes.get(group),
                "JsgiProcesses " + processes,
                "JsgiEnvironment FAULTS_MARKS \"" + marks + "\"",
                TestUser.isRoot() && group.equals("two") ? "JsgiUser " + TestUser.GAMES.name() : ""));
        files.forEach((target, file) -> conf.mount(target.path(), file, target.group()));
        httpd.configure(conf);
    }
}
