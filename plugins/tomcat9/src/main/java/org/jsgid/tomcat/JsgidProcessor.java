package org.jsgid.tomcat;

import javax.servlet.RequestDispatcher;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.SSLSupport;

/** What of the processor differs between the branches of Tomcat: here 9.0, Servlet 4.0, {@code javax}. */
final class JsgidProcessor extends ExchangeProcessor {

    JsgidProcessor(JsgidProtocolHandler handler, Adapter adapter) {
        super(handler, adapter);
    }

    @Override
    void markStart() {
        request.setStartTime(System.currentTimeMillis());
    }

    @Override
    String errorAttribute() {
        return RequestDispatcher.ERROR_EXCEPTION;
    }

    static void setTlsProtocol(Request request, String protocol) {
        if (protocol != null && !protocol.isEmpty()) {
            request.setAttribute(SSLSupport.PROTOCOL_VERSION_KEY, protocol);
        }
    }
}
