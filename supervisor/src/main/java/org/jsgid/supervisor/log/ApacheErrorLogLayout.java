package org.jsgid.supervisor.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Lines in the form of Apache's error log, since that is usually where they stand. One event is one line: control
 * characters are written {@code \xNN} as httpd does, so that nothing a daemon prints can look like another line.
 */
public final class ApacheErrorLogLayout extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss.SSSSSS yyyy", Locale.ENGLISH);

    private final long pid;
    private final ZoneId zone;

    /** Lines of the process with that pid, with times of that zone. */
    public ApacheErrorLogLayout(long pid, ZoneId zone) {
        this.pid = pid;
        this.zone = zone;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append('[')
                .append(TIME.format(ZonedDateTime.ofInstant(event.getInstant(), zone)))
                .append("] [jsgid:")
                .append(levelName(event.getLevel()))
                .append("] [pid ")
                .append(pid)
                .append("] ");
        appendPrintable(line, event.getFormattedMessage());
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return line.toString();
    }

    private static String levelName(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "error";
            case Level.WARN_INT -> "warn";
            case Level.INFO_INT -> "notice";
            default -> "debug";
        };
    }

    private static void appendPrintable(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t' || (c >= ' ' && c != 0x7f)) {
                line.append(c);
            } else {
                line.append(String.format("\\x%02x", (int) c));
            }
        }
    }
}
