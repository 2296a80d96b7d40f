package org.jsgid.daemon;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/** The daemon's log: standard error, which the monitor reads line by line and marks with group and process. */
public final class DaemonLog {

    /** Kept from the start: an application may set {@link System#err} to something else. */
    private static final PrintStream OUT = System.err;

    private DaemonLog() {}

    /** Called before something else becomes the standard error: from here on the present one is kept. */
    static void keep() {}

    /** A message for administrators, with its id. */
    public static void line(String id, String text) {
        OUT.println(id + ": " + text);
    }

    /** A line as it is, for what applications log. */
    public static void plain(String text) {
        OUT.println(text);
    }

    /** The stack trace as text; a throwable that cannot be printed does no harm. */
    public static String trace(Throwable cause) {
        try {
            StringWriter text = new StringWriter();
            PrintWriter writer = new PrintWriter(text);
            cause.printStackTrace(writer);
            writer.flush();
            return text.toString();
        } catch (RuntimeException | Error e) {
            return cause.getClass().getName() + " (its stack trace cannot be printed: "
                    + e.getClass().getName() + ")";
        }
    }
}
