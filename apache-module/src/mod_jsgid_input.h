/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef MOD_JSGID_INPUT_H
#define MOD_JSGID_INPUT_H

#include <httpd.h>

/** Reads bodies of requests from the client's socket in large pieces, and to where they are to be.
 */

typedef struct jsgid_input_t jsgid_input_t;

/** Registers the filter. */
void jsgid_input_register(void);

/**
 * For the body of a request whose client has that socket; NULL when only httpd's own way will do:
 * other filters have a part in it. Until the next request of the connection.
 */
jsgid_input_t *jsgid_input_of(request_rec *r, int fd);

/**
 * The next ap_get_brigade() of r->input_filters that does not block may put what it reads there,
 * and return a bucket that lies there, or elsewhere.
 */
void jsgid_input_offer(jsgid_input_t *input, unsigned char *room, apr_size_t size);

/** Nothing may be put there any more. */
void jsgid_input_withdraw(jsgid_input_t *input);

/** 1 when the last such call read all that the client had sent. */
int jsgid_input_is_drained(const jsgid_input_t *input);

#endif
