package org.jsgid.daemon.app;

import static java.util.Objects.requireNonNull;

/**
 * Which instance of an application answers: a web application is started once for each mount, for its context path is
 * part of it; a JSGI application is told its mount with each request and is loaded once.
 */
public final class ApplicationKey {

    private final String file;
    private final String mount;
    private final String applicationGroup;

    /**
     * An application.
     *
     * @param file absolute path
     * @param mount where it starts in the URL space; empty for the root
     * @param applicationGroup empty: one of its own
     */
    public ApplicationKey(String file, String mount, String applicationGroup) {
        this.file = requireNonNull(file, "file");
        this.mount = requireNonNull(mount, "mount");
        this.applicationGroup = requireNonNull(applicationGroup, "applicationGroup");
    }

    /** The same for what decides which instance answers. */
    ApplicationKey ofInstance() {
        return mount.isEmpty() || !isJsgi(file) ? this : new ApplicationKey(file, "", applicationGroup);
    }

    static boolean isJsgi(String file) {
        return file.endsWith(".java") || file.endsWith(".jar");
    }

    /** Absolute path. */
    public String file() {
        return file;
    }

    /** Where it starts in the URL space; empty for the root. */
    public String mount() {
        return mount;
    }

    /** The application group; empty: one of its own. */
    public String applicationGroup() {
        return applicationGroup;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof ApplicationKey)) {
            return false;
        }
        ApplicationKey key = (ApplicationKey) other;
        return file.equals(key.file) && mount.equals(key.mount) && applicationGroup.equals(key.applicationGroup);
    }

    @Override
    public int hashCode() {
        return (file.hashCode() * 31 + mount.hashCode()) * 31 + applicationGroup.hashCode();
    }

    @Override
    public String toString() {
        return file
                + (mount.isEmpty() ? "" : " at " + mount)
                + (applicationGroup.isEmpty() ? "" : " in application group " + applicationGroup);
    }
}
