package org.jsgid.tomcat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Why a web application did not start, in one sentence made of what Tomcat threw and logged. Tomcat often only logs the
 * reason and then says that there was one; records with an exception come first.
 */
final class StartFailure {

    private static final int MOST_REASONS = 3;

    private final Set<String> reasons = new LinkedHashSet<>();
    private Throwable cause;

    StartFailure(Throwable thrown, List<LogRecord> records) {
        List<LogRecord> withoutException = new ArrayList<>();
        for (LogRecord logged : records) {
            if (logged.getLevel().intValue() < Level.SEVERE.intValue()) {
                continue;
            }
            if (logged.getThrown() == null) {
                withoutException.add(logged);
            } else {
                add(logged.getMessage(), logged.getThrown());
            }
        }
        if (thrown != null && reasons.isEmpty()) {
            add(null, thrown);
        }
        if (reasons.isEmpty()) {
            for (LogRecord logged : withoutException) {
                reasons.add(logged.getMessage());
            }
        }
        if (cause == null) {
            cause = thrown;
        }
    }

    private void add(String message, Throwable thrown) {
        Throwable root = root(thrown);
        reasons.add(message == null ? root.toString() : message + ": " + root);
        if (cause == null) {
            cause = root;
        }
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (int depth = 0; root.getCause() != null && depth < 32; depth++) {
            root = root.getCause();
        }
        return root;
    }

    /** The reasons, the most telling first. */
    String reason() {
        if (reasons.isEmpty()) {
            return "Tomcat gives no reason";
        }
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (String reason : reasons) {
            if (count++ == MOST_REASONS) {
                break;
            }
            text.append(text.length() == 0 ? "" : "; ").append(reason);
        }
        return text.toString();
    }

    /** The exception behind it, or null. */
    Throwable cause() {
        return cause;
    }
}
