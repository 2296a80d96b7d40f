/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef MOD_JSGID_TUNNEL_H
#define MOD_JSGID_TUNNEL_H

#include "mod_jsgid_private.h"

/** A request's connection that becomes another protocol's (PROTOCOL.md, Upgrade). */

/** What a daemon's answer to an upgrade leaves to be done. */
typedef struct {
    request_rec *r; /**< status 101, the application's headers in headers_out, Upgrade among them */
    const char *group;
    int fd; /**< the connection to the daemon; stays the caller's, to be closed */
    const unsigned char *early; /**< what came behind the daemon's answer */
    apr_size_t early_length;
    apr_interval_time_t client_timeout;
    apr_interval_time_t daemon_timeout;
} jsgid_tunnel_request_t;

/** 1 when a request may be answered with an upgrade. */
int jsgid_tunnel_is_wanted(request_rec *r, int has_body);

/**
 * Sends the 101 and moves bytes both ways from then on: where httpd's filters do nothing, on the
 * tunnels' own thread, after this has returned and the connection is none of httpd's any more; else
 * here, until it is over. What the handler returns.
 */
int jsgid_tunnel_run(const jsgid_tunnel_request_t *tunnel);

#endif
