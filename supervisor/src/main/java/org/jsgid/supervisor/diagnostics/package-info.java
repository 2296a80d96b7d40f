/**
 * Diagnostic commands in the JVMs of daemons: what is asked of which JVM, and the program that asks it as the group's
 * user. Knows processes by their ids only, no groups and no control socket. Nothing here may run on the event loop: a
 * JVM may take minutes to answer.
 */
package org.jsgid.supervisor.diagnostics;
