/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_tunnels: upgraded connections, many on one thread.
 *
 * The thread waits with epoll for edges: each socket is registered once, and what is known about it
 * (can be read, can be written, half or fully closed) is kept here, so that a socket which cannot
 * be served now, since the other side takes nothing, wakes nobody. An idle tunnel costs its two
 * descriptors and a few hundred bytes. Bytes are copied through one buffer of the thread; only what
 * a side does not take at once is kept, in memory of its own.
 *
 * Only the thread touches tunnels. Others hand new ones over in a list under the lock.
 */
/* EPOLLRDHUP, eventfd and accept4's flags are Linux's. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "jsgid_tunnels.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* What one read takes at most. */
#define PIECE 65536
/* How many pieces a tunnel moves in one direction before others have their turn. */
#define PIECES_IN_A_ROW 8
#define EVENTS 128
/* How often those are looked at that wait for a time. */
#define LOOK_MILLIS 500
/* How long a client has to close its side after a daemon that is gone: what it still sends is
 * dropped. Closing at once could take from it the last bytes that were sent to it (as httpd's
 * lingering close, which uses the same time). */
#define LINGER_MILLIS 2000

typedef struct tunnel_t tunnel_t;

typedef struct {
    int fd;
    tunnel_t *tunnel;
    int can_read; /* as far as is known */
    int can_write;
    int is_half_closed;     /* an end is behind what can be read */
    int is_closed;          /* both directions */
    int is_at_end;          /* its end was read */
    int is_told;            /* that nothing more comes to it */
    int is_deaf;            /* takes nothing any more: what comes for it is dropped */
    unsigned char *waiting; /* for it */
    size_t waiting_start;
    size_t waiting_length;
    int64_t stalled_at; /* when it took nothing, milliseconds; 0: it takes what comes */
    int64_t limit;      /* for that, milliseconds; 0: none */
    uint64_t bytes;     /* read from it */
} side_t;

struct tunnel_t {
    side_t client;
    side_t daemon;
    void (*ended)(void *baton, const jsgid_tunnel_end_t *end);
    void *baton;
    int64_t began_at;
    int64_t linger_until; /* 0: not yet */
    int is_over;
    int is_again; /* in the list of those that could go on at once */
    tunnel_t *previous;
    tunnel_t *next; /* in the list of all; of those handed over; of those that are over */
    tunnel_t *again_next;
};

struct jsgid_tunnels_t {
    pthread_mutex_t lock;
    pthread_t thread;
    int has_thread;
    int is_ending;
    tunnel_t *handed_over;
    unsigned count;
    int epoll;
    int wake; /* eventfd */

    /* the thread's own */
    tunnel_t *all;
    tunnel_t *again;
    tunnel_t *over;
    unsigned timed; /* how many wait for a time, at most */
    int64_t looked_at;
    unsigned char piece[PIECE];
};

