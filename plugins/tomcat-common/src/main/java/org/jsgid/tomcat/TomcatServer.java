package org.jsgid.tomcat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.management.MBeanServer;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardServer;
import org.apache.catalina.startup.ExpandWar;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;

/**
 * A started Tomcat server and its services. Its folder (CATALINA_BASE) is below the daemon's work folder and goes when it
 * is closed. Not thread-safe: {@link TomcatContainer} holds the lock.
 */
final class TomcatServer {

    private static final String STRING_CACHE = "tomcat.util.buf.StringCache.byte.enabled";

    private final File base;
    private final String name;
    private final Tomcat tomcat;
    private final List<TomcatService> services = new ArrayList<>();
    private final int threads;

    static {
        // As an installed Tomcat has it in catalina.properties: texts that come again and again are decoded once.
        if (System.getProperty(STRING_CACHE) == null) {
            System.setProperty(STRING_CACHE, "true");
        }
    }

    /**
     * Starts a server without applications.
     *
     * @param product {@code tomcat10}: the name of its folder, of its threads and of its MBeans' domain
     * @param workFolder the daemon's
     * @param threads most requests at the same time
     */
    TomcatServer(String product, File workFolder, int threads) throws IOException, LifecycleException {
        this.threads = threads;
        base = newFolder(workFolder, product);
        registerUrlHandlers();
        tomcat = new Tomcat();
        tomcat.setBaseDir(base.getPath());
        tomcat.enableNaming();
        StandardServer server = (StandardServer) tomcat.getServer();
        server.removeService(server.findServices()[0]);
        // The daemon's end must not wait for Tomcat's own threads.
        server.setUtilityThreadsAsDaemon(true);
        // Applications see the container's classes; the system class loader does not have them.
        server.setParentClassLoader(new ContainerClassLoader(TomcatServer.class.getClassLoader()));
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        // Several containers of a JVM share its MBeans, and have only this object in common.
        synchronized (beans) {
            name = freeDomain(beans, product);
            addService();
            server.start();
        }
    }

    private static File newFolder(File parent, String product) throws IOException {
        if (!parent.isDirectory() && !parent.mkdirs() && !parent.isDirectory()) {
            throw new IOException("cannot make the work folder " + parent);
        }
        File folder = new File(parent, product);
        for (int i = 2; !folder.mkdir(); i++) {
            if (!folder.exists()) {
                throw new IOException("cannot make the folder " + folder);
            }
            folder = new File(parent, product + "-" + i);
        }
        return folder.getCanonicalFile();
    }

    private static String freeDomain(MBeanServer beans, String product) {
        List<String> taken = Arrays.asList(beans.getDomains());
        String domain = product;
        for (int i = 2; taken.contains(domain); i++) {
            domain = product + "-" + i;
        }
        return domain;
    }

    /**
     * For {@code war:} addresses. A JVM takes one factory only; when another generation of Tomcat has given its own, that
     * one serves both.
     */
    private static void registerUrlHandlers() {
        try {
            TomcatURLStreamHandlerFactory.register();
        } catch (Error alreadyRegistered) {
            TomcatURLStreamHandlerFactory.disable();
        }
    }

    /** A service in which the context path is free. */
    TomcatService serviceFor(String contextPath) {
        for (TomcatService service : services) {
            if (service.hasRoomFor(contextPath)) {
                return service;
            }
        }
        return addService();
    }

    private TomcatService addService() {
        String suffix = services.isEmpty() ? "" : "." + (services.size() + 1);
        File appBase = new File(base, "webapps" + suffix);
        if (!appBase.mkdir()) {
            throw new IllegalStateException("cannot make the folder " + appBase);
        }
        TomcatService service = new TomcatService(tomcat.getServer(), name + suffix, appBase, threads);
        services.add(service);
        return service;
    }

    /** Stops all applications and deletes the server's folder. */
    void close() throws LifecycleException {
        try {
            tomcat.stop();
            tomcat.destroy();
        } finally {
            ExpandWar.delete(base);
        }
    }
}
