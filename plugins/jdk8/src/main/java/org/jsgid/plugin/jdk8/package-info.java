/** The plugin for JDK 8 and later. */
package org.jsgid.plugin.jdk8;
