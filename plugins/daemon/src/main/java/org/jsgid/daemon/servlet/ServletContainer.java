package org.jsgid.daemon.servlet;

import java.io.Closeable;
import java.io.File;

/**
 * A servlet container of one generation, driven by the daemon: found by {@link java.util.ServiceLoader} in a class
 * loader that holds the container's jars, whose parent is the daemon's.
 */
public interface ServletContainer extends Closeable {

    /** Name and version for status and logs: {@code Tomcat/10.1.55}. */
    String name();

    /**
     * Starts a web application. Several may be deployed, each with its own context path.
     *
     * @param file a WAR or an exploded WAR folder
     * @param contextPath {@code ""} or a path that begins and does not end with a slash
     * @param settings what the daemon knows
     * @throws Exception with the reason, when the application does not start; nothing of it remains
     */
    ServletApplication deploy(File file, String contextPath, ContainerSettings settings) throws Exception;

    /** Stops all applications and the container. */
    @Override
    void close();
}
