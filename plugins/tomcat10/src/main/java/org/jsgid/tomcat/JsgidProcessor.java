package org.jsgid.tomcat;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletConnection;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.ServletConnectionImpl;

/** What of the processor differs between the branches of Tomcat: here 10.1, Servlet 6.0, {@code jakarta}. */
final class JsgidProcessor extends ExchangeProcessor {

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
            request.setAttribute(SSLSupport.PROTOCOL_VERSION_KEY, protocol);
        }
    }
}
