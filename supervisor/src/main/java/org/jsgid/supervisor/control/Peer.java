package org.jsgid.supervisor.control;

/**
 * Who is at the other end of a control connection, as the kernel says.
 *
 * @param uid its user
 * @param pid its process
 */
public record Peer(long uid, long pid) {}
