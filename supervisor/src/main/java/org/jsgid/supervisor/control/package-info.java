/**
 * The control socket: what {@code jsgid-ctl} may ask a monitor, who may ask, and the answers. The formats are in {@code
 * CONTROL.md}. Reaches groups through {@link org.jsgid.supervisor.control.ControlledMonitor} only.
 */
package org.jsgid.supervisor.control;
