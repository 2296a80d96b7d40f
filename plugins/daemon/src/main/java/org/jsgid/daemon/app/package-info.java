/**
 * Applications of any kind: what they are loaded from, whose files those may be, by which class loader, and in which
 * state they are.
 */
package org.jsgid.daemon.app;
