/** Applications of any kind: what they are loaded from, by which class loader, and in which state they are. */
package org.jsgid.daemon.app;
