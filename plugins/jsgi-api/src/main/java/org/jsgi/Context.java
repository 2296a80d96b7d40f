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

    /** Most requests that run at the same time in this process, at least 1. */
    int threads();

    /** A folder that exists, belongs to this process alone, and is removed when it ends. */
    File temporaryFolder();

    /** Writes a line to the log of the daemon group. Lines of a request belong to {@link Request#log(String)}. */
    void log(String message);
}
