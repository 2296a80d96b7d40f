/**
 * Archives of the classes that a daemon has loaded, made of a daemon that serves, from which the next one of its group
 * starts faster: {@link org.jsgid.supervisor.archive.ArchivePolicy} decides, {@link
 * org.jsgid.supervisor.archive.ArchiveKey} says what one is valid for, {@link
 * org.jsgid.supervisor.archive.ArchiveMaker} makes it, {@link org.jsgid.supervisor.archive.Archives} does it for all
 * daemons of a monitor.
 */
package org.jsgid.supervisor.archive;
