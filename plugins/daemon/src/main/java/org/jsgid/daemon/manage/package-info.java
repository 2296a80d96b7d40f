/** The management connection to the monitor; {@code supervisor/CONTROL.md} has its messages. */
package org.jsgid.daemon.manage;
