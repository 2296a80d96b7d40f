/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_ROUTE_H
#define JSGID_ROUTE_H

#include <stddef.h>

/** What a group's route says (PROTOCOL.md, "Routes"). Pure. */

#define JSGID_ROUTE_STATE_MAX 32

typedef struct {
    char state[JSGID_ROUTE_STATE_MAX]; /**< why the group cannot serve: backoff, failed, stopped,
                                          no-runtime */
    unsigned retry_after;              /**< seconds */
} jsgid_unavailable_t;

/** 1 when the text of a route's link is `unavailable:STATE:SECONDS`, and tells both; else 0. */
int jsgid_route_unavailable(const char *text, jsgid_unavailable_t *punavailable);

/** 1 when a name can be a group's: 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit.
 */
int jsgid_group_name_is_valid(const char *name);

/**
 * Length of the mount's match at the start of a URL path, or -1: /app matches /app and /app/x, not
 * /apple; / matches all. The mount has no slash at its end unless it is / itself.
 */
int jsgid_mount_match(const char *mount, const char *path);

#endif
