package org.jsgid.tomcat;

import java.io.IOException;
import org.apache.catalina.Engine;
import org.apache.catalina.Host;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.apache.catalina.connector.Request;
import org.jsgid.daemon.servlet.ContainerSettings;

/**
 * The route in a session's id: the number of its process behind the last dot, by which mod_jsgid finds the way back
 * ({@code JsgiSticky}). A session that has come to another process gets another route, and its client is told.
 */
final class SessionRoute {

    private SessionRoute() {}

    /** New sessions of that host's applications get the route to this process, when the group has several. */
    static void name(Host host, ContainerSettings settings) {
        if (settings.processes() > 1) {
            ((Engine) host.getParent()).setJvmRoute(Integer.toString(settings.process()));
        }
    }

    /** A session's id without its route. */
    static String base(String id) {
        int dot = id.lastIndexOf('.');
        if (dot <= 0 || dot == id.length() - 1) {
            return id;
        }
        for (int i = dot + 1; i < id.length(); i++) {
            if (id.charAt(i) < '0' || id.charAt(i) > '9') {
                return id;
            }
        }
        return id.substring(0, dot);
    }

    /** The id of a session in a process with that route. */
    static String withRoute(String base, String route) {
        return route == null ? base : base + "." + route;
    }

    /** Tells the client the id that its session has here, when it asked by one with another route. */
    static void follow(Request request) throws IOException {
        String id = request.getRequestedSessionId();
        if (id == null || request.getContext() == null) {
            return;
        }
        Manager manager = request.getContext().getManager();
        if (!(manager instanceof HandoverManager)) {
            return;
        }
        Session session = manager.findSession(id);
        if (session != null && session.isValid() && !session.getIdInternal().equals(id)) {
            request.changeSessionId(session.getIdInternal());
        }
    }
}
