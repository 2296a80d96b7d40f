/** The plugin for JDK 25 and later. */
package org.jsgid.plugin.jdk25;
