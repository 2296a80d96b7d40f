/** The plugin for JDK 11 and later. */
package org.jsgid.plugin.jdk11;
