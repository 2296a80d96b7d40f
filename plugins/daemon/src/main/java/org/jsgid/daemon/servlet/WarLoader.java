package org.jsgid.daemon.servlet;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.app.Loader;
import org.jsgid.daemon.app.RejectedException;
import org.jsgid.daemon.app.RunningApplication;
import org.jsgid.daemon.fcgi.RequestExchange;

/**
 * Loads web applications. A container is started with the first application that needs it, once for each of its
 * generations; its jars are in a class loader of their own, below the daemon's.
 */
public final class WarLoader implements Loader {

    private final File containers;
    private final int feature;
    private final ContainerSettings settings;
    private final Map<ContainerChoice, ServletContainer> started = new EnumMap<>(ContainerChoice.class);

    /**
     * With containers in folders below that one.
     *
     * @param feature the JDK's feature version
     */
    public WarLoader(File containers, int feature, ContainerSettings settings) {
        this.containers = containers;
        this.feature = feature;
        this.settings = settings;
    }

    @Override
    public RunningApplication load(ApplicationKey key) throws RejectedException {
        File file = new File(key.file());
        ServletGeneration generation;
        ServletOption wanted;
        try {
            generation = ContainerDetector.detect(file);
            wanted = ServletOptions.of(file, settings).find("container");
        } catch (IllegalArgumentException e) {
            throw new RejectedException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new RejectedException("it is not a web application that can be read: " + e.getMessage(), e);
        }
        ServletContainer container = container(
                wanted == null
                        ? ContainerChoice.of(generation, feature)
                        : ContainerChoice.asWritten(wanted, feature));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(container.getClass().getClassLoader());
        try {
            return new Running(container.deploy(file, key.mount(), settings), container.name());
        } catch (Exception | LinkageError e) {
            throw new RejectedException(
                    container.name() + " (" + generation + ") does not start it: " + reason(e), DaemonLog.trace(e), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static String reason(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private synchronized ServletContainer container(ContainerChoice choice) throws RejectedException {
        ServletContainer container = started.get(choice);
        if (container == null) {
            container = open(choice);
            started.put(choice, container);
        }
        return container;
    }

    private ServletContainer open(ContainerChoice choice) throws RejectedException {
        File folder = new File(containers, choice.folder());
        File[] jars = folder.listFiles((where, name) -> name.endsWith(".jar"));
        if (jars == null || jars.length == 0) {
            throw new RejectedException(
                    "it needs " + choice.folder() + ", and " + folder + " has no jars; install that part of jsgid");
        }
        Arrays.sort(jars);
        // Lives as long as the process.
        ClassLoader loader = new URLClassLoader(urls(jars), WarLoader.class.getClassLoader());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Iterator<ServletContainer> found =
                    ServiceLoader.load(ServletContainer.class, loader).iterator();
            if (!found.hasNext()) {
                throw new RejectedException("no jar in " + folder + " has a servlet container of jsgid");
            }
            return found.next();
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new RejectedException(
                    "the container in " + folder + " cannot be loaded: " + e, DaemonLog.trace(e), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL[] urls(File[] jars) throws RejectedException {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            try {
                urls[i] = jars[i].toURI().toURL();
            } catch (MalformedURLException e) {
                throw new RejectedException("the container's jar " + jars[i] + " has no URL", e);
            }
        }
        return urls;
    }

    /** Stops the containers, after their applications. */
    public synchronized void close() {
        for (ServletContainer container : started.values()) {
            container.close();
        }
        started.clear();
    }

    private static final class Running implements RunningApplication {
        private final ServletApplication application;
        private final String container;

        Running(ServletApplication application, String container) {
            this.application = application;
            this.container = container;
        }

        @Override
        public void service(RequestExchange exchange) throws IOException {
            application.service(exchange);
        }

        @Override
        public void drain() {
            application.drain();
        }

        @Override
        public void stop() {
            application.stop();
        }

        @Override
        public String kind() {
            return "war";
        }

        @Override
        public String container() {
            return container;
        }
    }
}
