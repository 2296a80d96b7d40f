package org.jsgid.tomcat;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.Host;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardEngine;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.core.StandardService;

/**
 * One Tomcat service: a connector without socket (one more for each set of settings that differs), an engine and one host that answers to every name. A container has one,
 * and another for each further application with a context path that is taken (the same path in two virtual hosts).
 */
final class TomcatService {

    private static final String HOST = "localhost";

    private final String name;
    private final int threads;
    private final Service service = new StandardService();
    private final Host host;
    private final Map<ConnectorSettings, JsgidProtocolHandler> handlers = new HashMap<>();

    /** Makes the service and adds it to the server, which starts it when it runs already. */
    TomcatService(Server server, String name, File appBase, int threads) {
        this.name = name;
        this.threads = threads;
        host = new StandardHost();
        host.setName(HOST);
        host.setAppBase(appBase.getPath());
        // What is deployed is the daemon's to decide, not what lies in a folder.
        host.setAutoDeploy(false);
        host.setDeployOnStartup(false);

        Engine engine = new StandardEngine();
        engine.setName(name);
        engine.setDefaultHost(HOST);
        engine.getPipeline().addValve(new MountValve());
        engine.addChild(host);

        service.setName(name);
        service.setContainer(engine);
        handler(ConnectorSettings.stock());
        server.addService(service);
    }

    /**
     * The handler of a connector with these settings.
     *
     * @throws IllegalArgumentException when one of them is a mistake
     */
    JsgidProtocolHandler handler(ConnectorSettings settings) {
        JsgidProtocolHandler handler = handlers.get(settings);
        if (handler == null) {
            handler = addConnector(settings);
            handlers.put(settings, handler);
        }
        return handler;
    }

    private JsgidProtocolHandler addConnector(ConnectorSettings settings) {
        String id = handlers.isEmpty() ? name : name + "-" + (handlers.size() + 1);
        JsgidProtocolHandler handler = new JsgidProtocolHandler(id, threads);
        Connector connector = new Connector(handler);
        connector.setThrowOnFailure(true);
        // A thread of an application that outlives its request must not write to the next one. Tomcat 9 asks for it.
        connector.setDiscardFacades(true);
        // Remote names are what httpd says, see ExchangeProcessor; nothing is looked up here.
        connector.setEnableLookups(true);

        settings.applyTo(connector, handler);
        service.addConnector(connector);
        return handler;
    }

    Host host() {
        return host;
    }

    boolean hasRoomFor(String contextPath) {
        for (org.apache.catalina.Container child : host.findChildren()) {
            if (((Context) child).getPath().equals(contextPath)) {
                return false;
            }
        }
        return true;
    }
}
