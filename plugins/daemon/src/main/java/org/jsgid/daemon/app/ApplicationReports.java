package org.jsgid.daemon.app;

/** Who is told what happens to applications: the monitor. */
public interface ApplicationReports {

    /** Begins to load. */
    void loading(ApplicationKey key);

    /** Has loaded. */
    void loaded(ApplicationKey key, RunningApplication application, long millis);

    /** There is no such file. */
    void missing(ApplicationKey key);

    /** Did not load. */
    void rejected(ApplicationKey key, String reason);

    /** The file is another than what was loaded, and has not changed between two looks. */
    void changed(ApplicationKey key);
}
