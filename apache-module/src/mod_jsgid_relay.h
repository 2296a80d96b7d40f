/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef MOD_JSGID_RELAY_H
#define MOD_JSGID_RELAY_H

#include "mod_jsgid_private.h"

#include "jsgid_conn.h"

/** One request over one connection to a daemon, both directions at once. */

/** What a request asks of the relay. */
typedef struct {
    request_rec *r;
    const char *group;         /**< the group's name */
    const unsigned char *head; /**< BEGIN_REQUEST and PARAMS as records */
    apr_size_t head_length;
    int has_body;
    apr_off_t body_length;     /**< its Content-Length; 0: it has none */
    int is_upgrade_offered;    /**< the daemon may answer with 101 */
    int is_question;           /**< only asks which process it is: see mod_jsgid_process.c */
    int error_override;        /**< ErrorDocument answers for statuses from 400 to 599 */
    int error_status;          /**< this is the error document for that status; 0: it is none */
    apr_time_t start;          /**< when the module began to look for a daemon */
    apr_time_t queue_deadline; /**< a request that no daemon has read until then is given up; 0:
                                  never */
    apr_interval_time_t socket_timeout;
    apr_interval_time_t client_timeout;
} jsgid_relay_request_t;

/**
 * 1 when nobody is there any more to answer: the client has reset its connection, or httpd has
 * closed it, as it does with all at a restart or stop that is not graceful. A thread that waits has
 * to look now and then: httpd closes sockets under its threads, which wakes none of them, and then
 * waits for them for ten seconds.
 */
int jsgid_client_has_gone(request_rec *r);

/** Registers the filter that writes trailer fields into the last chunk of a response. */
void jsgid_trailers_register(void);

/** Kept over the tries of one request. */
typedef struct jsgid_relay_t jsgid_relay_t;

jsgid_relay_t *jsgid_relay_create(const jsgid_relay_request_t *request);

typedef struct {
    int status;      /**< what the handler returns */
    int retry;       /**< 1: nothing came of it, and it may be sent again over another connection */
    int is_reusable; /**< 1: the connection is between two requests */
    const char *location; /**< internal redirect to this, when not NULL */
    const char *sendfile; /**< value of X-Sendfile: a file is the response's body, when not NULL */
    int is_upgraded; /**< 1: the daemon's answer was 101; the connection is another protocol's */
    const unsigned char *early; /**< what came behind that answer, in the connection's buffer */
    apr_size_t early_length;
    unsigned process; /**< number of the process that answered; 0: not told */
    unsigned load;    /**< how many other requests it had */
} jsgid_relay_result_t;

/** Sends the request and hands on the response. The connection stays the caller's. Leaves in the
 * request's notes what the access log can show: jsgid-queue-time, jsgid-pid, jsgid-daemon-time. */
void jsgid_relay_run(jsgid_relay_t *relay, jsgid_conn_t *conn, jsgid_relay_result_t *presult);

#endif
