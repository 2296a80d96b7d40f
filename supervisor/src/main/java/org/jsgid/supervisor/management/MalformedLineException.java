package org.jsgid.supervisor.management;

import java.io.IOException;

/** A line that does not keep to the format; whoever sent it is not trusted further. */
public final class MalformedLineException extends IOException {

    private static final long serialVersionUID = 1L;

    /** With what is wrong with the line. */
    public MalformedLineException(String message) {
        super(message);
    }
}
