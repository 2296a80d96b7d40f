/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef MOD_JSGID_PROCESS_H
#define MOD_JSGID_PROCESS_H

#include "mod_jsgid_private.h"

#include "jsgid_conn.h"
#include "mod_jsgid_relay.h"

/** Which process of a group a request goes to, as far as that needs httpd: what the request says,
 * asking processes, and the cookie that this module sets itself. */

/** What is to be sought for a request; wish->processes is 1 where there is nothing to choose. */
void jsgid_process_wish(request_rec *r, const jsgid_group_t *group, jsgid_wish_t *wish);

/**
 * Takes a connection to the process that is chosen. *panswer: not OK when it came to an answer for
 * the client instead, which is in the log. May wait for a daemon's answer to a question, within the
 * request's own limits.
 */
jsgid_conn_status_t jsgid_process_take(jsgid_conns_t *conns, const jsgid_group_t *group,
                                       const jsgid_relay_request_t *request, jsgid_wish_t *wish,
                                       jsgid_conn_t **pconn, jsgid_unavailable_t *punavailable,
                                       int *panswer);

/** JsgiSticky NAME set: sets the cookie when the request's own does not lead to that process, to
 * which a second try then goes too. cookie_path: where the application is mounted, / or without a
 * slash at its end. */
void jsgid_process_set_cookie(request_rec *r, const jsgid_group_t *group, jsgid_wish_t *wish,
                              unsigned process, const char *cookie_path);

#endif
