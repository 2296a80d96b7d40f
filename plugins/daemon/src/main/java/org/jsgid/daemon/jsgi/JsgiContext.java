package org.jsgid.daemon.jsgi;

import java.io.File;
import org.jsgi.Context;
import org.jsgid.daemon.DaemonLog;

final class JsgiContext implements Context {

    private final JsgiSettings settings;
    private final File file;
    private final String applicationGroup;
    private final File temporaryFolder;

    JsgiContext(JsgiSettings settings, File file, String applicationGroup, File temporaryFolder) {
        this.settings = settings;
        this.file = file;
        this.applicationGroup = applicationGroup;
        this.temporaryFolder = temporaryFolder;
    }

    @Override
    public File file() {
        return file;
    }

    @Override
    public String group() {
        return settings.group;
    }

    @Override
    public String applicationGroup() {
        return applicationGroup;
    }

    @Override
    public boolean isMultithread() {
        return settings.threads > 1;
    }

    @Override
    public boolean isMultiprocess() {
        return settings.isMultiprocess;
    }

    @Override
    public int process() {
        return settings.process;
    }

    @Override
    public int threads() {
        return settings.threads;
    }

    @Override
    public File temporaryFolder() {
        return temporaryFolder;
    }

    @Override
    public void log(String message) {
        DaemonLog.plain(file.getName() + ": " + message);
    }
}
