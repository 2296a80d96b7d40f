package org.jsgid.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small configuration: an MPM, and lines in the order in which they were added. What every server needs is added, and
 * the runtime on which the class is to run ({@link InstalledJdks#chosen}).
 */
public final class HttpdConf {

    /** The multi-processing modules of httpd. */
    public enum Mpm {
        /** Processes with threads; idle connections cost none. */
        EVENT,
        /** Processes with threads. */
        WORKER,
        /** A process for each connection. */
        PREFORK;

        String module() {
            return "mpm_" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern RUNTIME = Pattern.compile("JsgiRuntime (?:jdk-)?(\\d+)\\+?");

    private Mpm mpm = Mpm.EVENT;
    private boolean jsgid = true;
    private final List<String> modules = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    /** Chooses the MPM; event unless this is called. */
    public HttpdConf mpm(Mpm chosen) {
        mpm = chosen;
        return this;
    }

    /** Leaves mod_jsgid out, for comparison. */
    public HttpdConf withoutJsgid() {
        jsgid = false;
        return this;
    }

    /** Loads a module of httpd: {@code rewrite}. */
    public HttpdConf module(String name) {
        modules.add(name);
        return this;
    }

    /** Adds lines as they are; {@code ROOT} in them becomes the server root. */
    public HttpdConf add(String... text) {
        lines.addAll(List.of(text));
        return this;
    }

    /** Adds a daemon group: {@code group("shop", "JsgiRuntime 17", "JsgiUser games")}. */
    public HttpdConf group(String name, String... directives) {
        lines.add("<JsgiDaemonGroup " + name + ">");
        for (String directive : directives) {
            lines.add("    " + directive);
        }
        lines.add("</JsgiDaemonGroup>");
        return this;
    }

    /** Mounts an application in a group, so that it is loaded when the group starts. */
    public HttpdConf mount(String url, Object file, String group) {
        return add("JsgiScriptAlias " + url + " \"" + file + "\" process-group=" + group);
    }

    Mpm mpm() {
        return mpm;
    }

    /**
     * The feature versions of the runtimes that it names; of groups that name none, when the server says nothing either,
     * that of the newest long-term release, which they get.
     */
    SortedSet<Integer> features() {
        SortedSet<Integer> features = new TreeSet<>();
        boolean inGroup = false;
        boolean named = false;
        boolean left = false;
        for (String line : String.join("\n", lines).split("\n", -1)) {
            Matcher runtime = RUNTIME.matcher(line.strip());
            if (runtime.matches()) {
                features.add(Integer.parseInt(runtime.group(1)));
                named = true;
            } else if (line.startsWith("<JsgiDaemonGroup ")) {
                inGroup = true;
                named = false;
            } else if (inGroup && line.startsWith("</JsgiDaemonGroup>")) {
                left |= !named;
                inGroup = false;
            }
        }
        if (left && !isRuntimeNamed()) {
            features.add(InstalledJdks.chosen().orElseGet(InstalledJdks::newestLongTerm));
        }
        return features;
    }

    /** Whether a line outside groups names the runtime of groups that name none. */
    private boolean isRuntimeNamed() {
        return lines.stream().anyMatch(line -> line.startsWith("JsgiRuntime "));
    }

    /** The whole file. */
    String render(Httpd server, String logLevel) {
        StringBuilder text = new StringBuilder();
        line(text, "ServerRoot \"" + server.root() + "\"");
        line(text, "ServerName localhost");
        line(text, "Listen 127.0.0.1:" + server.port());
        line(text, "PidFile httpd.pid");
        line(text, "DefaultRuntimeDir .");
        line(text, "ErrorLog error.log");
        line(text, "LoadModule " + mpm.module() + "_module " + Httpd.MODULES.resolve("mod_" + mpm.module() + ".so"));
        List<String> all = new ArrayList<>(List.of("authz_core", "alias", "dir", "mime", "env", "setenvif"));
        all.addAll(modules);
        for (String module : all) {
            line(text, "LoadModule " + module + "_module " + Httpd.MODULES.resolve("mod_" + module + ".so"));
        }
        if (TestUser.isRoot()) {
            line(text, "User " + TestUser.APACHE.name());
            line(text, "Group " + TestUser.APACHE.group());
        }
        line(text, "TypesConfig /dev/null");
        line(text, "DocumentRoot \"" + server.documents() + "\"");
        line(text, "LogFormat \"%h \\\"%r\\\" %>s %b %D\" short");
        line(text, "CustomLog access.log short");
        line(text, "Timeout 60");
        // A small server: the tests share two processors.
        Map<Mpm, String> sizes = Map.of(
                Mpm.EVENT,
                        "StartServers 2\nThreadsPerChild 16\nMinSpareThreads 8\nMaxSpareThreads 48\nMaxRequestWorkers 64",
                Mpm.WORKER,
                        "StartServers 2\nThreadsPerChild 16\nMinSpareThreads 8\nMaxSpareThreads 48\nMaxRequestWorkers 64",
                Mpm.PREFORK, "StartServers 4\nMinSpareServers 4\nMaxSpareServers 16\nMaxRequestWorkers 32");
        line(text, sizes.get(mpm));
        if (jsgid) {
            line(text, "LoadModule jsgid_module " + Image.get().module());
            line(text, "LogLevel notice jsgid:" + logLevel);
            line(text, "JsgiHome \"" + Image.get().home() + "\"");
            line(text, "JsgiRunDir \"" + server.runDir() + "\"");
            if (lines.stream().noneMatch(each -> each.startsWith("JsgiArchiveAfter "))) {
                // Hundreds of servers live for a few seconds each: what they would make for their next start, none
                // would use.
                line(text, "JsgiArchiveAfter 0");
            }
            line(text, "JsgiProfileDir \"" + server.profileDir() + "\"");
            if (!isRuntimeNamed()) {
                InstalledJdks.chosen().ifPresent(feature -> line(text, "JsgiRuntime " + feature));
            }
        } else {
            line(text, "LogLevel notice");
        }
        for (String each : lines) {
            line(text, each.replace("ROOT", server.root().toString()));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
