package org.jsgid.daemon.fcgi;

import java.util.logging.Level;

/** How serious a line for the error log is; the numbers are syslog's (RFC 5424, section 6.2.1), which are httpd's too. */
public enum Severity {
    /** What went wrong. */
    ERROR(3),
    /** What may go wrong. */
    WARNING(4),
    /** What an administrator wants to see though nothing is wrong; httpd writes it to a file whatever LogLevel is. */
    NOTICE(5),
    /** What is worth knowing. */
    INFO(6),
    /** For those who look for a fault. */
    DEBUG(7);

    private final int number;

    Severity(int number) {
        this.number = number;
    }

    /** The nearest to a level of {@code java.util.logging}. */
    public static Severity of(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return ERROR;
        }
        if (value >= Level.WARNING.intValue()) {
            return WARNING;
        }
        return value >= Level.INFO.intValue() ? INFO : DEBUG;
    }

    /** The text with {@code <N>} before each of its lines, each ended. */
    String mark(String text) {
        StringBuilder marked = new StringBuilder(text.length() + 16);
        int at = 0;
        do {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                end = text.length();
            }
            marked.append('<').append(number).append('>').append(text, at, end).append('\n');
            at = end + 1;
        } while (at < text.length());
        return marked.toString();
    }
}
