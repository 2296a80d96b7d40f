package org.jsgid.daemon.fcgi;

import java.io.IOException;

/** The peer has closed the connection or aborted the request: nobody waits for the answer. */
public final class ClientGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    ClientGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
