/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_LISTEN_H
#define JSGID_LISTEN_H

#include <apr_pools.h>
#include <apr_tables.h>

/**
 * Reads the arguments of JsgiListen: ADDRESS:PORT and, when the address is not one of this machine
 * alone, from=IP,IP,... or from=any. Knows APR and libc only.
 *
 * words: of const char *. *ptext gets the value of the key listen in PROFILE.conf: the address with
 * its port, a space, and the clients' addresses separated by commas (or "any").
 *
 * Returns NULL, or what is wrong and what would be right.
 */
const char *jsgid_listen_parse(apr_pool_t *pool, const apr_array_header_t *words,
                               const char **ptext);

#endif
