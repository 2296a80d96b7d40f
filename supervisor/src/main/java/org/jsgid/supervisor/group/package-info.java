/**
 * Daemon groups and their generations: what runs, what should run, and which socket the route names. Everything here
 * happens on the monitor's one event loop, so nothing is locked. Starts processes only through {@code
 * process.DaemonLauncher}; knows neither the configuration file nor the control socket.
 */
package org.jsgid.supervisor.group;
