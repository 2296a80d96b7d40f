/** What a plugin tells the monitor. Pure values and one interface; no input or output. */
package org.jsgid.plugin.spi;
