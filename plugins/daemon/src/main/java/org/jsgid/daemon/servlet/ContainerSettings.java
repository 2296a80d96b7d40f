package org.jsgid.daemon.servlet;

import java.io.File;
import java.util.Map;

/** What the daemon tells a container. */
public interface ContainerSettings {

    /** A folder of the daemon's own for unpacked WARs, compiled JSPs and uploads. */
    File workFolder();

    /** The daemon group's name. */
    String group();

    /** Most requests that run at the same time in this daemon. */
    int threads();

    /** Whether other processes may serve the same applications. */
    boolean isMultiprocess();

    /** The number of this process among those of its group, from 1; one that takes its place has the same. */
    int process();

    /** What the group says about its servlet containers ({@code JsgiServletOption}), value by name. */
    Map<String, String> servletOptions();

    /** How many processes the group has, this one included. */
    int processes();

    /** The number of the generation that this process belongs to; later ones have higher numbers. */
    int generation();

    /**
     * A folder for what outlives a process, which all processes of the group share, those before and after this one too.
     * It may not exist yet; the one above it does.
     */
    File sharedFolder();

    /** Writes a line to the daemon's log. */
    void log(String line);
}