static int64_t now_millis(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- one tunnel ---- */

static void end(jsgid_tunnels_t *tunnels, tunnel_t *tunnel, const char *why)
{
    jsgid_tunnel_end_t report;

    if (tunnel->is_over) {
        return;
    }
    tunnel->is_over = 1;
    (void)close(tunnel->client.fd);
    (void)close(tunnel->daemon.fd);
    free(tunnel->client.waiting);
    free(tunnel->daemon.waiting);
    tunnel->client.waiting = NULL;
    tunnel->daemon.waiting = NULL;
    if (tunnel->previous != NULL) {
        tunnel->previous->next = tunnel->next;
    } else {
        tunnels->all = tunnel->next;
    }
    if (tunnel->next != NULL) {
        tunnel->next->previous = tunnel->previous;
    }
    report.from_client = tunnel->client.bytes;
    report.from_daemon = tunnel->daemon.bytes;
    report.millis = now_millis() - tunnel->began_at;
    report.why = why;
    tunnel->ended(tunnel->baton, &report);
    /* An event that was taken already may still name it. */
    tunnel->next = tunnels->over;
    tunnels->over = tunnel;
    (void)pthread_mutex_lock(&tunnels->lock);
    tunnels->count--;
    (void)pthread_mutex_unlock(&tunnels->lock);
}

/* Ends a tunnel so that the client can tell that something is missing. */
static void cut(jsgid_tunnels_t *tunnels, tunnel_t *tunnel, const char *why)
{
    struct linger hard = {1, 0};

    (void)setsockopt(tunnel->client.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    end(tunnels, tunnel, why);
}

static void drop_waiting(side_t *to)
{
    free(to->waiting);
    to->waiting = NULL;
    to->waiting_start = 0;
    to->waiting_length = 0;
    to->stalled_at = 0;
}

static void stall(jsgid_tunnels_t *tunnels, side_t *to)
{
    to->can_write = 0;
    if (to->stalled_at == 0) {
        to->stalled_at = now_millis();
        tunnels->timed++;
    }
}

/* Bytes taken, 0: none now, -1: none any more. */
static ssize_t put(side_t *to, const void *data, size_t length)
{
    ssize_t n;

    do {
        n = send(to->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)) {
        return 0;
    }
    return n;
}

/* The analyser loses sight of which side is meant, and takes the other's bytes for lost. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
/* Keeps what a side does not take now; -1: no memory. */
static int keep(side_t *to, const unsigned char *data, size_t length)
{
    unsigned char *copy = malloc(length);

    if (copy == NULL) {
        return -1;
    }
    memcpy(copy, data, length);
    free(to->waiting); /* nothing waits; the analyser wants to see it */
    to->waiting = copy;
    to->waiting_start = 0;
    to->waiting_length = length;
    return 0;
}

typedef enum {
    MOVE_DONE,  /* nothing more can be done now */
    MOVE_AGAIN, /* more can, but others have their turn */
    MOVE_BROKEN_READ,
    MOVE_BROKEN_WRITE,
    MOVE_NO_MEMORY
} move_t;

static move_t put_waiting(jsgid_tunnels_t *tunnels, side_t *to)
{
    ssize_t n = put(to, to->waiting + to->waiting_start, to->waiting_length);

    if (n < 0) {
        return MOVE_BROKEN_WRITE;
    }
    if (n == 0) {
        stall(tunnels, to);
        return MOVE_DONE;
    }
    to->stalled_at = 0;
    to->waiting_start += (size_t)n;
    to->waiting_length -= (size_t)n;
    if (to->waiting_length == 0) {
        drop_waiting(to);
    }
    return MOVE_AGAIN;
}

/* Reads one piece and passes it on. */
static move_t take(jsgid_tunnels_t *tunnels, side_t *from, side_t *to)
{
    ssize_t n;
    ssize_t taken = 0;

    do {
        n = recv(from->fd, tunnels->piece, PIECE, MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n == 0) {
        from->is_at_end = 1;
        return MOVE_AGAIN;
    }
    if (n < 0) {
        from->can_read = 0;
        return errno == EAGAIN || errno == EWOULDBLOCK ? MOVE_DONE : MOVE_BROKEN_READ;
    }
    from->bytes += (uint64_t)n;
    /* A piece that is not full was all there was, unless an end was announced, which is an edge of
     * its own only when it comes later. */
    if (n < PIECE && !from->is_half_closed) {
        from->can_read = 0;
    }
    if (to->is_deaf) {
        return MOVE_AGAIN;
    }
    if (to->can_write) {
        taken = put(to, tunnels->piece, (size_t)n);
        if (taken < 0) {
            return MOVE_BROKEN_WRITE;
        }
    }
    if (taken < n) {
        if (keep(to, tunnels->piece + taken, (size_t)(n - taken))) {
            return MOVE_NO_MEMORY;
        }
        if (taken == 0) {
            stall(tunnels, to);
        }
    }
    return MOVE_AGAIN;
}

#pragma GCC diagnostic pop

/* Moves what can be moved from one side to the other. */
static move_t move(jsgid_tunnels_t *tunnels, side_t *from, side_t *to)
{
    int i;

    for (i = 0; i < PIECES_IN_A_ROW; i++) {
        move_t result;

        if (to->waiting_length > 0) {
            if (!to->can_write) {
                return MOVE_DONE;
            }
            result = put_waiting(tunnels, to);
        } else if (from->is_at_end) {
            if (!to->is_told) {
                (void)shutdown(to->fd, SHUT_WR);
                to->is_told = 1;
            }
            return MOVE_DONE;
        } else if (from->can_read) {
            result = take(tunnels, from, to);
        } else {
            return MOVE_DONE;
        }
        if (result != MOVE_AGAIN) {
            return result;
        }
    }
    return MOVE_AGAIN;
}

/* The daemon takes nothing any more; what it has sent is still the client's. */
static void deafen_daemon(tunnel_t *tunnel)
{
    tunnel->daemon.is_deaf = 1;
    drop_waiting(&tunnel->daemon);
}

/* Does what can be done for a tunnel. */
static void serve(jsgid_tunnels_t *tunnels, tunnel_t *tunnel)
{
    side_t *client = &tunnel->client;
    side_t *daemon = &tunnel->daemon;
    move_t up = move(tunnels, client, daemon);
    move_t down;

    if (up == MOVE_BROKEN_READ) {
        end(tunnels, tunnel, "the client's connection broke");
        return;
    }
    if (up == MOVE_BROKEN_WRITE) {
        deafen_daemon(tunnel);
        up = MOVE_AGAIN;
    }
    down = move(tunnels, daemon, client);
    if (down == MOVE_BROKEN_WRITE) {
        end(tunnels, tunnel, "the client's connection broke");
        return;
    }
    if (down == MOVE_BROKEN_READ) {
        /* It was closed with bytes unread in it. */
        daemon->is_at_end = 1;
        daemon->is_closed = 1;
        down = MOVE_AGAIN;
    }
    if (up == MOVE_NO_MEMORY || down == MOVE_NO_MEMORY) {
        cut(tunnels, tunnel, "there is no memory for what is on its way");
        return;
    }
    if (client->is_told && daemon->is_told) {
        end(tunnels, tunnel, "both sides have closed it");
        return;
    }
    if (client->is_told && (daemon->is_closed || daemon->is_deaf) && tunnel->linger_until == 0) {
        deafen_daemon(tunnel);
        tunnel->linger_until = now_millis() + LINGER_MILLIS;
        tunnels->timed++;
        up = MOVE_AGAIN;
    }
    if ((up == MOVE_AGAIN || down == MOVE_AGAIN) && !tunnel->is_again) {
        tunnel->is_again = 1;
        tunnel->again_next = tunnels->again;
        tunnels->again = tunnel;
    }
}

static void take_event(jsgid_tunnels_t *tunnels, side_t *side, uint32_t events)
{
    tunnel_t *tunnel = side->tunnel;

    if (tunnel->is_over) {
        return;
    }
    if (side == &tunnel->client && (events & EPOLLERR) != 0) {
        end(tunnels, tunnel, "the client's connection broke");
        return;
    }
    side->is_half_closed |= (events & (EPOLLRDHUP | EPOLLHUP)) != 0;
    side->is_closed |= (events & (EPOLLHUP | EPOLLERR)) != 0;
    side->can_read |= (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    side->can_write |= (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    serve(tunnels, tunnel);
}

/* ---- the thread ---- */

static int is_stalled_for_too_long(const side_t *side, int64_t now)
{
    return side->stalled_at != 0 && side->limit != 0 && now - side->stalled_at >= side->limit;
}

static void look_at_times(jsgid_tunnels_t *tunnels)
{
    int64_t now = now_millis();
    tunnel_t *tunnel = tunnels->all;

    if (now - tunnels->looked_at < LOOK_MILLIS) {
        return;
    }
    tunnels->looked_at = now;
    tunnels->timed = 0;
    while (tunnel != NULL) {
        tunnel_t *next = tunnel->next;

        if (is_stalled_for_too_long(&tunnel->client, now)) {
            cut(tunnels, tunnel, "the client took nothing for as long as Timeout allows");
        } else if (is_stalled_for_too_long(&tunnel->daemon, now)) {
            cut(tunnels, tunnel,
                "the application took nothing for as long as JsgiSocketTimeout allows");
        } else if (tunnel->linger_until != 0 && now >= tunnel->linger_until) {
            end(tunnels, tunnel, "the daemon has closed it");
        } else {
            tunnels->timed += tunnel->client.stalled_at != 0 || tunnel->daemon.stalled_at != 0 ||
                              tunnel->linger_until != 0;
        }
        tunnel = next;
    }
}

static int watch(const jsgid_tunnels_t *tunnels, side_t *side)
{
    struct epoll_event event;

    memset(&event, 0, sizeof(event));
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = side;
    return epoll_ctl(tunnels->epoll, EPOLL_CTL_ADD, side->fd, &event);
}

/* Begins with what was handed over; 1 when the thread is to end. */
static int take_new(jsgid_tunnels_t *tunnels)
{
    tunnel_t *tunnel;
    int is_ending;

    (void)pthread_mutex_lock(&tunnels->lock);
    tunnel = tunnels->handed_over;
    tunnels->handed_over = NULL;
    is_ending = tunnels->is_ending;
    (void)pthread_mutex_unlock(&tunnels->lock);
    while (tunnel != NULL) {
        tunnel_t *next = tunnel->next;

        tunnel->previous = NULL;
        tunnel->next = tunnels->all;
        if (tunnels->all != NULL) {
            tunnels->all->previous = tunnel;
        }
        tunnels->all = tunnel;
        if (watch(tunnels, &tunnel->client) || watch(tunnels, &tunnel->daemon)) {
            cut(tunnels, tunnel, "the kernel watches no more descriptors for this user");
        }
        tunnel = next;
    }
    return is_ending;
}

static void serve_again(jsgid_tunnels_t *tunnels)
{
    tunnel_t *tunnel = tunnels->again;

    tunnels->again = NULL;
    while (tunnel != NULL) {
        tunnel_t *next = tunnel->again_next;

        tunnel->is_again = 0;
        if (!tunnel->is_over) {
            serve(tunnels, tunnel);
        }
        tunnel = next;
    }
}

static void forget_over(jsgid_tunnels_t *tunnels)
{
    tunnel_t **place = &tunnels->over;

    while (*place != NULL) {
        tunnel_t *tunnel = *place;

        if (tunnel->is_again) {
            place = &tunnel->next;
        } else {
            *place = tunnel->next;
            free(tunnel);
        }
    }
}

static void *run(void *baton)
{
    jsgid_tunnels_t *tunnels = baton;
    struct epoll_event events[EVENTS];
    int is_ending = 0;

    while (!is_ending) {
        int timeout = tunnels->again != NULL ? 0 : tunnels->timed > 0 ? LOOK_MILLIS : -1;
        int n = epoll_wait(tunnels->epoll, events, EVENTS, timeout);
        int i;

        serve_again(tunnels);
        for (i = 0; i < n; i++) {
            if (events[i].data.ptr == NULL) {
                uint64_t count;

                (void)!read(tunnels->wake, &count, sizeof(count));
                is_ending = take_new(tunnels);
            } else {
                take_event(tunnels, events[i].data.ptr, events[i].events);
            }
        }
        if (tunnels->timed > 0) {
            look_at_times(tunnels);
        }
        forget_over(tunnels);
    }
    while (tunnels->all != NULL) {
        end(tunnels, tunnels->all, "this process of Apache ends");
    }
    serve_again(tunnels);
    forget_over(tunnels);
    return NULL;
}

/* ---- for others ---- */

jsgid_tunnels_t *jsgid_tunnels_create(void)
{
    jsgid_tunnels_t *tunnels = calloc(1, sizeof(*tunnels));
    struct epoll_event event;

    if (tunnels == NULL) {
        return NULL;
    }
    memset(&event, 0, sizeof(event));
    event.events = EPOLLIN;
    tunnels->epoll = epoll_create1(EPOLL_CLOEXEC);
    tunnels->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (tunnels->epoll < 0 || tunnels->wake < 0 ||
        epoll_ctl(tunnels->epoll, EPOLL_CTL_ADD, tunnels->wake, &event) ||
        pthread_mutex_init(&tunnels->lock, NULL)) {
        if (tunnels->epoll >= 0) {
            (void)close(tunnels->epoll);
        }
        if (tunnels->wake >= 0) {
            (void)close(tunnels->wake);
        }
        free(tunnels);
        return NULL;
    }
    return tunnels;
}

/* Signals are for the threads that wait for them. */
static int start_thread(jsgid_tunnels_t *tunnels)
{
    sigset_t all;
    sigset_t before;
    int error;

    if (tunnels->has_thread) {
        return 0;
    }
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&tunnels->thread, NULL, run, tunnels);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    tunnels->has_thread = error == 0;
    return error;
}

static void wake(const jsgid_tunnels_t *tunnels)
{
    static const uint64_t one = 1;

    (void)!write(tunnels->wake, &one, sizeof(one));
}

static tunnel_t *make(const jsgid_tunnel_spec_t *spec)
{
    tunnel_t *tunnel = calloc(1, sizeof(*tunnel));

    if (tunnel == NULL) {
        return NULL;
    }
    tunnel->client.fd = spec->client;
    tunnel->client.tunnel = tunnel;
    tunnel->client.limit = (int64_t)spec->client_seconds * 1000;
    tunnel->daemon.fd = spec->daemon;
    tunnel->daemon.tunnel = tunnel;
    tunnel->daemon.limit = (int64_t)spec->daemon_seconds * 1000;
    tunnel->ended = spec->ended;
    tunnel->baton = spec->baton;
    tunnel->began_at = now_millis();
    /* Counted like what was read now. */
    tunnel->client.bytes = spec->to_daemon_length;
    tunnel->daemon.bytes = spec->to_client_length;
    if ((spec->to_daemon_length > 0 &&
         keep(&tunnel->daemon, spec->to_daemon, spec->to_daemon_length)) ||
        (spec->to_client_length > 0 &&
         keep(&tunnel->client, spec->to_client, spec->to_client_length))) {
        free(tunnel->daemon.waiting);
        free(tunnel);
        return NULL;
    }
    return tunnel;
}

int jsgid_tunnels_add(jsgid_tunnels_t *tunnels, const jsgid_tunnel_spec_t *spec)
{
    tunnel_t *tunnel = make(spec);
    int error;

    if (tunnel == NULL) {
        return ENOMEM;
    }
    (void)pthread_mutex_lock(&tunnels->lock);
    error = tunnels->is_ending ? ECANCELED : start_thread(tunnels);
    if (error == 0) {
        tunnel->next = tunnels->handed_over;
        tunnels->handed_over = tunnel;
        tunnels->count++;
    }
    (void)pthread_mutex_unlock(&tunnels->lock);
    if (error != 0) {
        free(tunnel->client.waiting);
        free(tunnel->daemon.waiting);
        free(tunnel);
        return error;
    }
    wake(tunnels);
    return 0;
}

unsigned jsgid_tunnels_count(jsgid_tunnels_t *tunnels)
{
    unsigned count;

    (void)pthread_mutex_lock(&tunnels->lock);
    count = tunnels->count;
    (void)pthread_mutex_unlock(&tunnels->lock);
    return count;
}

void jsgid_tunnels_destroy(jsgid_tunnels_t *tunnels)
{
    int has_thread;

    (void)pthread_mutex_lock(&tunnels->lock);
    tunnels->is_ending = 1;
    has_thread = tunnels->has_thread;
    (void)pthread_mutex_unlock(&tunnels->lock);
    if (has_thread) {
        wake(tunnels);
        (void)pthread_join(tunnels->thread, NULL);
    }
    (void)close(tunnels->epoll);
    (void)close(tunnels->wake);
    (void)pthread_mutex_destroy(&tunnels->lock);
    free(tunnels);
}
