package org.jsgid.daemon.jsgi;

import java.io.File;

/** What JSGI applications are told about the daemon. */
public final class JsgiSettings {

    final String group;
    final int threads;
    final boolean isMultiprocess;
    final int process;
    final File workFolder;
    final File classFolder;

    /**
     * The same for all applications of a daemon.
     *
     * @param process number of this process among those of its group
     * @param workFolder exists; applications get folders below it
     * @param classFolder where compiled classes are kept for the next start; null: nowhere
     */
    public JsgiSettings(
            String group, int threads, boolean isMultiprocess, int process, File workFolder, File classFolder) {
        this.group = group;
        this.threads = threads;
        this.isMultiprocess = isMultiprocess;
        this.process = process;
        this.workFolder = workFolder;
        this.classFolder = classFolder;
    }
}
