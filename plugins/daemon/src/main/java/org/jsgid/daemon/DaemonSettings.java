package org.jsgid.daemon;

import java.io.File;
import java.util.Map;
import org.jsgid.daemon.app.OwnerCheck;
import org.jsgid.daemon.manage.ManagementLine;
import org.jsgid.daemon.servlet.ContainerSettings;

/** What the monitor says about the group ({@code group} in CONTROL.md). */
final class DaemonSettings implements ContainerSettings {

    private final String group;
    private final boolean isMultiprocess;
    private final int processes;
    private final int number;
    private final int generation;
    private final int threads;
    private final int queueLimit;
    private final int queueTimeout;
    private final int requestTimeout;
    private final int gracefulTimeout;
    private final int shutdownTimeout;
    private final boolean isVirtual;
    private final OwnerCheck ownerCheck;
    private final File home;
    private final String listen;
    private final String listenFrom;
    private final File archives;
    private final File workFolder;
    private final Map<String, String> servletOptions;

    DaemonSettings(ManagementLine line, Map<String, String> servletOptions, File workFolder) {
        this.group = line.field("name");
        this.isMultiprocess = line.field("multiprocess").equals("yes");
        this.processes = Math.max(1, line.number("processes", 1));
        this.generation = line.number("generation", 0);
        this.number = Math.max(1, line.number("number", 1));
        this.threads = Math.max(1, line.number("threads", 15));
        this.queueLimit = line.number("queue-limit", 100);
        this.queueTimeout = line.number("queue-timeout", 45);
        this.requestTimeout = line.number("request-timeout", 0);
        this.gracefulTimeout = line.number("graceful-timeout", 120);
        this.shutdownTimeout = Math.max(1, line.number("shutdown-timeout", 5));
        this.isVirtual = line.field("threading").equals("virtual");
        this.ownerCheck = new OwnerCheck(id(line.field("script-user")), id(line.field("script-group")));
        this.home = new File(line.field("home"));
        this.archives = line.field("archives").isEmpty() ? null : new File(line.field("archives"));
        this.listen = line.field("listen");
        this.listenFrom = line.field("from");
        this.workFolder = workFolder;
        this.servletOptions = servletOptions;
    }

    /** A user's or group's id: 32 bits without sign. */
    private static long id(String field) {
        return field.isEmpty() ? -1 : Long.parseLong(field);
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public int threads() {
        return threads;
    }

    @Override
    public File workFolder() {
        return workFolder;
    }

    @Override
    public Map<String, String> servletOptions() {
        return servletOptions;
    }

    @Override
    public void log(String line) {
        DaemonLog.plain(line);
    }

    @Override
    public boolean isMultiprocess() {
        return isMultiprocess;
    }

    @Override
    public int process() {
        return number;
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public File sharedFolder() {
        return new File(workFolder.getParentFile(), "shared");
    }

    @Override
    public int processes() {
        return processes;
    }

    /** The folder of the group's archives, this user's alone; null: there is none. */
    File archives() {
        return archives;
    }

    int queueLimit() {
        return queueLimit;
    }

    /** Seconds; 0: no limit. */
    int queueTimeout() {
        return queueTimeout;
    }

    /** Seconds; 0: no limit. */
    int requestTimeout() {
        return requestTimeout;
    }

    /** Seconds. */
    int gracefulTimeout() {
        return gracefulTimeout;
    }

    /** Seconds, at least 1. */
    int shutdownTimeout() {
        return shutdownTimeout;
    }

    /** Whose application files are loaded. */
    OwnerCheck ownerCheck() {
        return ownerCheck;
    }

    boolean isVirtual() {
        return isVirtual;
    }

    /** A TCP address and port to listen on too; empty: none. */
    String listen() {
        return listen;
    }

    /** The addresses that may connect there, separated by commas, or {@code any}. */
    String listenFrom() {
        return listenFrom;
    }

    File home() {
        return home;
    }
}
