package org.jsgid.tomcat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Keeps a request in the application httpd has chosen for it. Tomcat chooses by path; a path such as
 * {@code /shop/..;/admin/} could else lead from one application to another, past httpd's access control.
 */
final class MountValve extends ValveBase {

    MountValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        ExchangeProcessor processor = (ExchangeProcessor) request.getCoyoteRequest().getNote(ExchangeProcessor.NOTE);
        if (request.getContext() != null && !request.getContext().equals(processor.context())) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        SessionRoute.follow(request);
        getNext().invoke(request, response);
    }
}
