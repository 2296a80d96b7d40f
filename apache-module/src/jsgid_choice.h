/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_CHOICE_H
#define JSGID_CHOICE_H

#include <apr.h>
#include <apr_time.h>

/**
 * Which process of a group a request goes to (PROTOCOL.md, Processes). Decisions only: no clock, no
 * lock, no system call.
 */

/** What was told longer ago than this says little: the process is asked again before it is chosen.
 */
#define JSGID_CHOICE_FRESH apr_time_from_msec(100)
/** A process that was not found is not looked for again within this time. */
#define JSGID_CHOICE_ABSENT apr_time_from_msec(500)
/** Connections to others, for each process of the group, after which one counts as not there. */
#define JSGID_CHOICE_TRIES 4

/** What a child of Apache knows of one process. */
typedef struct {
    unsigned idle;           /**< idle connections to it */
    apr_time_t last_used;    /**< of the newest of these */
    unsigned own;            /**< requests of this child that it works on */
    unsigned others;         /**< those of others, when it last told */
    apr_time_t told_at;      /**< when that was; 0: never */
    apr_time_t absent_until; /**< it was looked for in vain */
} jsgid_process_t;

/** What is wanted for a request. */
typedef struct {
    unsigned processes; /**< of the group; 1: there is nothing to choose */
    unsigned threads;   /**< of each */
    unsigned route;     /**< number of the process the request should go to; 0: any */
    unsigned tries;     /**< connections that were asked so far */
} jsgid_wish_t;

typedef enum {
    JSGID_CHOICE_IDLE, /**< an idle connection to .process (0: unknown which) */
    JSGID_CHOICE_NEW   /**< a new connection, to whichever process accepts it */
} jsgid_choice_kind_t;

typedef struct {
    jsgid_choice_kind_t kind;
    unsigned process;
    int ask; /**< 1: before anything is sent, the process is to be asked who it is, and for its
                load; then it is chosen again */
} jsgid_choice_t;

/**
 * Chooses. processes[0] stands for connections of which the process is not known, processes[N] for
 * process N; notes there which process is not to be found.
 *
 * A route that leads to a process which is not there leads to the next one in the order of numbers:
 * requests of one session then meet again, whichever child of Apache they come through.
 */
jsgid_choice_t jsgid_choose(jsgid_process_t *processes, const jsgid_wish_t *wish, apr_time_t now);

/** A process has told how many requests it has beside the one that was answered. */
void jsgid_process_told(jsgid_process_t *process, unsigned load, apr_time_t now);

/** The route at the end of a session id, behind its last dot: 1 to processes; 0: none. */
unsigned jsgid_route_of_id(const char *id, apr_size_t length, unsigned processes);

/** The route in the cookie of that name in a Cookie header; 0: none. */
unsigned jsgid_route_of_cookies(const char *cookies, const char *name, unsigned processes);

/** The route in the path parameter of that name (";jsessionid=…") of a URI; 0: none. */
unsigned jsgid_route_of_path(const char *uri, const char *name, unsigned processes);

/** 1 when a text can be a cookie's name: a token of RFC 9110. */
int jsgid_cookie_name_is_valid(const char *name);

#endif
