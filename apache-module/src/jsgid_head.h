/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_HEAD_H
#define JSGID_HEAD_H

#include <stddef.h>

/** The header block of a CGI response (PROTOCOL.md, "The response"). Pure: works on the caller's
 * bytes. */

/** Largest header block in bytes. */
#define JSGID_HEAD_MAX (256 * 1024)

/**
 * Length of the header block at the start of the bytes, its empty line included; 0 while that is
 * not there. from: where to begin to look, a hint for calls with a grown buffer (bytes before it
 * were looked at).
 */
size_t jsgid_head_length(const char *data, size_t length, size_t from);

/** Receives one header; name and value are terminated strings inside the parsed bytes. */
typedef void jsgid_head_line_fn(void *baton, char *name, char *value);

typedef struct {
    int status;     /**< 200 when there is no Status line */
    int has_status; /**< there was one */
    const char
        *reason; /**< "404 Not Found" as written, inside the parsed bytes; NULL without Status */
} jsgid_head_t;

/** Largest trailer section in bytes, of a request and of a response. */
#define JSGID_TRAILERS_MAX 65536

/**
 * Takes a header block apart in place. NULL, or what is wrong with it: a name that is not a token,
 * a control character in a value, a Status outside 200 to 999. Status is not given to the function.
 */
const char *jsgid_head_parse(char *data, size_t length, jsgid_head_t *phead,
                             jsgid_head_line_fn *line, void *baton);

/** The same for an informational response, which has a Status: 100, or 102 to 199. */
const char *jsgid_interim_parse(char *data, size_t length, jsgid_head_t *phead,
                                jsgid_head_line_fn *line, void *baton);

/** The same for trailer fields: header lines, of which none is Status, and no empty line. */
const char *jsgid_trailers_parse(char *data, size_t length, jsgid_head_line_fn *line, void *baton);

/**
 * 1 when a field of that name may be in a trailer section: none that frames, routes, authenticates
 * or describes the content may (RFC 9110, section 6.5.1). The daemon has the same list;
 * test/vectors holds it.
 */
int jsgid_trailer_is_allowed(const char *name);

#endif
