/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_TUNNELS_H
#define JSGID_TUNNELS_H

#include <stddef.h>
#include <stdint.h>

/**
 * Upgraded connections (PROTOCOL.md, Upgrade): bytes both ways between a client's socket and a
 * daemon's, for any number of such pairs, on one thread of its own. Safe for threads. Knows libc
 * only.
 *
 * A side that ends its output ends that of the other towards its peer; a tunnel ends when both
 * have, when the client's connection breaks, and when the daemon's end is closed and the client has
 * all that it sent. Bytes that one side does not take yet keep the other from being read.
 */
typedef struct jsgid_tunnels_t jsgid_tunnels_t;

/** How a tunnel ended. */
typedef struct {
    uint64_t from_client; /**< bytes */
    uint64_t from_daemon;
    int64_t millis;  /**< since it began */
    const char *why; /**< a part of a sentence */
} jsgid_tunnel_end_t;

typedef struct {
    int client; /**< both sockets are the tunnel's from jsgid_tunnels_add() on, which closes them */
    int daemon;
    const void *to_daemon; /**< sent first, copied */
    size_t to_daemon_length;
    const void *to_client;
    size_t to_client_length;
    int client_seconds; /**< a side that takes nothing of what waits for it for so long is cut; 0:
                           never */
    int daemon_seconds;
    /** Called on the thread of the tunnels when both sockets are closed. */
    void (*ended)(void *baton, const jsgid_tunnel_end_t *end);
    void *baton;
} jsgid_tunnel_spec_t;

/** NULL: no memory or no descriptor. Starts no thread. */
jsgid_tunnels_t *jsgid_tunnels_create(void);

/** Takes over two sockets; 0, or an errno, and then they stay the caller's. */
int jsgid_tunnels_add(jsgid_tunnels_t *tunnels, const jsgid_tunnel_spec_t *spec);

/** How many are open. */
unsigned jsgid_tunnels_count(jsgid_tunnels_t *tunnels);

/** Cuts all that are open, and ends the thread. */
void jsgid_tunnels_destroy(jsgid_tunnels_t *tunnels);

#endif
