package org.jsgi;

import java.io.File;

/** What the server tells an application when it is loaded. Does not change; may be kept and used by any thread. */
public interface Context {

    /** The file the application was loaded from: an absolute path of a {@code .jar} or {@code .java} file. */
    File file();

    /** The name of the daemon group, as {@code jsgi.group}. */
    String group();

    /** The application group, as {@code jsgi.application_group}; empty when the application has one of its own. */
    String applicationGroup();

    /** Whether requests are handled by several threads at once, as {@code jsgi.multithread}. */
    boolean isMultithread();

    /** Whether other processes may serve this application too, as {@code jsgi.multiprocess}. */
    boolean isMultiprocess();

    /**
     * The number of this process among those of its group, from 1; a process that takes another's place has its number. So it
     * is a name for what an application keeps for each process, such as a share of its work. As {@code jsgi.process}.
     */
    default int process() {
        return 1;
    }

    /** Most requests that run at the same time in this process, at least 1. */
    int threads();

    /** A folder that exists, belongs to this process alone, and is removed when it ends. */
    File temporaryFolder();

    /** Writes a line to the log of the daemon group. Lines of a request belong to {@link Request#log(String)}. */
    void log(String message);
}
