/**
 * One daemon process: what it is to be, starting it through the launcher, what it reports, how it ends. Knows no
 * generations and no routes.
 */
package org.jsgid.supervisor.process;
