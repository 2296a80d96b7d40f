package org.jsgid.tomcat;

import java.io.IOException;
import org.apache.catalina.Context;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.servlet.ServletApplication;

/** A context that has started, and the handler of the service it lives in. */
final class WebApplication implements ServletApplication {

    private final TomcatContainer container;
    private final JsgidProtocolHandler handler;
    private final Context context;

    WebApplication(TomcatContainer container, JsgidProtocolHandler handler, Context context) {
        this.container = container;
        this.handler = handler;
        this.context = context;
    }

    @Override
    public void service(Exchange exchange) throws IOException {
        RequestScope scope = context.getManager() instanceof HandoverManager
                ? ((HandoverManager) context.getManager()).newRequest()
                : RequestScope.NONE;
        handler.service(exchange, context, scope);
    }

    @Override
    public void drain() {
        if (context.getManager() instanceof HandoverManager) {
            ((HandoverManager) context.getManager()).handOver();
        }
    }

    @Override
    public void stop() {
        container.undeploy(context);
    }
}
