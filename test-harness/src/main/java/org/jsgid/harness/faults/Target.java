package org.jsgid.harness.faults;

/** What is asked: an application of a group, or (the control) a file that Apache serves itself. */
enum Target {
    /** A single process. */
    ONE("/one", "one"),
    /** A group of two processes, on another JDK. */
    TWO("/two", "two"),
    /** A JSGI application beside a WAR in one process. */
    MIXED("/mixed", "mixed"),
    /** A WAR beside a JSGI application in one process. */
    WAR("/war", "mixed"),
    /** No application: what fails here is not jsgid's doing. */
    STATIC("/static.txt", "");

    /** A file of the control that is sent slowly. */
    static final String SLOW_STATIC_PATH = "/slowly.txt";

    private final String path;
    private final String group;

    Target(String path, String group) {
        this.path = path;
        this.group = group;
    }

    String path() {
        return path;
    }

    /** The name of its daemon group; empty for the control. */
    String group() {
        return group;
    }
}
