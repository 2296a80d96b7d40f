/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_conn: persistent connections to groups' sockets.
 *
 * One mutex guards the lists; it is held for list operations only, never over a system call that
 * could wait. Before an idle connection is given out it is looked at without blocking: anything to
 * read (GOING_AWAY) or end of file means that it is of no use.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "jsgid_conn.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* For so long, in microseconds, a route is taken to point to where it did. A daemon serves its
 * connections for much longer after its route has changed (PROTOCOL.md, Going away). */
#define ROUTE_IS_FRESH 2000

struct jsgid_conn_list_t {
    jsgid_conn_t *idle; /* last used first */
    unsigned count;
    dev_t device; /* of the socket behind the route, when that was last looked up */
    ino_t inode;
    apr_time_t looked_at;
    jsgid_process_t *processes; /* of a group of several: by number; [0]: not known; else NULL */
    unsigned process_count;
};
typedef jsgid_conn_list_t list_t;

struct jsgid_conns_t {
    apr_pool_t *pool;
    apr_thread_mutex_t *mutex; /* guards all below; NULL without threads */
    apr_hash_t *lists;         /* group name to list_t */
    jsgid_conn_t *spare;       /* unused connection structures with their buffers */
    unsigned max_idle;
    apr_interval_time_t idle_limit;
};

static void lock(jsgid_conns_t *conns)
{
    if (conns->mutex != NULL) {
        apr_thread_mutex_lock(conns->mutex);
    }
}

static void unlock(jsgid_conns_t *conns)
{
    if (conns->mutex != NULL) {
        apr_thread_mutex_unlock(conns->mutex);
    }
}

static apr_status_t close_all(void *data)
{
    jsgid_conns_t *conns = data;
    apr_hash_index_t *hi;

    for (hi = apr_hash_first(conns->pool, conns->lists); hi != NULL; hi = apr_hash_next(hi)) {
        void *value;
        jsgid_conn_t *conn;

        apr_hash_this(hi, NULL, NULL, &value);
        while ((conn = ((list_t *)value)->idle) != NULL) {
            ((list_t *)value)->idle = conn->next;
            (void)close(conn->fd);
            free(conn->buffer);
            free(conn);
        }
    }
    while (conns->spare != NULL) {
        jsgid_conn_t *conn = conns->spare;

        conns->spare = conn->next;
        free(conn->buffer);
        free(conn);
    }
    return APR_SUCCESS;
}

