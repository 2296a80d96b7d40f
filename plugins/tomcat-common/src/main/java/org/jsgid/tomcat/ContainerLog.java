package org.jsgid.tomcat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.juli.logging.LogFactory;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.fcgi.CurrentExchange;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.Severity;

/**
 * Where Tomcat's messages go. Tomcat logs through {@code java.util.logging}, which belongs to the whole JVM, so this
 * touches as little of it as it can: Tomcat's own loggers are kept at warnings (and what applications write with
 * {@code ServletContext.log}) and print to the error log of the site whose request the thread answers, else to the daemon's
 * log, a line a record with its level. What applications log with
 * {@code java.util.logging} goes the way it went, in the same line format. When the administrator has configured
 * {@code java.util.logging} with its system properties nothing is changed.
 *
 * <p>While an application starts, the records of the starting thread are collected: the only place where Tomcat says
 * why a context did not start.
 */
final class ContainerLog {

    private static final String CONTEXT_LOGGERS = "org.apache.catalina.core.ContainerBase";
    private static final List<String> TOMCAT_LOGGERS = Collections.unmodifiableList(Arrays.asList(
            "org.apache.catalina",
            "org.apache.coyote",
            "org.apache.el",
            "org.apache.jasper",
            "org.apache.juli",
            "org.apache.naming",
            "org.apache.tomcat",
            "org.jsgid.tomcat"));

    /** Held, since loggers that nobody holds lose their levels and handlers. */
    private static final List<Logger> HELD = new ArrayList<>();

    private static final ThreadLocal<List<LogRecord>> COLLECTING = new ThreadLocal<>();

    private ContainerLog() {}

    /** Sets up the loggers of this class loader's Tomcat, once. */
    static synchronized void route() {
        if (!HELD.isEmpty()) {
            return;
        }
        // Tomcat sets the console's formatter when its log is first used; do what follows after that.
        LogFactory.getLog(ContainerLog.class);
        boolean configured = System.getProperty("java.util.logging.config.file") != null
                || System.getProperty("java.util.logging.config.class") != null;
        Formatter lines = new LineFormatter();
        if (!configured) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                if (handler instanceof ConsoleHandler) {
                    handler.setFormatter(lines);
                }
            }
        }
        for (String name : TOMCAT_LOGGERS) {
            Logger logger = Logger.getLogger(name);
            // The daemon may run two generations of Tomcat, each with a copy of this class.
            boolean printed = Arrays.stream(logger.getHandlers())
                    .anyMatch(handler -> handler.getClass().getName().equals(Recorder.class.getName()));
            logger.addHandler(new Recorder(configured || printed ? null : lines));
            if (!configured) {
                logger.setLevel(Level.WARNING);
                logger.setUseParentHandlers(false);
            }
            HELD.add(logger);
        }
        if (!configured) {
            Logger contexts = Logger.getLogger(CONTEXT_LOGGERS);
            contexts.setLevel(Level.INFO);
            HELD.add(contexts);
            // Warns when random numbers took a tenth of a second, which on a busy machine is every start.
            Logger random = Logger.getLogger("org.apache.catalina.util.SessionIdGeneratorBase");
            random.setLevel(Level.SEVERE);
            HELD.add(random);
            // Says at each start of an application with welcome files of its own that its context is not known yet.
            Logger mapper = Logger.getLogger("org.apache.catalina.mapper.Mapper");
            mapper.setLevel(Level.OFF);
            HELD.add(mapper);
        }
    }

    /** Begins to collect the warnings and errors that this thread logs. */
    static void startCollecting() {
        COLLECTING.set(new ArrayList<>());
    }

    /** What was collected; collecting has ended. */
    static List<LogRecord> stopCollecting() {
        List<LogRecord> records = COLLECTING.get();
        COLLECTING.remove();
        return records == null ? Collections.emptyList() : records;
    }

    private static final class Recorder extends Handler {

        private final Formatter format;

        Recorder(Formatter format) {
            this.format = format;
        }

        @Override
        public void publish(LogRecord logRecord) {
            if (logRecord.getLevel().intValue() >= Level.WARNING.intValue()) {
                List<LogRecord> records = COLLECTING.get();
                if (records != null) {
                    records.add(logRecord);
                }
            }
            if (format != null) {
                String text = format.format(logRecord).trim();
                Exchange exchange = CurrentExchange.get();
                if (exchange != null) {
                    exchange.log(severity(logRecord), text);
                } else {
                    DaemonLog.plain(text);
                }
            }
        }

        /** What ServletContext.log has written comes as INFO, and somebody wanted it to be seen. */
        private static Severity severity(LogRecord logRecord) {
            Severity severity = Severity.of(logRecord.getLevel());
            return severity == Severity.INFO ? Severity.NOTICE : severity;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Level, logger and message in a line; the stack trace of a throwable below it. */
    private static final class LineFormatter extends Formatter {

        @Override
        public String format(LogRecord logRecord) {
            StringBuilder line = new StringBuilder(128)
                    .append(logRecord.getLevel().getName())
                    .append(' ')
                    .append(logRecord.getLoggerName())
                    .append(": ")
                    .append(formatMessage(logRecord).replace("\r", "").replace("\n", " | "))
                    .append('\n');
            if (logRecord.getThrown() != null) {
                StringWriter trace = new StringWriter();
                logRecord.getThrown().printStackTrace(new PrintWriter(trace, true));
                line.append(trace);
            }
            return line.toString();
        }
    }
}
