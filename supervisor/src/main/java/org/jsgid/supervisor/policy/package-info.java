/** Decisions: pure code that is told the time and the counts, and uses no clock, thread, file or process. */
package org.jsgid.supervisor.policy;