jsgid_conns_t *jsgid_conns_create(apr_pool_t *pool, unsigned max_idle,
                                  apr_interval_time_t idle_limit)
{
    jsgid_conns_t *conns = apr_pcalloc(pool, sizeof(*conns));

    conns->pool = pool;
    conns->lists = apr_hash_make(pool);
    conns->max_idle = max_idle;
    conns->idle_limit = idle_limit;
#if APR_HAS_THREADS
    if (apr_thread_mutex_create(&conns->mutex, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS) {
        return NULL;
    }
#endif
    apr_pool_cleanup_register(pool, conns, close_all, apr_pool_cleanup_null);
    return conns;
}

/* Takes the last used idle connection from its list; NULL when there is none. The lock is held. */
static jsgid_conn_t *pop(list_t *list)
{
    jsgid_conn_t *conn = list != NULL ? list->idle : NULL;

    if (conn != NULL) {
        list->idle = conn->next;
        list->count--;
    }
    return conn;
}

/* The same, if that connection belongs to where the route pointed a moment ago. */
static jsgid_conn_t *pop_fresh(jsgid_conns_t *conns, const char *group)
{
    apr_time_t now = apr_time_now();
    jsgid_conn_t *conn = NULL;
    list_t *list;

    lock(conns);
    list = apr_hash_get(conns->lists, group, APR_HASH_KEY_STRING);
    if (list != NULL && list->idle != NULL && now >= list->looked_at &&
        now - list->looked_at < ROUTE_IS_FRESH && list->idle->device == list->device &&
        list->idle->inode == list->inode) {
        conn = pop(list);
    }
    unlock(conns);
    return conn;
}

/* The same, for a route that was looked up now. */
static jsgid_conn_t *pop_looked_up(jsgid_conns_t *conns, const char *group, const struct stat *info)
{
    jsgid_conn_t *conn;
    list_t *list;

    lock(conns);
    list = apr_hash_get(conns->lists, group, APR_HASH_KEY_STRING);
    if (list != NULL) {
        list->device = info->st_dev;
        list->inode = info->st_ino;
        list->looked_at = apr_time_now();
    }
    conn = pop(list);
    unlock(conns);
    return conn;
}

static jsgid_conn_t *new_conn(jsgid_conns_t *conns)
{
    jsgid_conn_t *conn;

    lock(conns);
    conn = conns->spare;
    if (conn != NULL) {
        conns->spare = conn->next;
    }
    unlock(conns);
    if (conn == NULL) {
        conn = calloc(1, sizeof(*conn));
        if (conn != NULL) {
            conn->buffer = malloc(JSGID_CONN_BUFFER);
            if (conn->buffer == NULL) {
                free(conn);
                conn = NULL;
            }
        }
    }
    if (conn != NULL) {
        conn->fd = -1;
        conn->is_reused = 0;
        conn->yields_paid = 0;
        conn->not_tried = 0;
        conn->process = 0;
        conn->counted = NULL;
        conn->next = NULL;
    }
    return conn;
}

/* The request on a connection is over; the lock is held. */
static void uncount(jsgid_conn_t *conn)
{
    list_t *list = conn->counted;

    conn->counted = NULL;
    /* Processes of a former route are forgotten, with all that they had. */
    if (list != NULL && list->device == conn->device && list->inode == conn->inode &&
        conn->process <= list->process_count && list->processes[conn->process].own > 0) {
        list->processes[conn->process].own--;
    }
}

void jsgid_conn_close(jsgid_conns_t *conns, jsgid_conn_t *conn)
{
    if (conn->fd >= 0) {
        (void)close(conn->fd);
        conn->fd = -1;
    }
    lock(conns);
    uncount(conn);
    conn->next = conns->spare;
    conns->spare = conn;
    unlock(conns);
}

/* 1 when an idle connection can carry a request: it is open and silent. */
static int is_good(const jsgid_conn_t *conn)
{
    char byte;
    ssize_t n = recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Why there is no socket behind a route. */
static jsgid_conn_status_t read_route(const char *route, jsgid_unavailable_t *punavailable)
{
    char text[256];
    ssize_t n = readlink(route, text, sizeof(text) - 1);

    if (n > 0) {
        text[n] = '\0';
        if (jsgid_route_unavailable(text, punavailable)) {
            return JSGID_CONN_UNAVAILABLE;
        }
    }
    return JSGID_CONN_NOT_YET;
}

static jsgid_conn_status_t connect_route(jsgid_conn_t *conn, const char *route,
                                         jsgid_unavailable_t *punavailable)
{
    struct sockaddr_un address;
    size_t length = strlen(route);
    int error;

    if (length >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return JSGID_CONN_ERROR;
    }
    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, route, length + 1);
    conn->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (conn->fd < 0) {
        return JSGID_CONN_ERROR;
    }
    if (connect(conn->fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        return JSGID_CONN_OK;
    }
    error = errno;
    (void)close(conn->fd);
    conn->fd = -1;
    errno = error;
    switch (error) {
    case ENOENT:
        return read_route(route, punavailable);
    case ECONNREFUSED:
    case EAGAIN:
    case EINTR:
    case ENOTSOCK:
        return JSGID_CONN_NOT_YET;
    default:
        return JSGID_CONN_ERROR;
    }
}

/* A new connection to the socket that the route points to, which info describes. */
static jsgid_conn_status_t connect_new(jsgid_conns_t *conns, const char *route,
                                       const struct stat *info, jsgid_conn_t **pconn,
                                       jsgid_unavailable_t *punavailable)
{
    jsgid_conn_t *conn = new_conn(conns);
    jsgid_conn_status_t status;

    if (conn == NULL) {
        errno = ENOMEM;
        return JSGID_CONN_ERROR;
    }
    conn->device = info->st_dev;
    conn->inode = info->st_ino;
    status = connect_route(conn, route, punavailable);
    if (status != JSGID_CONN_OK) {
        int error = errno;

        jsgid_conn_close(conns, conn);
        errno = error;
        return status;
    }
    *pconn = conn;
    return JSGID_CONN_OK;
}

jsgid_conn_status_t jsgid_conn_take(jsgid_conns_t *conns, const char *group, const char *route,
                                    jsgid_conn_t **pconn, jsgid_unavailable_t *punavailable)
{
    jsgid_conn_t *conn;
    struct stat info;

    conn = pop_fresh(conns, group);
    if (conn != NULL) {
        if (is_good(conn)) {
            conn->is_reused = 1;
            *pconn = conn;
            return JSGID_CONN_OK;
        }
        jsgid_conn_close(conns, conn);
    }
    if (stat(route, &info) != 0) {
        if (errno == ENOENT) {
            return read_route(route, punavailable);
        }
        return JSGID_CONN_ERROR;
    }
    while ((conn = pop_looked_up(conns, group, &info)) != NULL) {
        /* Others of the former route are thrown away when their turn comes, or by their age. */
        if (conn->device == info.st_dev && conn->inode == info.st_ino && is_good(conn)) {
            conn->is_reused = 1;
            *pconn = conn;
            return JSGID_CONN_OK;
        }
        jsgid_conn_close(conns, conn);
    }
    return connect_new(conns, route, &info, pconn, punavailable);
}

/* The list of a group; the lock is held. */
static list_t *list_of(jsgid_conns_t *conns, const char *group)
{
    list_t *list = apr_hash_get(conns->lists, group, APR_HASH_KEY_STRING);

    if (list == NULL) {
        list = apr_pcalloc(conns->pool, sizeof(*list));
        apr_hash_set(conns->lists, apr_pstrdup(conns->pool, group), APR_HASH_KEY_STRING, list);
    }
    return list;
}

/* Makes the list one of the processes behind that socket; the lock is held. */
static void follow_socket(jsgid_conns_t *conns, list_t *list, unsigned processes,
                          const struct stat *info)
{
    if (list->process_count < processes) {
        /* Once in the life of a child: a group's number of processes is part of its configuration.
         */
        list->processes = apr_pcalloc(conns->pool, (processes + 1) * sizeof(*list->processes));
        list->process_count = processes;
    } else if (list->device != info->st_dev || list->inode != info->st_ino) {
        memset(list->processes, 0, (list->process_count + 1) * sizeof(*list->processes));
    }
    list->device = info->st_dev;
    list->inode = info->st_ino;
}

/* Counts idle connections by process, and takes out those of a former route, which are returned.
 * The lock is held. */
static jsgid_conn_t *count_idle(list_t *list)
{
    jsgid_conn_t *former = NULL;
    jsgid_conn_t **plink = &list->idle;
    unsigned i;

    for (i = 0; i <= list->process_count; i++) {
        list->processes[i].idle = 0;
        list->processes[i].last_used = 0;
    }
    while (*plink != NULL) {
        jsgid_conn_t *conn = *plink;
        jsgid_process_t *process =
            &list->processes[conn->process <= list->process_count ? conn->process : 0];

        if (conn->device != list->device || conn->inode != list->inode) {
            *plink = conn->next;
            list->count--;
            conn->next = former;
            former = conn;
            continue;
        }
        if (process->idle++ == 0) {
            process->last_used = conn->idle_since;
        }
        plink = &conn->next;
    }
    return former;
}

/* Takes the last used idle connection to a process from its list; the lock is held. */
static jsgid_conn_t *pop_process(list_t *list, unsigned process)
{
    jsgid_conn_t **plink = &list->idle;

    while (*plink != NULL) {
        jsgid_conn_t *conn = *plink;

        if (conn->process == process) {
            *plink = conn->next;
            list->count--;
            return conn;
        }
        plink = &conn->next;
    }
    return NULL;
}

static void close_list(jsgid_conns_t *conns, jsgid_conn_t *conn)
{
    while (conn != NULL) {
        jsgid_conn_t *next = conn->next;

        jsgid_conn_close(conns, conn);
        conn = next;
    }
}

jsgid_conn_status_t jsgid_conn_take_process(jsgid_conns_t *conns, const char *group,
                                            const char *route, const jsgid_wish_t *wish,
                                            jsgid_conn_t **pconn, int *pask,
                                            jsgid_unavailable_t *punavailable)
{
    struct stat info;

    if (stat(route, &info) != 0) {
        return errno == ENOENT ? read_route(route, punavailable) : JSGID_CONN_ERROR;
    }
    for (;;) {
        jsgid_conn_t *former;
        jsgid_conn_t *conn = NULL;
        jsgid_choice_t choice;
        list_t *list;

        lock(conns);
        list = list_of(conns, group);
        follow_socket(conns, list, wish->processes, &info);
        former = count_idle(list);
        choice = jsgid_choose(list->processes, wish, apr_time_now());
        if (choice.kind == JSGID_CHOICE_IDLE) {
            conn = pop_process(list, choice.process);
            if (conn != NULL && !choice.ask && conn->process > 0) {
                list->processes[conn->process].own++;
                conn->counted = list;
            }
        }
        unlock(conns);
        close_list(conns, former);
        *pask = choice.ask;
        if (conn != NULL) {
            if (is_good(conn)) {
                conn->is_reused = 1;
                *pconn = conn;
                return JSGID_CONN_OK;
            }
            jsgid_conn_close(conns, conn);
            continue;
        }
        return connect_new(conns, route, &info, pconn, punavailable);
    }
}

void jsgid_conn_told(jsgid_conns_t *conns, const char *group, jsgid_conn_t *conn, unsigned process,
                     unsigned load)
{
    list_t *list;

    lock(conns);
    uncount(conn);
    conn->process = process;
    list = list_of(conns, group);
    if (list->device == conn->device && list->inode == conn->inode && process > 0 &&
        process <= list->process_count) {
        jsgid_process_told(&list->processes[process], load, apr_time_now());
    }
    unlock(conns);
}

void jsgid_conn_put(jsgid_conns_t *conns, const char *group, jsgid_conn_t *conn)
{
    apr_time_t now = apr_time_now();
    jsgid_conn_t *old = NULL;
    jsgid_conn_t **plink;
    list_t *list;
    unsigned kept = 0;
    unsigned most;

    conn->idle_since = now;
    lock(conns);
    uncount(conn);
    list = list_of(conns, group);
    most = list->process_count > 1 ? conns->max_idle * list->process_count : conns->max_idle;
    conn->next = list->idle;
    list->idle = conn;
    list->count++;
    /* The list is sorted by age: from the first that is too old, or too many, all go. */
    for (plink = &list->idle; *plink != NULL; plink = &(*plink)->next) {
        if (++kept > most || now - (*plink)->idle_since > conns->idle_limit) {
            old = *plink;
            *plink = NULL;
            list->count = kept - 1;
            break;
        }
    }
    unlock(conns);
    close_list(conns, old);
}

int jsgid_conn_may_yield(jsgid_conn_t *conn)
{
    if (conn->yields_paid > 0 || ++conn->not_tried >= JSGID_YIELD_TRIED_EVERY) {
        conn->not_tried = 0;
        return 1;
    }
    return 0;
}

void jsgid_conn_yielded(jsgid_conn_t *conn, int has_paid)
{
    if (has_paid) {
        conn->yields_paid =
            conn->yields_paid + 2 < JSGID_YIELDS_KEPT ? conn->yields_paid + 2 : JSGID_YIELDS_KEPT;
    } else if (conn->yields_paid > 0) {
        conn->yields_paid--;
    }
}

int jsgid_retry_is_allowed(const jsgid_breakage_t *breakage)
{
    if (breakage->got_record || !breakage->is_body_held) {
        return 0;
    }
    if (breakage->saw_going_away) {
        return 1;
    }
    switch (breakage->how) {
    case JSGID_BROKE_AT_WRITE:
        return breakage->written == 0;
    case JSGID_BROKE_RESET_AT_READ:
        return breakage->written <= JSGID_DAEMON_READS && breakage->pieces <= 1;
    default:
        return 0;
    }
}
