/** The plugin for JDK 21 and later. */
package org.jsgid.plugin.jdk21;
