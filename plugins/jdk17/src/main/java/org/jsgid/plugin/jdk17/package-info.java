/** The plugin for JDK 17 and later, up to the lowest feature of the next plugin. */
package org.jsgid.plugin.jdk17;
