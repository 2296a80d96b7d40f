package org.jsgid.supervisor.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to Apache's error log, or to descriptor 2. Set up by program, not by a file of Logback's: the log
 * follows Apache's {@code ErrorLog}, and a monitor reads no XML.
 */
public final class LogSetup {

    private LogSetup() {}

    /**
     * Opens the log anew, which is also how a rotated file is followed.
     *
     * @param file the error log, when it is a file; else, or when it cannot be written, descriptor 2 is used
     * @return why the file could not be used
     */
    public static synchronized Optional<String> logTo(Optional<Path> file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Optional<String> problem = file.flatMap(LogSetup::whyNotWritable);
        OutputStreamAppender<ILoggingEvent> appender;
        if (file.isPresent() && problem.isEmpty()) {
            FileAppender<ILoggingEvent> toFile = new FileAppender<>();
            toFile.setFile(file.get().toString());
            // Others append to the same file: a line is flushed with one write, never rewritten.
            toFile.setAppend(true);
            appender = toFile;
        } else {
            appender = new OutputStreamAppender<>();
        }
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        ApacheErrorLogLayout layout =
                new ApacheErrorLogLayout(ProcessHandle.current().pid(), ZoneId.systemDefault());
        layout.setContext(context);
        layout.start();
        encoder.setLayout(layout);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setImmediateFlush(true);
        if (!(appender instanceof FileAppender)) {
            appender.setOutputStream(new FileOutputStream(FileDescriptor.err));
        }
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        // An appender that is replaced closes its stream; descriptor 2 must stay open for the JVM's own messages.
        appender.start();
        var former = root.getAppender("log");
        appender.setName("log");
        root.addAppender(appender);
        if (former != null) {
            root.detachAppender(former);
            if (former instanceof FileAppender) {
                former.stop();
            }
        }
        return problem;
    }

    private static Optional<String> whyNotWritable(Path file) {
        Path folder = file.getParent();
        if (Files.exists(file) ? !Files.isWritable(file) : folder == null || !Files.isWritable(folder)) {
            return Optional.of("this user may not write " + file);
        }
        return Optional.empty();
    }
}
