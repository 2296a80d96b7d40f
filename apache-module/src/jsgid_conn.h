/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_CONN_H
#define JSGID_CONN_H

#include <apr_pools.h>
#include <apr_time.h>
#include <sys/types.h>

#include "jsgid_choice.h"
#include "jsgid_route.h"

/**
 * Persistent connections to the sockets of groups, one pool of them per Apache child, last used
 * first taken. Safe for threads. Knows APR and libc only; decides nothing about requests but
 * whether a second try is allowed.
 */

/** Bytes of a connection's read buffer. */
#define JSGID_CONN_BUFFER 131072

typedef struct jsgid_conns_t jsgid_conns_t;
typedef struct jsgid_conn_list_t jsgid_conn_list_t;

typedef struct jsgid_conn_t {
    int fd;
    int is_reused;         /**< served a request before */
    unsigned char *buffer; /**< JSGID_CONN_BUFFER bytes, while it is taken */
    dev_t device;          /**< of the socket that the route pointed to when it was made */
    ino_t inode;
    apr_time_t idle_since;
    int yields_paid;    /**< how often it has paid lately to yield, at most JSGID_YIELDS_KEPT */
    unsigned not_tried; /**< requests since that was last tried */
    unsigned process;   /**< number of the daemon process behind it; 0: not known */
    jsgid_conn_list_t *counted; /**< where its request counts as one of this child's; NULL */
    struct jsgid_conn_t *next;
} jsgid_conn_t;

typedef enum {
    JSGID_CONN_OK,
    JSGID_CONN_UNAVAILABLE, /**< the route says so: *punavailable tells why */
    JSGID_CONN_NOT_YET,     /**< no route, refused, or its backlog is full: to be tried again */
    JSGID_CONN_ERROR        /**< errno tells: no permission, no descriptor left */
} jsgid_conn_status_t;

/** max_idle: idle connections kept per process of a group; idle_limit: for how long. */
jsgid_conns_t *jsgid_conns_create(apr_pool_t *pool, unsigned max_idle,
                                  apr_interval_time_t idle_limit);

/**
 * Takes a connection to a group's socket: an idle one that is still good, or a new one. route: path
 * of groups/NAME.sock. Never blocks. The connection is the caller's until it is put back or closed.
 */
jsgid_conn_status_t jsgid_conn_take(jsgid_conns_t *conns, const char *group, const char *route,
                                    jsgid_conn_t **pconn, jsgid_unavailable_t *punavailable);

/**
 * The same for a group of several processes, with the choice of jsgid_choose(). *pask: 1 when the
 * connection is for asking its process who it is, before jsgid_conn_told() and jsgid_conn_put() or
 * jsgid_conn_close(), and another try with wish->tries one higher.
 */
jsgid_conn_status_t jsgid_conn_take_process(jsgid_conns_t *conns, const char *group,
                                            const char *route, const jsgid_wish_t *wish,
                                            jsgid_conn_t **pconn, int *pask,
                                            jsgid_unavailable_t *punavailable);

/** What END_REQUEST said about the process behind a connection that is taken: its number, and how
 * many other requests it has. */
void jsgid_conn_told(jsgid_conns_t *conns, const char *group, jsgid_conn_t *conn, unsigned process,
                     unsigned load);

/** Puts a connection back that is between two requests. */
void jsgid_conn_put(jsgid_conns_t *conns, const char *group, jsgid_conn_t *conn);

/** Closes a connection that was taken. */
void jsgid_conn_close(jsgid_conns_t *conns, jsgid_conn_t *conn);

/** What is remembered of the past of yielding, and how often it is tried when it does not pay. */
#define JSGID_YIELDS_KEPT 32
#define JSGID_YIELD_TRIED_EVERY 32

/**
 * 1 when, having sent a request, it probably pays to let other threads run once (sched_yield) and
 * look for the answer then, before waiting for it. On a busy machine a quick daemon has answered by
 * then, and neither a sleep nor a wake-up was needed. With a daemon that is not so quick, or a
 * machine with nothing else to do, it does not pay, and is only tried now and then.
 */
int jsgid_conn_may_yield(jsgid_conn_t *conn);

/** After yielding: whether the answer was there. Paying once makes up for failing twice. */
void jsgid_conn_yielded(jsgid_conn_t *conn, int has_paid);

/** How a request's connection broke. */
typedef enum {
    JSGID_BROKE_AT_WRITE,      /**< EPIPE or ECONNRESET */
    JSGID_BROKE_RESET_AT_READ, /**< ECONNRESET */
    JSGID_BROKE_END_AT_READ    /**< end of file */
} jsgid_broke_t;

/** A daemon reads at least so many bytes at a time (PROTOCOL.md). */
#define JSGID_DAEMON_READS 32768

typedef struct {
    jsgid_broke_t how;
    int saw_going_away; /**< GOING_AWAY came */
    int got_record;     /**< any byte of the response came */
    apr_size_t written; /**< bytes of the request written in all */
    int is_body_held;   /**< all of the body that was sent is still here */
    int pieces;         /**< by how many writes: a second one shows that the first was read */
} jsgid_breakage_t;

/** The table "Retry" of PROTOCOL.md: 1 when the request may be sent a second time. */
int jsgid_retry_is_allowed(const jsgid_breakage_t *breakage);

#endif
