/**
 * The management connection: the lines that launcher, daemon and monitor exchange ({@code CONTROL.md}). What comes in
 * is checked here and handed on as values; nothing here decides.
 */
package org.jsgid.supervisor.management;
