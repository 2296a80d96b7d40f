package org.jsgid.tomcat;

import org.apache.catalina.Lifecycle;
import org.apache.catalina.core.StandardContext;

/**
 * What an installed Tomcat 11.0 has in its configuration files beyond what its helper class for embedding sets. Called
 * after the listener that reads the application's descriptors was added. A {@code web.xml} for all applications, when
 * there is one, has its say instead of the one that is not there.
 */
final class StockSettings {

    private StockSettings() {}

    static void applyTo(StandardContext context, boolean hasWebXml) {
        if (!hasWebXml) {
            context.addLifecycleListener(event -> {
                if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                    useUtf8UnlessConfigured(context);
                }
            });
        }
        // These look for leaks of a stopped application in JDK internals, which need open modules, and warn when those
        // are closed. A renewed application is a new process; what leaks ends with the old one.
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesThreadLocals(false);
    }

    /** The web.xml of the application has been read by now. */
    private static void useUtf8UnlessConfigured(StandardContext context) {
        if (context.getRequestCharacterEncoding() == null) {
            context.setRequestCharacterEncoding("UTF-8");
        }
        if (context.getResponseCharacterEncoding() == null) {
            context.setResponseCharacterEncoding("UTF-8");
        }
    }
}
