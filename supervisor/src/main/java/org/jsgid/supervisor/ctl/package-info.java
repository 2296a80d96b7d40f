/**
 * The command {@code jsgid-ctl}: asks the monitors over their control sockets, and keeps the registry of JDKs.
 *
 * <p>May use the registry ({@link org.jsgid.supervisor.jdk}), trials of JVMs ({@link org.jsgid.supervisor.trial}) and nothing of the monitor: what it knows of a server is what
 * {@code supervisor/CONTROL.md} says. It starts for every command, so that it loads little: no logging, no native
 * library. A command builds a JSON document first and prints that, or the view of it for people.
 */
package org.jsgid.supervisor.ctl;
