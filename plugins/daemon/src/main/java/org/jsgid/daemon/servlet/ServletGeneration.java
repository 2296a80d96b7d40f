package org.jsgid.daemon.servlet;

/** What a web application was built for, and why we think so. */
public final class ServletGeneration {

    /** The package of the Servlet interface. */
    public enum Namespace {
        /** {@code javax.servlet}, up to Servlet 4.0. */
        JAVAX,
        /** {@code jakarta.servlet}, from Servlet 5.0 on. */
        JAKARTA
    }

    private final Namespace namespace;
    private final String version;
    private final String reason;

    ServletGeneration(Namespace namespace, String version, String reason) {
        this.namespace = namespace;
        this.version = version;
        this.reason = reason;
    }

    /** The package. */
    public Namespace namespace() {
        return namespace;
    }

    /** The version that the descriptor says, {@code 6.1}, or empty. */
    public String version() {
        return version;
    }

    /** What shows it, for people. */
    public String reason() {
        return reason;
    }

    /** Whether the descriptor asks for Servlet 6.1 or later. */
    boolean isAtLeast61() {
        int dot = version.indexOf('.');
        try {
            int major = Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
            int minor = dot < 0 ? 0 : Integer.parseInt(version.substring(dot + 1));
            return major > 6 || (major == 6 && minor >= 1);
        } catch (NumberFormatException none) {
            return false;
        }
    }

    @Override
    public String toString() {
        return namespace + (version.isEmpty() ? "" : " " + version) + " (" + reason + ")";
    }
}
