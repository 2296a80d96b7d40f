/**
 * The monitor: its command line, its configuration, what Apache's parent tells it, and the groups it owns. Knows how
 * the other packages fit together; none of them knows this one.
 */
package org.jsgid.supervisor.monitor;
