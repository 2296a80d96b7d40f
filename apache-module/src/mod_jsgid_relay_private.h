/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef MOD_JSGID_RELAY_PRIVATE_H
#define MOD_JSGID_RELAY_PRIVATE_H

/** What the files that relay one request share (mod_jsgid_relay.c, mod_jsgid_response.c,
 * mod_jsgid_trailers.c). Nothing outside them includes this. */

#include <sys/types.h>

#include "jsgid_fcgi.h"
#include "jsgid_unread.h"
#include "mod_jsgid_input.h"
#include "mod_jsgid_relay.h"

/** Longest line of the daemon that the error log gets as one. */
#define STDERR_LINE_MAX 4096

/* Body bytes that came before the daemon took them, because the client had to be kept from
 * blocking. */
typedef struct {
    char *memory;
    apr_size_t start;
    apr_size_t end;
    int file; /* unlinked; -1: none */
    off_t file_start;
    off_t file_end;
} spool_t;

struct jsgid_relay_t {
    jsgid_relay_request_t request;
    request_rec *r;
    jsgid_conn_t *conn;
    int client;           /* the client's socket, -1 when there is none to poll */
    jsgid_input_t *input; /* the way around httpd's small pieces; NULL: there is none */
    apr_bucket_brigade *in;
    apr_bucket_brigade *out;

    /* to the daemon */
    apr_size_t head_sent;
    unsigned char *window;  /* STDIN records */
    apr_size_t window_size; /* without the end of the stream */
    apr_size_t window_length;
    apr_size_t window_sent;
    apr_size_t written;   /* in this try */
    int pieces;           /* in which it was written */
    int is_body_read;     /* the client's body has ended */
    int is_stdin_ended;   /* the ending record is in the window, or in the head */
    int is_window_reused; /* what was sent cannot be sent again */
    int is_write_closed;  /* the daemon does not read any more */
    spool_t spool;
    jsgid_unread_t unread;
    apr_time_t sent_at; /* when this try began to send */

    /* from the daemon */
    jsgid_fcgi_reader_t reader;
    const unsigned char *next; /* not yet decoded */
    const unsigned char *limit;
    int is_all_read; /* when it was read, the daemon had sent no more than what is in the buffer */
    int got_record;
    int saw_going_away;
    int is_ended;
    char *head; /* header block until it is complete */
    apr_size_t head_length;
    apr_size_t head_size;
    int is_head_done;
    int is_discarding; /* the body goes nowhere: HEAD, 304, an error document, an internal redirect
                        */
    char *extra;       /* content of an INTERIM record, later of all TRAILERS */
    apr_size_t extra_length;
    apr_size_t extra_size;
    int is_trailing;            /* what is in extra are trailer fields */
    apr_array_header_t *listed; /* values of the response's Connection header; NULL: none */
    apr_off_t declared;         /* Content-Length, -1: none */
    apr_off_t delivered;
    int is_passed;      /* something was handed to the output filters */
    int is_excess_told; /* a body longer than declared is in the log already */
    char line[STDERR_LINE_MAX];
    apr_size_t line_length;
    int line_level; /* of the line, or of its beginning, which is logged already */
    int is_line_cut;

    apr_time_t daemon_at; /* last sign of life */
    apr_time_t client_at;
    int blind_wait;
    int held_wait; /* microseconds */
    int status;
    const char *location;
    const char *sendfile; /* value of X-Sendfile */
    unsigned process;     /* what END_REQUEST told about it: its number */
    unsigned load;        /* and how many other requests it has */
    int failed;           /* status is what the handler returns */
    int is_switching;     /* the header block was that of an upgrade */
    int retry;
};

/* mod_jsgid_relay.c */
const char *jsgid_relay_group(const jsgid_relay_t *relay);
/** The status that the handler returns; the first counts. */
void jsgid_relay_fail(jsgid_relay_t *relay, int status);
/** Tells the daemon that its response is of no use any more. Only between records; else closing
 * says it. */
void jsgid_relay_send_abort(jsgid_relay_t *relay);
/** The response is not to be had: an error status while nothing was sent, else an aborted transfer.
 * Logs why. */
void jsgid_relay_no_response(jsgid_relay_t *relay, int status, const char *id, const char *why);

/* mod_jsgid_response.c */
/** Bytes of STDOUT: header block, then body, which is added to the brigade out. */
void jsgid_response_stdout(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length);
/** Bytes of STDERR: lines for the error log. */
void jsgid_response_stderr(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length);
/** Logs a line that has no end yet. */
void jsgid_response_log_line(jsgid_relay_t *relay);
/** Content of an INTERIM record, or of several TRAILERS records, is kept until it is complete. */
void jsgid_response_extra(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length);
/** An INTERIM record was read: an informational response for the client, at once. */
void jsgid_response_interim(jsgid_relay_t *relay);
/** END_REQUEST was read: whether the response is complete. */
void jsgid_response_end(jsgid_relay_t *relay);

/* mod_jsgid_trailers.c; its other function is in mod_jsgid_relay.h */
/** The trailer fields of the request, whose body has been read, as TRAILERS records; NULL when
 * there are none. */
const unsigned char *jsgid_trailers_encode(jsgid_relay_t *relay, apr_size_t *plength);
/** Gives the client the trailer fields that were read, before the end of the response is passed on.
 * 1 when the response has any, and its end must not be passed on together with its beginning. */
int jsgid_trailers_give(jsgid_relay_t *relay);

#endif
