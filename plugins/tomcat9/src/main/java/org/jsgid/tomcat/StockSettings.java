package org.jsgid.tomcat;

import org.apache.catalina.core.StandardContext;

/**
 * What an installed Tomcat 9.0 has in its configuration files beyond what its helper class for embedding sets. Called
 * after the listener that reads the application's descriptors was added.
 */
final class StockSettings {

    private StockSettings() {}

    static void applyTo(StandardContext context, boolean hasWebXml) {
        // These look for leaks of a stopped application in JDK internals, which need open modules, and warn when those
        // are closed. A renewed application is a new process; what leaks ends with the old one.
        context.setClearReferencesObjectStreamClassCaches(false);
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesThreadLocals(false);
    }
}
