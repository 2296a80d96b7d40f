/**
 * The management connection to the monitor; {@code supervisor/CONTROL.md} has its messages. Nothing here waits for a
 * monitor: reports are written by a thread of their own, and what matters is remembered for the next monitor.
 */
package org.jsgid.daemon.manage;
