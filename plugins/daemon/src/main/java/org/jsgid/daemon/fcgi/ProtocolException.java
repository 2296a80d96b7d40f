package org.jsgid.daemon.fcgi;

import java.io.IOException;

/** The peer sent what is not FastCGI, or more than the limits of PROTOCOL.md allow. The connection is closed. */
public final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says what was read and what would have been right. */
    public ProtocolException(String message) {
        super(message);
    }
}
