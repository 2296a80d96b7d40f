/**
 * Starting a JVM only to see that it takes its options: as a user without rights, with a time limit, running nothing of
 * anybody's. Used by the monitor and by {@code jsgid-ctl}; knows neither groups nor profiles, and waits, so that nothing
 * here may run on the event loop.
 */
package org.jsgid.supervisor.trial;
