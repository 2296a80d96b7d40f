package org.jsgid.supervisor.monitor;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigProblemsException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With all problems, each a sentence that names the line. */
    public ConfigProblemsException(List<String> problems) {
        super(String.join("; ", problems));
    }
}
