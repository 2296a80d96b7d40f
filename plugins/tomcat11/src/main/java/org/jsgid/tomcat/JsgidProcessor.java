package org.jsgid.tomcat;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletConnection;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.ServletConnectionImpl;

/** What of the processor differs between the branches of Tomcat: here 11.0, Servlet 6.1, {@code jakarta}. */
final class JsgidProcessor extends ExchangeProcessor {

    /** The attribute of that name that applications on Tomcat 10.1 used; its constant is deprecated. */
    private static final String PROTOCOL_VERSION = "org.apache.tomcat.util.net.secure_protocol_version";

    JsgidProcessor(JsgidProtocolHandler handler, Adapter adapter) {
        super(handler, adapter);
    }

    @Override
    void markStart() {
        request.markStartTime();
    }

    @Override
    String errorAttribute() {
        return RequestDispatcher.ERROR_EXCEPTION;
    }

    /** The connection is httpd's to the client, of which only the protocol is known here. */
    @Override
    protected ServletConnection getServletConnection() {
        return new ServletConnectionImpl(
                "jsgid-" + Integer.toHexString(System.identityHashCode(this)), "unknown", "", request.scheme().equals("https"));
    }

    static void setTlsProtocol(Request request, String protocol) {
        if (protocol != null && !protocol.isEmpty()) {
            request.setAttribute(SSLSupport.SECURE_PROTOCOL_KEY, protocol);
            request.setAttribute(PROTOCOL_VERSION, protocol);
        }
    }
}
